using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;

namespace DriftWatch.Core.Checkpoints;

public class RouteStateTests
{
    private static readonly string[] Caches = ["RouteTable.Vectors", "RouteTable.Touched"];

    private static readonly MonitorOptions Options = new()
    {
        MaxModels = 4,
        MaxVersions = 3,
        MaxSlices = 4,
        MaxRoutes = 60,
        Default = new ModelOptions { Views = new ViewOptions { Kept = [ExtraView.Folded, ExtraView.PerClass, ExtraView.ClassWise], MaxClasses = 3 } },
        Models = new Dictionary<string, ModelOptions> { ["m0"] = new() { Slices = ["region"], PositiveLabel = "yes" } },
    };

    /// <summary>One record: a route is found or registered, and now and then a class is met.</summary>
    private static string Step(RouteTable routes, SplitMix random)
    {
        string model = $"m{random.Below(6)}", version = $"{random.Below(5)}";
        var view = random.Chance(0.5) ? View.Binary : View.TopLabel;
        string? predicted = view == View.TopLabel ? $"c{random.Below(5)}" : null;
        Slice[] slices = [.. new[] { "region", "user" }.Where(_ => random.Chance(0.6)).Select(name => new Slice(name, $"{random.Below(4)}"))];
        var key = (UInt128)ClassKey.Of($"{model}/{version}/{view}/{predicted}/{string.Join<Slice>(',', slices)}");
        string outcome = "known";
        if (!routes.TryFind(key, out int route)) outcome = $"{routes.TryRegister(key, new RouteDescription(model, version, view, predicted, slices), out route)}";
        if (route < 0 || routes[route].Classes is not { } classes) return $"{outcome} {route}";
        ulong name = ClassKey.Of($"c{random.Below(5)}");
        int place = classes.PlaceOf(name);
        if (place < 0) place = routes.Watch(classes, name, $"{name}");
        if (place < 0) routes.NoteLeftOut("class");
        return $"{outcome} {route} {place}";
    }

    private static byte[] Write(RouteTable routes) => StateExchange.Write(routes);

    [Fact]
    public void Routes_read_back_are_the_same_and_go_on_the_same()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var random = new SplitMix(seed);
            var before = new RouteTable(Options.Routing);
            for (int left = random.Below(300); left > 0; left--) Step(before, random);
            byte[] bytes = Write(before);

            var after = new RouteTable(Options.Routing);
            StateExchange.Read(after, bytes);
            var overflows = new ExchangePart(before.ExchangeOverflows);
            StateExchange.Read(new ExchangePart(after.ExchangeOverflows), StateExchange.Write(overflows));
            DeepCompare.AssertSame(before, after, $"seed {seed}", Caches);
            Assert.True(bytes.AsSpan().SequenceEqual(Write(after)), $"seed {seed}");
            Assert.Equal(before.Models, after.Models);

            var (one, other) = (new SplitMix(seed + 1000), new SplitMix(seed + 1000));
            for (int i = 0; i < 300; i++) Assert.Equal(Step(before, one), Step(after, other));
            DeepCompare.AssertSame(before, after, $"seed {seed}, later", Caches);
            Assert.True(Write(before).AsSpan().SequenceEqual(Write(after)), $"seed {seed}, later");
        }
    }

    [Fact]
    public void Where_other_settings_shape_routes_the_old_ones_stay_and_records_make_new_ones()
    {
        var before = new RouteTable(new MonitorOptions().Routing);
        var region = new RouteDescription("m", "1", View.Binary, null, [new("region", "eu"), new("user", "7")]);
        before.TryRegister(1, region, out int old);
        var changed = new MonitorOptions { Default = new ModelOptions { Slices = ["region"], Views = new ViewOptions { Kept = [ExtraView.Folded] } } };

        var after = new RouteTable(changed.Routing);
        StateExchange.Read(after, Write(before));

        Assert.Equal(3, after[old].Series.Length);
        Assert.Equal(-1, after[old].Folded);
        Assert.False(after.TryFind(1, out _));
        Assert.True(after.TryRegister(1, region, out int made));
        Assert.NotEqual(old, made);
        Assert.Equal(["m/1", "m/1/region=eu"], after[made].Series.Select(series => $"{after.Series[series]}"));
        Assert.Equal(View.Folded, after.Series[after[made].Folded].View);
        Assert.True(after.TryFind(1, out int found) && found == made);
    }

    [Fact]
    public void Only_what_is_new_touches_the_table()
    {
        var routes = new RouteTable(new SeriesOptions());
        var description = new RouteDescription("m", "1", View.Binary, null, []);
        routes.TryRegister(1, description, out _);
        routes.NoteStored();
        Assert.True(routes.TryFind(1, out _));
        routes.NoteLeftOut("class");
        Assert.False(routes.Touched);
        routes.TryRegister(2, description with { Version = "2" }, out _);
        Assert.True(routes.Touched);
    }

    [Fact]
    public void Damaged_bytes_end_in_a_fault_or_in_a_table_and_in_nothing_else()
    {
        var random = new SplitMix(5);
        var before = new RouteTable(Options.Routing);
        for (int i = 0; i < 80; i++) Step(before, random);
        byte[] bytes = Write(before);
        int refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[random.Below(bytes.Length)] ^= (byte)(1 << random.Below(8));
            try
            {
                StateExchange.Read(new RouteTable(Options.Routing), damaged);
            }
            catch (StateFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 3999);
    }

    private sealed class ExchangePart(Action<StateExchange> exchange) : IKeepsState
    {
        public void Exchange(StateExchange state) => exchange(state);
    }
}
