using DriftWatch.Core.Calibration;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Windowing;

/// <summary>2.3 million real flights through panes and windows, against tables that a batch program made from the same files.</summary>
public class FlightsTests
{
    private static readonly TimeSpan[] Widths = [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];
    private static readonly string[] Tables = ["hourly.csv", "daily.csv", "weekly.csv"];

    [Fact]
    public void Hours_days_and_weeks_of_real_flights_equal_the_batch_tables()
    {
        string folder = SharedData.Folder("flights");
        var options = new MonitorOptions
        {
            Pane = TimeSpan.FromMinutes(10),
            Windows = Widths,
            Origin = EventTime.From(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            WindowHistory = 10_000,
            Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromDays(2) } },
        };
        var series = new SeriesCalibration(options.WindowsOf("flights"), View.Binary);
        Replay(folder, series);
        Assert.Equal(0, series.Refused);
        Assert.True(series.Panes < 1000, $"{series.Panes} panes live: nothing was sealed on the way");

        var windows = series.Windows(null);
        List<string> faults = [];
        for (int i = 0; i < Widths.Length; i++) Compare(Flights.Oracle(folder, Tables[i]).ToArray(), windows[i].History, Tables[i], faults);
        Compare(Flights.Oracle(folder, "total.csv").ToArray(), [series.Total()], "total.csv", faults);
        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
    }

    /// <summary>Predictions and labels in order of event time, as they would come live; the watermark follows a minute behind.</summary>
    private static void Replay(string folder, SeriesCalibration series)
    {
        Dictionary<int, Flights.Prediction> waiting = [];
        using var labels = Flights.Labels(folder).GetEnumerator();
        bool more = labels.MoveNext();
        var lastSeal = EventTime.Earliest;
        foreach (var prediction in Flights.Predictions(folder))
        {
            while (more && labels.Current.Time < prediction.Time)
            {
                Join(labels.Current);
                more = labels.MoveNext();
            }

            Assert.True(series.AddPrediction(prediction.Time, prediction.Probability));
            waiting.Add(prediction.Id, prediction);
            if (prediction.Time - lastSeal < TimeSpan.FromHours(1)) continue;
            lastSeal = prediction.Time;
            series.Seal(prediction.Time - TimeSpan.FromMinutes(1));
        }

        for (; more; more = labels.MoveNext()) Join(labels.Current);
        Assert.Empty(waiting);

        void Join(Flights.Label label)
        {
            Assert.True(waiting.Remove(label.Id, out var prediction));
            Assert.True(series.AddOutcome(prediction.Time, prediction.Probability, label.Late));
        }
    }

    private static void Compare(Dictionary<string, double?>[] rows, IReadOnlyList<WindowSnapshot> windows, string table, List<string> faults)
    {
        Assert.Equal(rows.Length, windows.Count);
        foreach (var (row, window) in rows.Zip(windows))
        {
            string where = $"{table}, {window.Start}";
            var metrics = window.Metrics;
            if (table != "total.csv") Exactly("start_ms", window.Start.Milliseconds);
            Exactly("n", window.Labeled);
            Exactly("n", window.Predictions);
            Exactly("positives", window.Positives);
            Nearly("sum_probability", window.SumConfidence);
            Nearly("base_rate", metrics.BaseRate);
            Nearly("mean_probability", metrics.MeanConfidence);
            Nearly("signed_gap", metrics.Gap);
            Nearly("ece10", metrics[WindowMetrics.Ece10]);
            Nearly("ece15", metrics.Ece);
            Nearly("mce15", metrics.Mce);
            Nearly("brier", metrics.Brier);
            Nearly("log_loss", metrics.LogLoss);
            Nearly("accuracy", metrics[WindowMetrics.Accuracy]);

            void Exactly(string column, long actual)
            {
                if (row[column] != actual) faults.Add($"{where}: {column} is {actual}, should be {row[column]}");
            }

            void Nearly(string column, double? actual)
            {
                double? expected = row[column];
                if (expected is null != actual is null || Math.Abs(expected - actual ?? 0) > 1e-9 * Math.Abs(expected ?? 0))
                    faults.Add($"{where}: {column} is {actual:R}, should be {expected:R}");
            }
        }
    }
}
