using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Replay;

public sealed class AurocTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 20)]
    [InlineData(3, 1000)]
    public void The_share_of_pairs_in_order_equals_that_of_counting_every_pair(int seed, int distinct)
    {
        var random = new Random(seed);
        var (routes, route) = OneRoute();
        var pairs = new Rows<Pair>();
        for (int i = 0; i < 800; i++)
        {
            pairs.Add(new Pair(new EventTime(random.NextInt64(3 * 3_600_000)), random.Next(distinct) / (double)distinct, route, random.Next(3) == 0));
        }

        var auroc = new Auroc(pairs, routes, [Hour], default);

        var all = Enumerable.Range(0, pairs.Count).Select(row => pairs[row]).ToList();
        var series = routes.Series[routes[route].Series[0]];
        Assert.Equal(ByCounting(all), auroc.OfTotal(series, Window(0, all)));
        for (int hour = 0; hour < 3; hour++)
        {
            var inside = all.Where(pair => pair.Time.FloorTo(Hour) == new EventTime(hour * 3_600_000)).ToList();
            Assert.Equal(ByCounting(inside), auroc.Of(series, Window(hour, inside)));
        }
    }

    [Fact]
    public void One_class_alone_has_none()
    {
        var (routes, route) = OneRoute();
        var pairs = new Rows<Pair>();
        pairs.Add(new Pair(default, 0.5, route, true));

        var window = Window(0, [pairs[0]]);

        Assert.Null(new Auroc(pairs, routes, [Hour], default).Of(routes.Series[0], window));
    }

    [Fact]
    public void A_window_that_holds_other_outcomes_than_were_seen_has_none()
    {
        var (routes, route) = OneRoute();
        var pairs = new Rows<Pair>();
        pairs.Add(new Pair(default, 0.4, route, false));
        pairs.Add(new Pair(default, 0.5, route, true));
        var auroc = new Auroc(pairs, routes, [Hour], default);
        var window = Window(0, [pairs[0], pairs[1]]);

        Assert.Equal(1, auroc.Of(routes.Series[0], window));
        Assert.Null(auroc.Of(routes.Series[0], window with { Labeled = 3 }));
        Assert.Null(auroc.Of(routes.Series[0], window with { Positives = 2 }));
    }

    private static double? ByCounting(List<Pair> pairs)
    {
        long twice = 0, count = 0;
        foreach (var positive in pairs.Where(pair => pair.Outcome))
        {
            foreach (var negative in pairs.Where(pair => !pair.Outcome))
            {
                count++;
                twice += positive.Confidence > negative.Confidence ? 2 : positive.Confidence == negative.Confidence ? 1 : 0;
            }
        }

        return count == 0 ? null : twice / (2.0 * count);
    }

    private static WindowSnapshot Window(int hour, List<Pair> pairs) => new(
        new EventTime(hour * 3_600_000), new EventTime((hour + 1) * 3_600_000), true, pairs.Count, pairs.Count, pairs.Count(pair => pair.Outcome), 0, CalibrationReport.Empty, []);

    private static (RouteTable Routes, int Route) OneRoute()
    {
        var routes = new RouteTable(new SeriesOptions());
        routes.TryRegister(1, new RouteDescription("m", "1", View.Binary, null, []), out int route);
        return (routes, route);
    }
}
