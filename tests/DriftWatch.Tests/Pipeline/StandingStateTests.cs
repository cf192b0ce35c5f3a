using System.Text;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Core.Monitoring;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>The topic of what stands now: compacted, it holds what the service shows, after every commit and whatever crashes.</summary>
public sealed class StandingStateTests
{
    private static readonly PipelineOptions SmallSteps = new() { BatchRecords = 20, CommitInterval = TimeSpan.FromMilliseconds(30), CheckpointInterval = TimeSpan.FromMilliseconds(200), IdleAdvance = false, AnswerTopic = InMemoryAnswers.Topic, TellsState = true };

    private static MonitorOptions ThatRecovers()
    {
        var quick = PipelineDriver.QuickModel();
        return quick with { Default = quick.Default with { Threshold = quick.Default.Threshold with { Raise = 0.2, Clear = 0.15 }, Requests = new() { Cooldown = TimeSpan.Zero } } };
    }

    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    [InlineData(53)]
    public void What_is_kept_is_what_stands(int seed)
    {
        using var service = new PipelineDriver(ThatRecovers(), SmallSteps, answers: true);
        Traffic.Drifting(service, hours: 3, seed);
        Traffic.Calibrated(service, predictions: 2400, seed, from: 3600);
        var random = new Random(seed);
        var (opened, ended) = (0, 0);
        bool answered = false;
        for (bool reads = true; reads;)
        {
            for (int cycles = random.Next(5, 60); cycles > 0; cycles--)
            {
                service.Time.Advance(TimeSpan.FromMilliseconds(10));
                reads = service.Cycle();
            }

            if (!answered && service.Loop.State.Monitor.Episodes.FirstOrDefault(one => one.State == EpisodeState.Cooling) is { } open)
            {
                answered = true;
                service.Answers!.Append($$$"""{"specversion":"1.0","id":"a","source":"/ci","type":"{{{CloudEventWriter.CompletedType}}}","data":{"episode":"{{{open.IdUnder(service.Monitor.Source)}}}","map":{"checksum":"sha256:ab","revision":3} } }""");
            }

            if (random.Next(3) == 0) service.StartService();
            var (open1, ended1) = AssertKept(service);
            (opened, ended) = (Math.Max(opened, open1), Math.Max(ended, ended1));
        }

        service.RunToEnd();
        AssertKept(service);
        Assert.True(opened > 0 && ended > 0 && answered, $"seed {seed}: {opened} open, {ended} over");
        var fix = Kept(service)["maps/models/m/versions/1"]!.Value;
        Assert.Equal(("map", "sha256:ab"), (fix.GetProperty("kind").GetString(), fix.GetProperty("fix").GetProperty("map").GetString()));
    }

    [Fact]
    public void Where_nobody_wants_it_nothing_is_written()
    {
        using var service = new PipelineDriver(ThatRecovers(), SmallSteps with { TellsState = false });
        Traffic.Drifting(service, hours: 3, seed: 21);
        service.RunToEnd();
        Assert.NotEmpty(service.Output.Requests);
        Assert.DoesNotContain(service.Output.Sent, record => record.Topic == OutputTopic.State);
    }

    /// <summary>Holds what is kept against the committed events: they say what is open.</summary>
    private static (int Open, int Ended) AssertKept(PipelineDriver service)
    {
        var kept = Kept(service);
        Dictionary<string, byte[]> open = [];
        int ended = 0;
        foreach (var record in service.Output.Requests)
        {
            var root = JsonDocument.Parse(record.Value!).RootElement;
            string id = root.GetProperty("correlationid").GetString()!, type = root.GetProperty("type").GetString()!;
            if (type == CloudEventWriter.RequestedType) open.Add(id, record.Value!);
            else if (type == CloudEventWriter.ResolvedType && open.Remove(id)) ended++;
        }

        var requests = kept.Where(one => one.Key.EndsWith("/request", StringComparison.Ordinal) && one.Value is not null).Select(one => one.Key.Split('/')[1]);
        Assert.Equal(open.Keys.Order(), requests.Order());
        Assert.All(open, one => Assert.Equal(Encoding.UTF8.GetString(one.Value), service.Output.Sent.Last(record => record.Topic == OutputTopic.State && Encoding.UTF8.GetString(record.Key!) == $"episodes/{one.Key}/request").Value is { } request ? Encoding.UTF8.GetString(request) : null));
        var episodes = kept.Where(one => one.Key.StartsWith("episodes/", StringComparison.Ordinal) && !one.Key.EndsWith("/request", StringComparison.Ordinal) && one.Value is not null).ToList();
        Assert.Empty(open.Keys.Except(episodes.Select(one => one.Key.Split('/')[1])));
        Assert.All(episodes, one => Assert.Equal(one.Key.Split('/')[1], one.Value!.Value.GetProperty("episode").GetProperty("id").GetString()));
        return (open.Count, ended);
    }

    private static Dictionary<string, JsonElement?> Kept(PipelineDriver service)
    {
        Dictionary<string, JsonElement?> kept = [];
        foreach (var record in service.Output.Sent.Where(record => record.Topic == OutputTopic.State))
            kept[Encoding.UTF8.GetString(record.Key!)] = record.Value is null ? null : JsonDocument.Parse(record.Value).RootElement;
        return kept;
    }
}
