using System.Globalization;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Json;
using Spectre.Console;

namespace DriftWatch.Replay;

/// <summary>How near each judged series was to an alarm, so that silence can be told from blindness.</summary>
internal static class ReplayDriftReport
{
    private const string Nothing = "–";

    public static void Write(IAnsiConsole console, IReadOnlyList<SeriesSnapshot> series)
    {
        if (series.Count == 0) return;
        console.WriteLine();
        var table = new FittingTable(
            ("judged", Justify.Left, 9), ("state at the end", Justify.Left, 8), ("ln E", Justify.Right, 8), ("alarm at", Justify.Right, 8), ("φ", Justify.Right, 7), ("early warnings", Justify.Left, 6), ("waits for", Justify.Left, 4));
        foreach (var one in series)
        {
            var detector = one.Detector;
            table.Add(
                ReplayReport.Name(one.Key),
                CalibrationStates.Of(one).Name(),
                Number(detector?.LogEvidence ?? detector?.Statistic),
                Number(detector?.LogThreshold ?? detector?.Limit),
                Number(detector?.Overdispersion),
                one.EarlyWarning is { Warnings: { Count: > 0 } warnings } ? string.Join(", ", warnings.Select(warning => Core.EarlyWarning.WarningKinds.Name(warning.Kind))) : Nothing,
                detector?.Waiting ?? "");
        }

        table.WriteTo(console);
    }

    public static string Number(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("0.0#", CultureInfo.InvariantCulture) : Nothing;
}
