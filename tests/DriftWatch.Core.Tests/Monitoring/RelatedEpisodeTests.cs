using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>One cause that shows in several series is told as one.</summary>
public sealed class RelatedEpisodeTests
{
    private static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void The_request_of_the_whole_names_the_slice_that_asked_before_it()
    {
        var told = Run(hours: 72, wholeFrom: 24);

        var slice = told[0];
        var whole = told.First(one => one.Series.IsWhole);
        Assert.Equal(("region=eu", RequestKind.Requested), (slice.Series.Slice?.ToString(), slice.Kind));
        Assert.Empty(slice.Related);
        var related = Assert.Single(whole.Related);
        Assert.Equal((slice.EpisodeId, true, "region=eu"), (related.EpisodeId, related.Requested, related.Series.Slice?.ToString()));

        var data = JsonDocument.Parse(CloudEventWriter.Write(whole, "/test", new EventContext { PositiveClass = "fraud", Lifetime = Hour, AnswerTopic = "answers" })).RootElement;
        Assert.Equal(("critical", "ERROR"), (data.GetProperty("data").GetProperty("severity").GetString(), data.GetProperty("severitytext").GetString()));
        Assert.Equal((whole.Decided + Hour).ToString(), data.GetProperty("expirytime").GetString());
        Assert.Equal(("answers", CloudEventWriter.CompletedType), (data.GetProperty("data").GetProperty("answer").GetProperty("topic").GetString(), data.GetProperty("data").GetProperty("answer").GetProperty("type").GetString()));
        Assert.Equal("fraud", data.GetProperty("data").GetProperty("positiveClass").GetString());
        Assert.Equal(slice.EpisodeId, data.GetProperty("data").GetProperty("related")[0].GetProperty("episode").GetString());
        Assert.False(data.GetProperty("data").GetProperty("read").GetProperty("filter").TryGetProperty("slice", out _));
        var ofSlice = JsonDocument.Parse(CloudEventWriter.Write(slice, "/test", new EventContext())).RootElement;
        Assert.Equal(("warning", "high"), (ofSlice.GetProperty("data").GetProperty("severity").GetString(), ofSlice.GetProperty("data").GetProperty("urgency").GetString()));
        Assert.Equal("eu", ofSlice.GetProperty("data").GetProperty("read").GetProperty("filter").GetProperty("slice").GetProperty("value").GetString());
        Assert.False(ofSlice.TryGetProperty("expirytime", out _));
        Assert.False(ofSlice.GetProperty("data").TryGetProperty("modelUri", out _));
    }

    /// <summary>Ten regions; eu is off from the first hour, the others from a later one.</summary>
    private static List<RecalibrationRequest> Run(int hours, int wholeFrom)
    {
        var options = new MonitorOptions
        {
            Pane = Hour,
            Windows = [TimeSpan.FromDays(1)],
            OutOfOrderness = TimeSpan.Zero,
            Default = new ModelOptions
            {
                Join = new JoinRule { Horizon = Hour },
                EarlyWarning = new EarlyWarningOptions { Enabled = false },
                Drift = new DriftOptions { Dependence = Dependence.Independent, Pane = Hour, Tolerance = 0.05 },
            },
        };
        var routes = new RouteTable(options.Routing);
        var monitor = new CalibrationMonitor(options, routes);
        List<RecalibrationRequest> told = [];
        ulong id = 0;
        for (int hour = 0; hour < hours; hour++)
        {
            for (int i = 0; i < 600; i++)
            {
                var time = Start + (hour * Hour) + TimeSpan.FromSeconds(6 * i);
                string region = new[] { "eu", "a", "b", "c", "d", "e", "f", "g", "h", "k" }[i % 10];
                double claim = 0.2 + (0.05 * (i / 10 % 10));
                bool off = region == "eu" || hour >= wholeFrom;
                bool cameTrue = ((i * 37) + (hour * 11)) % 100 < 100 * (claim + (off ? 0.25 : 0));
                var key = (UInt128)ClassKey.Of(region);
                if (!routes.TryFind(key, out int route)) routes.TryRegister(key, new RouteDescription("m", "1", View.Binary, null, [new Slice("region", region)]), out route);
                monitor.Add(new Prediction(new PredictionId(0, id), time, route, claim));
                monitor.Add(new Label(new PredictionId(0, id++), time, LabelValue.Class(cameTrue ? "1" : "0")));
            }

            monitor.AdvanceTo(Start + ((hour + 1) * Hour));
            told.AddRange(monitor.TakeRequests());
        }

        return told;
    }
}
