using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Serving;

/// <summary>Latencies on their way through the whole monitor.</summary>
public class LatencyMonitorTests
{
    private static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    private readonly CalibrationMonitor _monitor;
    private readonly int _route;
    private ulong _id;

    public LatencyMonitorTests()
    {
        var options = new MonitorOptions();
        var routes = new RouteTable(options.Routing);
        routes.TryRegister(1, new RouteDescription("m", "1", View.Binary, null, [new Slice("region", "eu")]), out _route);
        _monitor = new CalibrationMonitor(options, routes);
    }

    [Fact]
    public void The_newest_whole_window_is_shown_and_what_came_since_is_not()
    {
        for (int i = 1; i <= 100; i++) Add(TimeSpan.FromSeconds(i), i);
        _monitor.AdvanceTo(Start + TimeSpan.FromMinutes(4));
        Assert.Null(Whole.Latency!.Newest);
        Add(TimeSpan.FromMinutes(6), 5000);
        _monitor.AdvanceTo(Start + TimeSpan.FromMinutes(5));

        var newest = Whole.Latency!.Newest!;

        Assert.Equal((Start, Start + TimeSpan.FromMinutes(5), 100), (newest.Start, newest.End, newest.Quantiles.Count));
        Near(50, newest.Quantiles.P50);
        Near(95, newest.Quantiles.P95);
        Near(99, newest.Quantiles.P99);
        Assert.Equal(101, Whole.Latency.Total!.Count);
    }

    [Fact]
    public void A_prediction_that_comes_twice_counts_once()
    {
        Add(TimeSpan.FromSeconds(1), 10);
        Assert.Equal(Arrival.Duplicate, _monitor.Add(new Prediction(new PredictionId(_id, _id), Start + TimeSpan.FromSeconds(1), _route, 0.5, Latency: ServingLatency.Of(TimeSpan.FromSeconds(9)))).Kind);

        Assert.Equal(1, Whole.Latency!.Total!.Count);
    }

    [Fact]
    public void What_cannot_be_read_is_counted_and_the_prediction_with_it()
    {
        _monitor.Add(new Prediction(new PredictionId(7, 7), Start, _route, 0.5, Latency: ServingLatency.Unreadable));

        Assert.Equal((1, null, 1), (Whole.Latency!.Unreadable, Whole.Latency.Total, (int)Whole.Predictions));
    }

    [Fact]
    public void Without_latencies_there_is_nothing_and_a_slice_has_none()
    {
        _monitor.Add(new Prediction(new PredictionId(7, 7), Start, _route, 0.5));
        Assert.Null(Whole.Latency);
        Add(TimeSpan.FromSeconds(1), 10);

        Assert.All(_monitor.Capture().Series.Where(series => !series.Key.IsWhole), series => Assert.Null(series.Latency));
        Assert.NotNull(Whole.Latency);
    }

    [Fact]
    public void A_latency_whose_window_is_closed_counts_in_the_total_alone()
    {
        Add(TimeSpan.FromSeconds(1), 10);
        _monitor.AdvanceTo(Start + TimeSpan.FromMinutes(6));
        Add(TimeSpan.FromSeconds(2), 10);

        Assert.Equal((1, 2, 1), (Whole.Latency!.Newest!.Quantiles.Count, Whole.Latency.Total!.Count, Whole.Latency.Late));
    }

    [Fact]
    public void A_window_that_is_long_past_is_shown_no_longer()
    {
        Add(TimeSpan.FromSeconds(1), 10);
        _monitor.AdvanceTo(Start + TimeSpan.FromMinutes(19));
        Assert.NotNull(Whole.Latency!.Newest);
        _monitor.AdvanceTo(Start + TimeSpan.FromMinutes(20));
        Assert.Null(Whole.Latency!.Newest);
    }

    private SeriesSnapshot Whole => _monitor.Capture().Series.Single(series => series.Key.IsWhole);

    private void Add(TimeSpan after, double milliseconds) =>
        _monitor.Add(new Prediction(new PredictionId(++_id, _id), Start + after, _route, 0.5, Latency: ServingLatency.Of(TimeSpan.FromMilliseconds(milliseconds))));

    private static void Near(double milliseconds, TimeSpan found) => Assert.InRange(found.TotalMilliseconds, milliseconds * 127 / 128, milliseconds * 129 / 128);
}
