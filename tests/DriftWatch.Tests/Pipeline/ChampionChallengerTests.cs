using System.Text;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options;
using DriftWatch.Replay;

namespace DriftWatch.Pipeline;

/// <summary>Two models score the same requests: both count, side by side, in windows, slices, episodes and events, through restarts.</summary>
public sealed class ChampionChallengerTests : IDisposable
{
    private const int Requests = 6000;

    private static readonly MonitorOptions Options = new()
    {
        Windows = [TimeSpan.FromMinutes(10)],
        Default = new ModelOptions
        {
            Join = new JoinRule { Horizon = TimeSpan.FromMinutes(5), Lead = TimeSpan.FromSeconds(10) },
            Rule = DriftRule.Threshold,
            Threshold = new() { Window = TimeSpan.FromMinutes(10), Windows = 1, MinLabeled = 50, Raise = 0.15, Clear = 0.1 },
        },
    };

    private readonly ReplayRun _replay = new();

    public void Dispose() => _replay.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_are_in_windows_slices_and_events_and_crashes_change_nothing(bool crashes)
    {
        using var service = Service();
        for (int crash = 0; crashes && crash < 5; crash++)
        {
            for (int i = 0; i < 5 + crash; i++)
            {
                service.Time.Advance(TimeSpan.FromMilliseconds(10));
                service.Cycle();
            }

            service.StartService();
        }

        service.RunToEnd();
        var monitor = service.Snapshot.Monitor;

        foreach (string model in (string[])["champion", "challenger"])
        {
            var whole = monitor.Series.Single(series => series.Key.Model == model && series.Key.IsWhole);
            Assert.Equal((Requests, Requests), (whole.Total.Predictions, whole.Total.Labeled));
            Assert.Equal(Requests, monitor.Series.Where(series => series.Key.Model == model && series.Key.Slice is not null).Sum(series => series.Total.Labeled));
        }

        // Only the challenger claims too much.
        var events = service.Store.Records.Where(record => record.Topic != OutputTopic.DeadLetters).Select(record => JsonDocument.Parse(record.Value!).RootElement.ToString()).ToList();
        Assert.NotEmpty(events);
        Assert.All(events, one => Assert.Contains("challenger", one));
        Assert.Equal((2 * Requests, Requests, 0, 0), (monitor.Join.Matched, monitor.Join.JoinedLabels, monitor.Join.DuplicatePredictions, monitor.Join.Pending));
    }

    [Fact]
    public void By_id_the_first_model_owns_the_request()
    {
        using var service = Service(Options with { Identity = PredictionIdentity.Id });

        service.RunToEnd();

        var monitor = service.Snapshot.Monitor;
        Assert.Equal((Requests, Requests), (monitor.Join.Matched, monitor.Join.DuplicatePredictions));
        Assert.Equal(Requests, monitor.Models.Sum(model => model.Duplicates));
    }

    [Fact]
    public void A_replay_of_two_models_on_one_request_counts_both()
    {
        var (predictions, labels) = (new StringBuilder("id,timestamp,model,probability\n"), new StringBuilder("id,timestamp,label\n"));
        for (int i = 0; i < 20; i++)
        {
            predictions.Append($"r{i},{1000 + i},champion,0.5\nr{i},{1000 + i},challenger,0.9\n");
            labels.Append($"r{i},{10_000 + i},{i % 2}\n");
        }

        var document = _replay.Json(predictions.ToString(), labels.ToString());

        Assert.Equal(0, document.GetProperty("input").GetProperty("duplicatePredictions").GetInt64());
        Assert.Equal(40, document.GetProperty("join").GetProperty("matched").GetInt64());
        Assert.All(document.GetProperty("series").EnumerateArray(), series => Assert.Equal(20, series.GetProperty("total").GetProperty("n").GetInt64()));
        Assert.Equal(2, document.GetProperty("series").GetArrayLength());
    }

    [Fact]
    public void Labels_of_a_replay_that_name_a_model_join_its_predictions_only()
    {
        var (predictions, labels) = (new StringBuilder("id,timestamp,model,version,probability\n"), new StringBuilder("id,timestamp,label,model,version\n"));
        for (int i = 0; i < 20; i++)
        {
            predictions.Append($"r{i},{1000 + i},champion,1,0.5\nr{i},{1000 + i},challenger,9,0.9\n");
            labels.Append($"r{i},{10_000 + i},1,challenger,9\nr{i},{10_000 + i},0,champion,\nr{i},{10_000 + i},0,nobody,\n");
        }

        var series = _replay.Json(predictions.ToString(), labels.ToString()).GetProperty("series").EnumerateArray()
            .Select(one => (one.GetProperty("model").GetString(), one.GetProperty("total").GetProperty("n").GetInt64(), one.GetProperty("total").GetProperty("positives").GetInt64()));

        Assert.Equal([("challenger", 20, 20), ("champion", 20, 0)], series.Order());
    }

    private static PipelineDriver Service(MonitorOptions? options = null)
    {
        var service = new PipelineDriver(options ?? Options, new PipelineOptions { BatchRecords = 200, CommitInterval = TimeSpan.Zero, IdleAdvance = false });
        var random = new Random(5);
        for (int i = 0; i < Requests; i++)
        {
            long at = PipelineDriver.Start.ToUnixTimeMilliseconds() + (i * 500L);
            double truth = Math.Round(random.NextDouble() * 0.6, 3);
            string region = i % 2 == 0 ? "eu" : "us", label = $$"""{"id":"r{{i}}","timestamp":{{at + (i % 7 == 0 ? -5000 : 90_000)}},"label":{{(random.NextDouble() < truth ? 1 : 0)}}}""";
            service.Append("predictions", 0, FormattableString.Invariant($$"""{"id":"r{{i}}","model":"champion","version":"1","timestamp":{{at}},"probability":{{truth}},"slices":{"region":"{{region}}"} }"""));
            service.Append("predictions", 1, FormattableString.Invariant($$"""{"id":"r{{i}}","model":"challenger","version":"9","timestamp":{{at + 40}},"probability":{{truth + 0.35}},"slices":{"region":"{{region}}"} }"""));
            service.Append("labels", i % 2, label);
        }

        return service;
    }
}
