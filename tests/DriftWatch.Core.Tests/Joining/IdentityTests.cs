using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Joining;

/// <summary>Id, model and version make a prediction; a label answers all that it addresses. The oracle says the rest.</summary>
public sealed class IdentityTests
{
    private const int Champion = 0, Challenger = 1, Next = 2;

    private readonly RecordingSink _sink = new();
    private readonly RouteTable _routes;
    private readonly MonitorOptions _options;

    public IdentityTests()
    {
        _options = new MonitorOptions
        {
            Default = new ModelOptions { Join = new JoinRule { Horizon = Ms(100), Lead = Ms(10) } },
            Models = new Dictionary<string, ModelOptions> { ["challenger"] = new() { Join = new JoinRule { Horizon = Ms(1000), Corrections = CorrectionRule.Replace } } },
            OutOfOrderness = Ms(10),
            MaxPending = 1000,
        };
        _routes = new RouteTable(_options.Routing);
        foreach (var (key, model, version) in (IEnumerable<(UInt128, string, string)>)[(0, "champion", "1"), (1, "challenger", "1"), (2, "champion", "2")])
            Assert.True(_routes.TryRegister(key, new RouteDescription(model, version, View.Binary, null, []), out _));
    }

    [Fact]
    public void One_label_joins_every_prediction_of_its_id_before_and_after_it()
    {
        var joiner = Joiner();
        Assert.Equal(Arrival.Waiting, joiner.Add(P(Champion, 1000)).Kind);
        Assert.Equal(Arrival.Waiting, joiner.Add(P(Challenger, 1000)).Kind);

        Assert.Equal(Arrival.Matched, joiner.Add(L(1050)).Kind);
        Assert.Equal([Champion, Challenger], joiner.Meetings.ToArray().Select(m => m.Route).Order());
        Assert.Equal(Arrival.Matched, joiner.Add(P(Next, 1001)).Kind);

        Assert.Equal(Arrival.Duplicate, joiner.Add(P(Champion, 1000)).Kind);
        Assert.Equal(Arrival.Duplicate, joiner.Add(L(1050)).Kind);
        Assert.Equal((3, 1, 1, 1), (joiner.Counts.Matched, joiner.Counts.JoinedLabels, joiner.Counts.DuplicatePredictions, joiner.Counts.DuplicateLabels));
        Assert.Equal(3, joiner.Entries); // the label costs nothing
    }

    [Fact]
    public void A_label_that_names_a_model_or_a_version_joins_only_its_predictions()
    {
        var joiner = Joiner();
        foreach (int route in (int[])[Champion, Challenger, Next]) joiner.Add(P(route, 1000));

        joiner.Add(L(1050) with { Addressee = _routes.AddresseeOf("champion", "2") });
        Assert.Equal([Next], joiner.Meetings.ToArray().Select(m => m.Route));
        joiner.Add(L(1050, "0") with { Addressee = _routes.AddresseeOf("champion", null) });
        Assert.Equal([(Champion, Arrival.Matched), (Next, Arrival.Duplicate)], joiner.Meetings.ToArray().Select(m => (m.Route, m.Label)).Order());
        Assert.Equal(Arrival.Waiting, joiner.Add(L(1050) with { Addressee = _routes.AddresseeOf("nobody", null) }).Kind);
        Assert.Equal(1, joiner.Pending(Challenger));
    }

    [Fact]
    public void Each_expires_by_the_rule_of_its_own_model_and_the_label_stays_for_the_longest()
    {
        var joiner = Joiner();
        joiner.Add(P(Champion, 1000));
        joiner.Add(P(Challenger, 1000));
        joiner.AdvanceTo(new(1121)); // the champion's deadline has passed
        joiner.Settle();
        Assert.Equal([(Champion, 1000L, 0.8, 1.0)], _sink.Expired);

        Assert.Equal(Arrival.Matched, joiner.Add(L(1090)).Kind);
        Assert.Equal([Challenger], joiner.Meetings.ToArray().Select(m => m.Route));
        joiner.AdvanceTo(new(2050)); // the challenger's deadline has passed, the label's has not
        joiner.Settle();
        Assert.Equal(1, joiner.Entries);
        Assert.Equal(Arrival.Matched, joiner.Add(P(Challenger, 1080)).Kind); // the id again
    }

    [Fact]
    public void A_correction_is_subtracted_where_labels_are_replaced_and_the_first_label_goes_on_for_others()
    {
        var joiner = Joiner();
        joiner.Add(P(Challenger, 1000));
        joiner.Add(P(Champion, 1000));
        joiner.Add(L(1050, "1"));

        joiner.Add(L(1060, "0"));
        Assert.Equal([(Champion, Arrival.Duplicate, false), (Challenger, Arrival.Corrected, true)], joiner.Meetings.ToArray().Select(m => (m.Route, m.Label, m.OldOutcome)).Order());
        joiner.Add(P(Next, 1000));
        Assert.True(Assert.Single(joiner.Meetings.ToArray()).Outcome); // the first stands for a model that ignores corrections
    }

    [Fact]
    public void Versions_past_the_bound_are_one_and_a_label_that_names_any_of_them_addresses_it()
    {
        var options = _options with { MaxVersions = 1 };
        var routes = new RouteTable(options.Routing);
        routes.TryRegister(1, new RouteDescription("champion", "1", View.Binary, null, []), out _);
        routes.TryRegister(2, new RouteDescription("champion", "2", View.Binary, null, []), out int folded);
        var joiner = new PredictionJoiner(options.Joining, routes, _sink);
        joiner.Add(P(0, 1000));
        joiner.Add(P(folded, 1000));

        joiner.Add(L(1050) with { Addressee = routes.AddresseeOf("champion", "2") });

        Assert.Equal([folded], joiner.Meetings.ToArray().Select(m => m.Route));
    }

    [Fact]
    public void Past_its_bound_an_id_gives_up_what_came_first()
    {
        var joiner = Joiner();
        joiner.Add(P(Champion, 1000));
        for (int i = 0; i < IdEntries.Most; i++) joiner.Add(L(2000 + i));

        Assert.Equal([(Champion, 1000L, 0.8)], _sink.Evicted);
        Assert.Equal(0, joiner.Pending(Champion));
        JoinAccounts.AssertBalanced(joiner.Counts, "at the bound");
        Assert.Null(joiner.FindFault());
    }

    [Fact]
    public void Classes_past_the_bound_cost_an_entry_and_nothing_else()
    {
        var options = _options with { MaxPending = 1_000_000, Default = _options.Default with { PositiveLabel = "1" } };
        var joiner = new PredictionJoiner(options.Joining, _routes, _sink);
        for (int i = 0; i < LabelClasses.Most + 10; i++)
        {
            var id = new PredictionId(7, (ulong)i);
            joiner.Add(P(Champion, 1000) with { Id = id });
            // Each of a class of its own, until "1" finds no room.
            bool full = i >= LabelClasses.Most;
            joiner.Add(L(1050) with { Id = id, Value = full ? LabelValue.Class("1") : new(LabelKind.Class, (ulong)i + 1000) });
            if (!full) continue;
            Assert.Equal(Arrival.Matched, joiner.Add(P(Next, 1000) with { Id = id }).Kind);
            Assert.True(joiner.Meetings[0].Outcome);
        }
    }

    private PredictionJoiner Joiner() => new(_options.Joining with { Bucket = Ms(20) }, _routes, _sink);

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static Prediction P(int route, long time) => new(new(0, 1), new(time), route, 0.8);

    private static Label L(long time, string name = "1") => new(new(0, 1), new(time), LabelValue.Class(name));
}
