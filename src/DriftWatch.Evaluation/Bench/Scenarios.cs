namespace DriftWatch.Evaluation.Bench;

/// <summary>The streams of statistics §9.1 that are one series each; the others have experiments of their own.</summary>
internal static class Scenarios
{
    /// <summary>S0: nothing happens in a million predictions.</summary>
    public static IEnumerable<Scenario> Stable(int length) =>
        ScoreLaw.All.Select(law => new Scenario("S0", "calibrated", law) { Stable = length, After = 0, IsSilent = true });

    public static readonly IReadOnlyList<Scenario> Drifting =
    [
        .. Slope(ScoreLaw.D1, 1.1, 1.25, 1.5, 2),
        .. Slope(ScoreLaw.D2, 1.25, 1.5, 2),
        .. Slope(ScoreLaw.D3, 1.1, 1.25, 1.5, 2),
        .. from law in new[] { ScoreLaw.D1, ScoreLaw.D3 } select new Scenario("S2", "T=0.8", law) { Truth = new(0.8) },
        Shift(ScoreLaw.D1, -0.3), Shift(ScoreLaw.D1, 0.3), Shift(ScoreLaw.D2, -0.7), Shift(ScoreLaw.D2, 0.3), Shift(ScoreLaw.D3, -0.3),
        new Scenario("S4", "T→1.5 over 200 000", ScoreLaw.D3) { Truth = new(1.5), Gradual = 200_000 },
        new Scenario("S6", "gap .06 in [.8, .9)", ScoreLaw.D3) { Truth = new(1, 0, 0.06) },
        new Scenario("S9", "T=1.5 from the start", ScoreLaw.D3) { Truth = new(1.5), Stable = 0, After = 100_000 },
    ];

    public static readonly IReadOnlyList<Scenario> Benign =
    [
        new Scenario("S7", "mean logit 2.5→1.5", ScoreLaw.D3) { LawAfter = ScoreLaw.D3 with { Mean = 1.5 }, IsSilent = true },
        new Scenario("S7", "spread of logits 2→1", ScoreLaw.D1) { LawAfter = ScoreLaw.D1 with { Deviation = 1 }, IsSilent = true },
        new Scenario("S8", "T=1.03", ScoreLaw.D3) { Truth = new(1.03), IsSilent = true },
        new Scenario("S8", "T=1.05", ScoreLaw.D3) { Truth = new(1.05), IsSilent = true },
    ];

    private static IEnumerable<Scenario> Slope(ScoreLaw law, params double[] temperatures) =>
        temperatures.Select(t => new Scenario("S1", FormattableString.Invariant($"T={t}"), law) { Truth = new(t) });

    private static Scenario Shift(ScoreLaw law, double shift) =>
        new("S3", FormattableString.Invariant($"b={shift}"), law) { Truth = new(1, shift) };
}
