using System.Globalization;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Json;

/// <summary>Why labels joined nothing, in a line: what a wrong lead or horizon is read off.</summary>
internal static class OrphanText
{
    /// <summary>Causes with counts, the most frequent first; empty where there are none.</summary>
    public static string Of(OrphanSnapshot orphans)
    {
        List<(long Count, string Text)> causes =
        [
            (orphans.Late.Count, $"too late ({Within(orphans.Late, "after")}; horizon)"),
            (orphans.Early.Count, $"too early ({Within(orphans.Early, "before")}; lead)"),
            (orphans.OtherModel, "for another model or version"),
            (orphans.NoPrediction, "no prediction of the id"),
        ];
        return string.Join(", ", causes.Where(cause => cause.Count > 0).OrderByDescending(cause => cause.Count)
            .Select(cause => string.Create(CultureInfo.InvariantCulture, $"{cause.Count:N0} {cause.Text}")));
    }

    private static string Within(DelayCounts delays, string side) =>
        delays.Within(0.9) is { } bound ? $"9 of 10 within {Durations.Format(bound)} {side} the prediction" : $"1 of 10 or more by over {Durations.Format(TimeSpan.FromSeconds(LabelDelays.UpperBounds[^1]))} {side} the prediction";
}
