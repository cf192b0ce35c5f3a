using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Joining;

/// <summary>Of several labels the one of the more trusted source counts, in whatever order they come.</summary>
public class LabelSourceTests
{
    private const string Time = "1795255200000";

    [Theory]
    [InlineData(CorrectionRule.Ignore), InlineData(CorrectionRule.Replace)]
    public void WhichSourceCountsDoesNotDependOnTheOrderOfArrival(CorrectionRule corrections)
    {
        var rule = new JoinRule { Horizon = JoinWorld.Ms(100), Corrections = corrections, Sources = [new("human", false), new("audit", false), new("judge", true)] };
        var random = new Random(7);
        for (int run = 0; run < 500; run++)
        {
            var (routes, prediction) = World(rule);
            // One label of each of some sources, at any times; the outcome is a coin's. What is not in the list comes last.
            string?[] names = [.. new[] { "human", "audit", "judge", "nobody knows" }.Where(_ => random.Next(3) > 0)];
            Label[] labels = [.. names.Select(name => new Label(prediction.Id, new(1000 + random.Next(100)), LabelValue.Class(random.Next(2).ToString()), Source: routes.Sources!.NumberOf(name!)))];
            object[] records = [.. labels.Cast<object>().Append(prediction)];
            random.Shuffle(records);

            var joiner = new PredictionJoiner(Options(rule).Joining, routes, new RecordingSink());
            int outcome = -1;
            foreach (object record in records)
            {
                if (record is Label label) joiner.Add(label);
                else joiner.Add(prediction);
                foreach (var meeting in joiner.Meetings)
                {
                    if (meeting.Label is not (Arrival.Matched or Arrival.Corrected)) continue;
                    // What is taken back is what stood.
                    if (meeting.Label == Arrival.Corrected) Assert.Equal(outcome, meeting.OldOutcome ? 1 : 0);
                    outcome = meeting.Outcome ? 1 : 0;
                }
            }

            int expected = labels.Length == 0 ? -1 : labels[0].Value == LabelValue.Class("1") ? 1 : 0;
            Assert.True(expected == outcome, $"run {run}: {string.Join(", ", names)}: expected {expected}, got {outcome}");
            Assert.Null(joiner.FindFault());
        }
    }

    [Fact]
    public void ALabelOfAMoreTrustedSourceIsACorrectionAndOneOfALessTrustedOneSaysNothingNew()
    {
        var rule = new JoinRule { Horizon = JoinWorld.Ms(100), Sources = [new("human", false), new("judge", true)] };
        var (routes, prediction) = World(rule);
        var joiner = new PredictionJoiner(Options(rule).Joining, routes, new RecordingSink());
        joiner.Add(prediction);
        Label Of(string source, long time, string value) => new(prediction.Id, new(time), LabelValue.Class(value), Source: routes.Sources!.NumberOf(source));

        Assert.Equal(Arrival.Matched, joiner.Add(Of("judge", 1050, "1")).Kind);
        Assert.Equal(Arrival.Duplicate, joiner.Add(Of("judge", 1060, "0")).Kind); // of the same source the first counts
        Assert.Equal(Arrival.Corrected, joiner.Add(Of("human", 1010, "0")).Kind);
        Assert.Equal([new(0, new(1000), JoinWorld.Ms(10), Arrival.Corrected, 0.8, false, true, JoinWorld.Ms(50), Value: LabelValue.Class("0"))], joiner.Meetings.ToArray());
        Assert.Equal(Arrival.Duplicate, joiner.Add(Of("judge", 1070, "1")).Kind);
        Assert.Equal(Arrival.Duplicate, joiner.Add(Of("human", 1080, "1")).Kind);
        Assert.Equal((1, 1, 3), (joiner.Counts.Matched, joiner.Counts.Corrected, joiner.Counts.DuplicateLabels));
    }

    [Fact]
    public void WithoutAListNobodyLooksAtSourcesNorKeepsThem()
    {
        var records = new Records();
        foreach (string source in (string[])["\"human\"", "{\"not\":\"looked at\"}", "17"])
        {
            var (reason, label) = records.Label($$"""{"id":"a","timestamp":{{Time}},"label":1,"source":{{source}}}""");
            Assert.Equal((RejectReason.None, SourceNames.Unstated), (reason, label.Source));
        }

        Assert.Null(records.Routes.Sources);
    }

    [Theory]
    [InlineData("\"human\"", "human"), InlineData("\"judge 7\"", "judge 7"), InlineData("17", "17"), InlineData("null", ""), InlineData("\"\"", ""), InlineData("\"Human\"", null), InlineData("\"h\\u0007\"", null)]
    public void ASourceIsTakenAsItIsWritten(string written, string? name)
    {
        var records = Sourced();

        var (reason, label) = records.Label($$"""{"id":"a","timestamp":{{Time}},"label":1,"source":{{written}}}""");

        var sources = records.Routes.Sources!;
        Assert.Equal((RejectReason.None, name switch { null => SourceNames.Unknown, "" => SourceNames.Unstated, _ => sources.NumberOf(name) }), (reason, label.Source));
        // What no model knows is shown, fit for a page.
        Assert.Equal(name is null ? [written.Contains("Human", StringComparison.Ordinal) ? "Human" : "h?"] : [], sources.UnknownNames);
    }

    [Theory]
    [InlineData("true"), InlineData("[\"human\"]"), InlineData("{}")]
    public void WhatIsNoNameRefusesTheLabelWithItsPlace(string written)
    {
        var records = Sourced();

        Assert.Equal(RejectReason.Schema, records.Label($$"""{"id":"a","timestamp":{{Time}},"label":1,"source":{{written}}}""").Reason);
        Assert.Contains("/source: expected a string or a number", records.Reader.LastFault);
    }

    [Theory]
    [InlineData("trusted:human", true), InlineData("judge:gpt 4", true), InlineData("judge:", false), InlineData("human", false), InlineData("judge: x", false), InlineData("Trusted:x", false), InlineData("trusted:a\tb", false)]
    public void ASourceIsWrittenAsTruthOrJudgeWithAName(string text, bool good)
    {
        Assert.Equal(good, LabelSource.TryParse(text, out var source));
        if (good) Assert.Equal(text, source.ToString());
    }

    private static Records Sourced() =>
        new(options: new MonitorOptions { Default = new ModelOptions { Join = new JoinRule { Sources = [new("human", false), new("judge 7", true), new("17", true)] } } });

    private static MonitorOptions Options(JoinRule rule) => new() { Default = new ModelOptions { Join = rule }, OutOfOrderness = JoinWorld.Ms(10), MaxPending = 100 };

    private static (RouteTable Routes, Prediction Prediction) World(JoinRule rule)
    {
        var routes = new RouteTable(Options(rule).Routing);
        routes.TryRegister(0, new RouteDescription("m", "1", View.Binary, null, []), out int route);
        return (routes, new Prediction(new(1, 1), new(1000), route, 0.8));
    }
}
