using DriftWatch.Core.Drift.Rules;
using static System.FormattableString;

namespace DriftWatch.Evaluation.Bench;

/// <summary>A kind of peer, with the settings that are tried for it besides its threshold: what it reads, and what it forgives.</summary>
/// <remarks>The threshold of each follows from calibrated streams, per law; of these the one that is fastest on drifting streams of its own is measured, per drift. That is more than a user could do, who knows no drift before.</remarks>
internal sealed record PeerFamily(string Name, IReadOnlyList<Peer> Grid)
{
    private static readonly RuleInput[] Both = [RuleInput.Residual, RuleInput.Brier], FromZeroToOne = [RuleInput.Error, RuleInput.Brier];

    public static readonly IReadOnlyList<PeerFamily> All =
    [
        new("ADWIN", [.. AsTheyCome("ADWIN")]),
        new("Page–Hinkley", [.. AsTheyCome("Page–Hinkley"),
            .. from input in new[] { RuleInput.Residual, RuleInput.Error, RuleInput.Brier }
               from delta in new[] { .001, .02, .05 }
               select Tried("Page–Hinkley", Invariant($"{NameOf(input)} δ {delta}"), RuleSpec.Geometric(.5, 2000, 80), t => Invariant($"λ {t:0.0}"), input,
                   () => new PageHinkley(new() { Delta = delta, Threshold = double.PositiveInfinity }))]),
        new("CUSUM", [.. AsTheyCome("CUSUM"),
            .. from input in Both
               from setting in new (int WarmUp, double Slack)[] { (1000, .1), (1000, .25), (1000, .5), (10_000, .05), (10_000, .1), (10_000, .25) }
               select Tried("CUSUM", Invariant($"{NameOf(input)} k {setting.Slack}, mean of {setting.WarmUp}"), RuleSpec.Geometric(2, 2000, 80), t => Invariant($"h {t:0.0} sd"), input,
                   () => new Cusum(new() { MinInstances = setting.WarmUp, Slack = setting.Slack, Threshold = double.PositiveInfinity }))]),
        new("HDDM_A, two-sided", [.. from input in FromZeroToOne
            select Tried("HDDM_A, two-sided", NameOf(input), RuleSpec.Linear(3, 40, .5), t => Invariant($"δ {2 * Math.Exp(-t):0.0e+0}"), input,
                () => new HddmA(new() { DriftConfidence = 0, CutConfidence = 0.001, TwoSided = true }))]),
        new("HDDM_W, two-sided", [.. from input in FromZeroToOne
            from lambda in new[] { .05, .01, .002 }
            select Tried("HDDM_W, two-sided", Invariant($"{NameOf(input)} λ {lambda}"), RuleSpec.Linear(3, 40, .5), t => Invariant($"δ {Math.Exp(-t):0.0e+0}"), input,
                () => new HddmW(new() { DriftConfidence = 0, CutConfidence = 0.001, TwoSided = true, Lambda = lambda }))]),
        new("PITMonitor", [.. AsTheyCome("PITMonitor"),
            .. from bins in new[] { 5, 20 }
               select new Peer(Spec("PITMonitor", Invariant($"{bins} bins"), RuleSpec.Linear(-3, 40, .5), t => Invariant($"α {Math.Exp(-t):0.0e+0}")), spec => new PitMonitor(spec, bins))]),
        new("confidence sequences", [.. AsTheyCome("confidence sequences")]),
        new("calibration CUSUM", [.. from setting in new (double Delta, double Gamma)[] { (1.5, 1), (1.2, 1), (1, .8) }
            select new Peer(Spec("calibration CUSUM", Invariant($"δ {setting.Delta} γ {setting.Gamma}"), RuleSpec.Linear(-1, 20, .25), t => Invariant($"h {t:0.00}")),
                spec => new CalibrationCusumProbe(spec, setting.Delta, setting.Gamma))]),
    ];

    /// <summary>Of all families, each once.</summary>
    public static readonly IReadOnlyList<Peer> Every = [.. All.SelectMany(family => family.Grid)];

    private static IEnumerable<Peer> AsTheyCome(string family) =>
        RuleSet.Peers.Where(peer => peer.Rule.Name == family || peer.Rule.Name.StartsWith(family + " ", StringComparison.Ordinal));

    private static Peer Tried(string family, string variant, IEnumerable<double> levels, Func<double, string> setting, RuleInput input, Func<IChangeRule> make) =>
        RuleSet.Classical(Spec(family, variant, levels, setting), input, make);

    private static RuleSpec Spec(string family, string variant, IEnumerable<double> levels, Func<double, string> setting)
    {
        double[] all = [.. levels];
        return new($"{family} {variant}", all[0], all, setting) { Variant = variant };
    }

    private static string NameOf(RuleInput input) => input == RuleInput.Brier ? "Brier" : input.Name();
}
