using System.Globalization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Benchmarks;

/// <summary>
/// <c>close</c>: what a series costs that the rule watches by default, hour by hour for ninety days: microseconds for a pane that is judged, the same of the pane that ends a day, and bytes of its state as a checkpoint has them.
/// </summary>
/// <remarks>
/// Time of the processor, not of the clock: what else the machine does counts little. The least of three rounds. Calibrated, one prediction in twenty unlabeled where labels are missing. Bytes are the mean over the days after the first month, least and most
/// beside it, as data since an onset come and go.
/// </remarks>
internal static class CloseCost
{
    private const int Days = 90, Warm = 30, Rounds = 3, Series = 8;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static int Run()
    {
        Console.WriteLine("predictions an hour | labels missing | µs a close | µs at a day's end | state, bytes: mean (least to most)");
        foreach (int predictions in (int[])[50, 500])
        {
            foreach (bool missing in (bool[])[false, true])
            {
                var panes = Panes(predictions, missing);
                double close = double.MaxValue, ending = double.MaxValue;
                List<int> bytes = [];
                for (int round = 0; round < Rounds; round++)
                {
                    bytes.Clear();
                    var (each, atEnd) = Round(panes, bytes);
                    (close, ending) = (Math.Min(close, each), Math.Min(ending, atEnd));
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{predictions} | {(missing ? "1 in 20" : "none")} | {close:0.0} | {ending:0.0} | {bytes.Average():0} ({bytes.Min()} to {bytes.Max()})"));
            }
        }

        return 0;
    }

    private static (double Close, double Ending) Round(CalibrationSketch[] panes, List<int> bytes)
    {
        var detectors = new EsrDetector[Series];
        for (int i = 0; i < Series; i++) detectors[i] = new EsrDetector(new DriftOptions(), Hour, TimeSpan.FromDays(1));
        List<Finding> findings = [];
        TimeSpan all = default, ends = default;
        for (int hour = 0; hour < Days * 24; hour++)
        {
            bool ending = hour % 24 == 0; // the first pane of a day closes the block before
            var before = Processor;
            for (int i = 0; i < Series; i++)
            {
                // Each series has its own order of the same panes.
                detectors[i].Observe(new EventTime(hour * 3_600_000L), panes[((hour * 7) + (i * 13)) % panes.Length], findings);
                findings.Clear();
            }

            if (hour < Warm * 24) continue;
            var took = Processor - before;
            all += took;
            if (!ending) continue;
            ends += took;
            foreach (var detector in detectors) bytes.Add(StateExchange.Write(detector).Length);
        }

        double closes = (Days - Warm) * Series;
        return (all.TotalMicroseconds / (closes * 24), ends.TotalMicroseconds / closes);
    }

    private static TimeSpan Processor => Environment.CpuUsage.TotalTime;

    private static CalibrationSketch[] Panes(int predictions, bool missing)
    {
        var random = new Random(42);
        var panes = new CalibrationSketch[513]; // no whole number of days: chance does not repeat itself with them
        for (int pane = 0; pane < panes.Length; pane++)
        {
            panes[pane] = new();
            for (int i = 0; i < predictions; i++)
            {
                double z = 4 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5), p = 1 / (1 + Math.Exp(-z));
                bool outcome = random.NextDouble() < p;
                panes[pane].AddPrediction(p);
                if (!missing || i % 20 > 0) panes[pane].AddOutcome(p, outcome);
            }
        }

        return panes;
    }
}
