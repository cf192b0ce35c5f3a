using DriftWatch.Core.Monitoring;

namespace DriftWatch.Core.Series;

public sealed class RouteTableTests
{
    private UInt128 _nextKey;

    [Fact]
    public void The_same_combination_has_one_route_and_a_slice_has_one_series()
    {
        var routes = new RouteTable(new SeriesOptions());

        int eu = Register(routes, "m", "1", ("region", "eu"));
        int us = Register(routes, "m", "1", ("region", "us"));
        int again = Register(routes, "m", "1", ("region", "eu"));

        Assert.Equal(eu, again);
        Assert.NotEqual(eu, us);
        Assert.Equal(["m/1", "m/1/region=eu", "m/1/region=us"], routes.Series.Select(s => s.ToString()));
        Assert.Equal([0, 1], routes[eu].Series);
        Assert.Equal([0, 2], routes[us].Series);
    }

    [Fact]
    public void Dimensions_that_nobody_watches_make_no_routes()
    {
        var model = new ModelOptions { Slices = ["region"] };
        var routes = new RouteTable(new MonitorOptions { Default = model, MaxRoutes = 3 }.Routing);

        for (int user = 0; user < 1000; user++) Register(routes, "m", "1", ("user", $"{user}"), ("region", "eu"));

        Assert.Equal(1, routes.Count);
        Assert.Equal(0, routes.Overflows["route"]);
    }

    [Fact]
    public void A_combination_that_finds_no_room_among_the_keys_is_not_counted_each_time_it_is_asked_for()
    {
        var routes = new RouteTable(new MonitorOptions { MaxVersions = 1, MaxRoutes = 2 }.Routing);
        for (int i = 0; i < 8; i++) Register(routes, "m", $"{i}");
        Assert.Equal(7, routes.Overflows["version"]);

        for (int i = 0; i < 3; i++) Register(routes, "m", "one too many");

        Assert.Equal(7, routes.Overflows["version"]);
    }

    [Fact]
    public void Slices_and_versions_past_their_bound_are_folded_and_counted()
    {
        var routes = new RouteTable(new MonitorOptions { MaxSlices = 2, MaxVersions = 2 }.Routing);

        for (int i = 0; i < 5; i++) Register(routes, "m", "1", ("region", $"{i}"));
        for (int i = 0; i < 5; i++) Register(routes, "n", $"{i}");

        Assert.Equal(3, routes.Series.Count(s => s.Model == "m" && s.Slice is not null));
        Assert.Contains(routes.Series, s => s.Slice is { Dimension: "region", Value: Slice.Other });
        Assert.Equal(["0", "1", RouteTable.Other], routes.Series.Where(s => s.Model == "n").Select(s => s.Version));
        Assert.Equal(3, routes.Overflows["slice"]);
        Assert.Equal(3, routes.Overflows["version"]);
    }

    [Fact]
    public void Without_room_for_a_combination_its_slices_go_and_the_model_stays()
    {
        var routes = new RouteTable(new MonitorOptions { MaxRoutes = 2, MaxSlices = 100 }.Routing);
        Register(routes, "m", "1", ("a", "1"));
        Register(routes, "m", "1", ("a", "2"));

        int folded = Register(routes, "m", "1", ("a", "3"));
        int other = Register(routes, "n", "1", ("a", "3"));

        Assert.Equal([0], routes[folded].Series);
        Assert.Equal("n", routes[other].Model);
        Assert.Equal(2, routes.Overflows["route"]);
    }

    [Fact]
    public void One_model_too_many_is_refused_and_so_is_one_that_is_not_named_where_only_named_ones_count()
    {
        var few = new RouteTable(new MonitorOptions { MaxModels = 1 }.Routing);
        var named = new RouteTable(new MonitorOptions { OnlyNamedModels = true, Models = new Dictionary<string, ModelOptions> { ["m"] = new() } }.Routing);

        Register(few, "m", "1");

        Assert.False(Try(few, "n", "1", out _));
        Assert.True(Try(few, "m", "2", out _));
        Assert.False(Try(named, "n", "1", out _));
        Assert.True(Try(named, "m", "1", out _));
    }

    private int Register(RouteTable routes, string model, string version, params (string Dimension, string Value)[] slices)
    {
        Assert.True(Try(routes, model, version, out int route, slices));
        return route;
    }

    private bool Try(RouteTable routes, string model, string version, out int route, params (string Dimension, string Value)[] slices) =>
        routes.TryRegister(_nextKey++, new RouteDescription(model, version, View.Binary, null, [.. slices.Select(s => new Slice(s.Dimension, s.Value))]), out route);
}
