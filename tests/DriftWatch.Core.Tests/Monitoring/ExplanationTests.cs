using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

public sealed class ExplanationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_running_episode_names_the_slice_that_it_comes_from_if_it_comes_from_one(bool fromOne)
    {
        var options = new MonitorOptions
        {
            Default = new ModelOptions
            {
                Join = new JoinRule { Horizon = TimeSpan.FromMinutes(10) },
                Drift = new DriftOptions { Tolerance = .02, Dependence = Dependence.Independent },
            },
        };
        var routes = new RouteTable(options.Routing);
        var monitor = new CalibrationMonitor(options, routes);
        var random = new SplitMix(3);
        string[] regions = ["eu", "us", "asia", "africa"];
        for (int i = 0; i < 60_000; i++)
        {
            var time = new EventTime(1_000_000_000_000 + (i * 200L));
            string region = regions[random.Below(4)];
            bool off = i > 20_000 && (!fromOne || region == "asia");
            double p = .2 + (.6 * random.Unit());
            monitor.AdvanceTo(time);
            monitor.Add(new Prediction(new(0, (ulong)i), time, Route(routes, region), p), out _);
            monitor.Add(new Label(new(0, (ulong)i), time, LabelValue.Class(random.Chance(off ? p - .15 : p) ? "1" : "0")), out _);
        }

        monitor.AdvanceTo(new EventTime(1_000_000_000_000 + 14_000_000));
        var whole = monitor.Capture().Series.Single(series => series.Key.Slice is null);

        Assert.Equal(EpisodeState.Cooling, whole.State);
        if (fromOne) Assert.Equal([new Slice("region", "asia")], whole.ExplainedBy);
        else Assert.Null(whole.ExplainedBy);
        Assert.All(monitor.Capture().Series.Where(series => series.Key.Slice is not null), series => Assert.Null(series.ExplainedBy));
    }

    private static int Route(RouteTable routes, string region)
    {
        UInt128 key = (UInt128)ClassKey.Of(region);
        if (routes.TryFind(key, out int route)) return route;
        Assert.True(routes.TryRegister(key, new RouteDescription("m", "1", View.Binary, null, [new Slice("region", region)]), out route));
        return route;
    }
}
