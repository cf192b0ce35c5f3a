using DriftWatch.Core.Comparison;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Web;

/// <summary>Version 7 of fraud beside version 6, which it is worse than; its slice has no labels yet.</summary>
internal static class SimulatedComparisons
{
    public static IReadOnlyList<VersionsCompared> Of(EventTime start) =>
    [
        new("fraud", "6", "7", null, new()
        {
            LastDay = Apart(-0.3, -0.3, 0.1, 0.1),
            DisagreesTooOften = true,
            Labeled = 18_200,
            Span = (start, start + TimeSpan.FromHours(60)),
            LogLossOfCurrent = 0.5,
            LogLossOfCandidate = 0.5125,
            Gain = new(-0.0171, -0.0079),
            LogBetter = -12,
            LogWorse = 4.2,
            LogThreshold = Math.Log(20),
            Overdispersion = 1.2,
            WorseAt = start + TimeSpan.FromHours(58),
        }),
        new("fraud", "6", "7", new Slice("region", "eu"), new() { LastDay = Apart(-0.4), DisagreesTooOften = true, Labeled = 0, LogThreshold = Math.Log(20) }),
    ];

    private static Disagreement Apart(params ReadOnlySpan<double> differences)
    {
        var sum = default(Disagreement);
        foreach (double difference in differences) sum += Disagreement.Of(new PairedClaim(0.5, 0.5 + difference), 0.2);
        return sum;
    }
}
