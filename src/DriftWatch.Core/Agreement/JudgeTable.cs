using DriftWatch.Core.State;

namespace DriftWatch.Core.Agreement;

/// <summary>What a judge said, against the truth where that is known, and by itself where it is not. Whole numbers: they add up in any order, and are taken back without a trace.</summary>
/// <param name="TruePositives">The judge said that it came true, and it did.</param>
/// <param name="FalsePositives">The judge said so, and it did not.</param>
/// <param name="FalseNegatives">The judge said that it did not come true, and it did.</param>
/// <param name="TrueNegatives">The judge said so, and it did not.</param>
/// <param name="Alone">Predictions that the judge labeled and whose truth nobody has told.</param>
/// <param name="AlonePositives">Of those, how many the judge says came true.</param>
public readonly record struct JudgeTable(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives, long Alone, long AlonePositives)
{
    /// <summary>Predictions that the judge labeled and whose truth is known.</summary>
    public long Count => TruePositives + FalsePositives + FalseNegatives + TrueNegatives;

    /// <summary>Adds, or with −1 takes back, a prediction.</summary>
    /// <param name="said">What the judge says.</param>
    /// <param name="truth">The truth; null: it is not known.</param>
    /// <param name="by">1 or −1.</param>
    public JudgeTable Add(bool said, bool? truth, int by) => (said, truth) switch
    {
        (true, true) => this with { TruePositives = TruePositives + by },
        (true, false) => this with { FalsePositives = FalsePositives + by },
        (false, true) => this with { FalseNegatives = FalseNegatives + by },
        (false, false) => this with { TrueNegatives = TrueNegatives + by },
        (_, null) => this with { Alone = Alone + by, AlonePositives = AlonePositives + (said ? by : 0) },
    };

    /// <summary>Both together.</summary>
    public static JudgeTable operator +(JudgeTable one, JudgeTable other) => new(
        one.TruePositives + other.TruePositives,
        one.FalsePositives + other.FalsePositives,
        one.FalseNegatives + other.FalseNegatives,
        one.TrueNegatives + other.TrueNegatives,
        one.Alone + other.Alone,
        one.AlonePositives + other.AlonePositives);

    internal static JudgeTable Exchange(StateExchange state, JudgeTable table) =>
        new(state.Kept(table.TruePositives), state.Kept(table.FalsePositives), state.Kept(table.FalseNegatives), state.Kept(table.TrueNegatives), state.Kept(table.Alone), state.Kept(table.AlonePositives));
}
