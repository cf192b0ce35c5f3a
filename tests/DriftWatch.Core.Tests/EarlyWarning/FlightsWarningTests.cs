using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.EarlyWarning;

public class FlightsWarningTests
{
    // Nights, weekends and Friday evenings differ by a population stability index of 2 and more; a late flight's label comes later than that of one on time.
    [Theory(Explicit = true)]
    [InlineData(1), InlineData(24)]
    public void Half_a_year_of_flights_has_weekdays_and_late_labels_that_differ_and_nothing_else_to_warn_of(int hours)
    {
        string folder = SharedData.Folder("flights");
        var options = new MonitorOptions
        {
            Pane = TimeSpan.FromHours(1),
            Windows = [TimeSpan.FromDays(1)],
            Default = new ModelOptions
            {
                Rule = DriftRule.Threshold,
                Join = new JoinRule { Horizon = TimeSpan.FromHours(34) },
                EarlyWarning = new EarlyWarningOptions { Window = TimeSpan.FromHours(hours) },
            },
        };
        var routes = new RouteTable(options.Routing);
        routes.TryRegister(1, new RouteDescription("m", "1", View.Binary, null, []), out int route);
        var monitor = new CalibrationMonitor(options, routes);
        var labels = new Queue<Flights.Label>(Flights.Labels(folder));
        SortedSet<WarningKind> seen = [];
        EventTime next = default;
        foreach (var prediction in Flights.Predictions(folder))
        {
            if (prediction.Time >= next)
            {
                var hour = prediction.Time.FloorTo(TimeSpan.FromHours(1));
                next = hour + TimeSpan.FromHours(1);
                monitor.AdvanceTo(hour);
                seen.UnionWith(monitor.Capture().Series.SelectMany(series => series.EarlyWarning!.Warnings).Select(warning => warning.Kind));
            }

            monitor.Add(new Prediction(new PredictionId((ulong)prediction.Id, 1), prediction.Time, route, prediction.Probability));
            while (labels.TryPeek(out var label) && label.Time <= prediction.Time)
            {
                monitor.Add(new Label(new PredictionId((ulong)label.Id, 1), label.Time, LabelValue.Class(label.Late ? "1" : "0")));
                labels.Dequeue();
            }
        }

        Assert.Equal([WarningKind.LabelSelection], seen);
        Assert.NotNull(monitor.Capture().Series[0].EarlyWarning!.Predictions);
    }
}
