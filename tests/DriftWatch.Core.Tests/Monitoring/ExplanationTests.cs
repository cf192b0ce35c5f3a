using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

public sealed class ExplanationTests
{
    private static readonly EventTime Start = new(1_000_000_000_000);

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
            var time = Start + TimeSpan.FromMilliseconds(i * 200);
            string region = regions[random.Below(4)];
            bool off = i > 20_000 && (!fromOne || region == "asia");
            double p = .2 + (.6 * random.Unit());
            monitor.AdvanceTo(time);
            monitor.Add(new Prediction(new(0, (ulong)i), time, Route(routes, region), p));
            monitor.Add(new Label(new(0, (ulong)i), time, LabelValue.Class(random.Chance(off ? p - .15 : p) ? "1" : "0")));
        }

        monitor.AdvanceTo(Start + TimeSpan.FromMilliseconds(14_000_000));
        var whole = monitor.Capture().Series.Single(series => series.Key.Slice is null);

        Assert.Equal(EpisodeState.Cooling, whole.State);
        if (fromOne) Assert.Equal([new Slice("region", "asia")], whole.ExplainedBy);
        else Assert.Null(whole.ExplainedBy);
        Assert.All(monitor.Capture().Series.Where(series => series.Key.Slice is not null), series => Assert.Null(series.ExplainedBy));
    }

    /// <summary>Asia is off for long, then Europe instead, in one episode of the whole; neither has labels enough for one of its own. Asia's data are held whatever other versions see.</summary>
    [Theory]
    [InlineData(AlarmGroup.Series, false)]
    [InlineData(AlarmGroup.Model, false)]
    [InlineData(AlarmGroup.Service, false)]
    [InlineData(AlarmGroup.Model, true)]
    [InlineData(AlarmGroup.Service, true)]
    public void An_episode_is_explained_by_the_slice_that_made_most_of_it_whoever_shares_the_false_alarm_rate(AlarmGroup group, bool otherVersion)
    {
        var options = new MonitorOptions
        {
            Default = new ModelOptions
            {
                Join = new JoinRule { Horizon = TimeSpan.FromMinutes(10) },
                Drift = new DriftOptions { Tolerance = .03, Dependence = Dependence.Independent, MinLabeled = 26_000, Group = group },
            },
        };
        var routes = new RouteTable(options.Routing);
        var monitor = new CalibrationMonitor(options, routes);
        var random = new SplitMix(5);
        string[] regions = ["asia", "asia", "eu", "eu", "us", "africa", "north", "south"];
        for (int i = 0; i < 100_000; i++)
        {
            var time = Start + TimeSpan.FromMilliseconds(i * 200);
            string region = regions[random.Below(8)];
            bool off = i is > 10_000 and <= 60_000 ? region == "asia" : i > 60_000 && region == "eu";
            double p = .4 + (.4 * random.Unit());
            monitor.AdvanceTo(time);
            Take(2 * i, "1", region, p, random.Chance(off ? p - .3 : p));
            if (otherVersion) Take((2 * i) + 1, "2", region, p, random.Chance(i > 60_000 ? p - .3 : p)); // has an onset of its own, later

            void Take(int id, string version, string of, double claim, bool outcome)
            {
                monitor.Add(new Prediction(new(0, (ulong)id), time, Route(routes, of, version), claim));
                monitor.Add(new Label(new(0, (ulong)id), time, LabelValue.Class(outcome ? "1" : "0")));
            }
        }

        monitor.AdvanceTo(Start + TimeSpan.FromMilliseconds(100_000 * 200));
        var snapshot = monitor.Capture();
        var whole = snapshot.Series.Single(series => series.Key is { Slice: null, Version: "1" });

        Assert.Equal(EpisodeState.Cooling, whole.State);
        Assert.DoesNotContain(snapshot.Episodes, episode => episode.Series.Slice is not null);
        Assert.Equal([new Slice("region", "asia")], whole.ExplainedBy);
    }

    private static int Route(RouteTable routes, string region, string version = "1")
    {
        UInt128 key = (UInt128)ClassKey.Of(version + region);
        if (routes.TryFind(key, out int route)) return route;
        Assert.True(routes.TryRegister(key, new RouteDescription("m", version, View.Binary, null, [new Slice("region", region)]), out route));
        return route;
    }
}
