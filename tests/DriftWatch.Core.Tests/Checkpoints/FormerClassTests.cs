using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Checkpoints;

/// <summary>States that were stored before classes had one canonical form, read now.</summary>
public class FormerClassTests
{
    private static readonly SeriesOptions Options = new() { Default = new RoutePolicy { Views = new ViewOptions { Kept = [ExtraView.PerClass, ExtraView.ClassWise], MaxClasses = 5 } } };

    [Fact]
    public void Keys_of_former_spellings_are_those_that_records_bring_now()
    {
        foreach (string spelling in new[] { "true", "True", "TRUE", "false", "1.0", "0.0", "17.0", "-1.0" })
        {
            Assert.Equal(ClassText.KeyOf(spelling), FormerClassKeys.CanonicalOf(ClassKey.Of(spelling)));
        }

        foreach (string canonical in new[] { "1", "0", "cat", "01", "yes" }) Assert.Equal(ClassKey.Of(canonical), FormerClassKeys.CanonicalOf(ClassKey.Of(canonical)));
    }

    [Fact]
    public void Routes_series_and_classes_go_on_under_the_canonical_name()
    {
        var table = new RouteTable(Options);
        table.TryRegister(1, new RouteDescription("m", "", View.TopLabel, "true", []), out int former);
        table.Watch(table[former].Classes!, ClassKey.Of("true"), "true");
        table.Watch(table[former].Classes!, ClassKey.Of("false"), "false");
        int series = table.Series.Count;

        var renamed = table.Canonicalize(ClassText.Canonical, FormerClassKeys.CanonicalOf);
        table.TryRegister(2, new RouteDescription("m", "", View.TopLabel, "1", []), out int now);

        Assert.Equal(3, renamed.Count);
        Assert.Equal(series, table.Series.Count);
        Assert.Equal(ClassKey.Of("1"), table[former].PredictedClass);
        Assert.Equal(table[former].Series, table[now].Series);
        Assert.Equal(["predicted:1", "class:1", "class:0"], table.Series.Where(one => one.Class is not null).Select(one => one.ViewName));
        Assert.Equal((0, 1), (table[now].Classes!.PlaceOf(ClassKey.Of("1")), table[now].Classes!.PlaceOf(ClassKey.Of("0"))));
    }

    [Theory]
    [InlineData("true", "1", true)]
    [InlineData("True", "1", true)]
    [InlineData("2.0", "2", true)]
    [InlineData("false", "1", false)]
    [InlineData("cat", "cat", true)]
    public void A_label_that_waited_in_a_former_spelling_meets_the_prediction_that_comes_now(string waited, string predicted, bool outcome)
    {
        var options = new MonitorOptions { Default = new ModelOptions { Join = new JoinRule { Lead = TimeSpan.FromHours(1) } } };
        var before = new CalibrationMonitor(options, new RouteTable(options.Routing), keepsState: true);
        before.Add(new Label(Records.IdOf("a"), new EventTime(1000), new LabelValue(LabelKind.Class, ClassKey.Of(waited))));

        var after = new CalibrationMonitor(options, new RouteTable(options.Routing), keepsState: true);
        after.StartRejoin();
        foreach (byte[] block in before.CopyJoin()) after.Rejoin(block);
        after.EndRejoin(StateExchange.Write(before.JoinTally));
        after.Routes.TryRegister(1, new RouteDescription("m", "", View.TopLabel, predicted, []), out int route);

        Assert.Equal(Arrival.Matched, after.Add(new Prediction(Records.IdOf("a"), new EventTime(2000), route, 0.5)).Kind);
        var match = after.Meetings[0];
        Assert.Equal(outcome, match.Outcome);
    }

    [Fact]
    public void Where_both_spellings_were_kept_the_second_stays_under_its_own_name()
    {
        var table = new RouteTable(Options);
        table.TryRegister(1, new RouteDescription("m", "", View.TopLabel, "1", []), out _);
        table.TryRegister(2, new RouteDescription("m", "", View.TopLabel, "true", []), out _);

        Assert.Empty(table.Canonicalize(ClassText.Canonical, FormerClassKeys.CanonicalOf));
        Assert.Equal(["predicted:1", "predicted:true"], table.Series.Where(one => one.Class is not null).Select(one => one.ViewName));
    }
}
