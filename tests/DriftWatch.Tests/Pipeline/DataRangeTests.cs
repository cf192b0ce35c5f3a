using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>Where an event says that its evidence lies, against every prediction that was written.</summary>
public sealed class DataRangeTests
{
    private const int Partitions = 2;

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(48)]
    [InlineData(240)]
    public void It_holds_exactly_the_predictions_of_the_evidence_window_however_long_labels_are_waited_for(int horizonHours)
    {
        var horizon = TimeSpan.FromHours(horizonHours);
        using var service = Service(horizon, window: TimeSpan.FromHours(1));
        var times = Write(service, step: TimeSpan.FromMinutes(1), until: horizon + TimeSpan.FromDays(1), drift: TimeSpan.FromHours(10));

        var data = FirstRequest(service);

        var (start, end) = (data.GetProperty("window").GetProperty("start").GetDateTimeOffset(), data.GetProperty("window").GetProperty("end").GetDateTimeOffset());
        Assert.True(end > start);
        var expected = Enumerable.Range(0, Partitions).Select(partition => Within(times[partition], start, end)).ToList();
        Assert.All(expected, one => Assert.True(one.End - one.Start > 50));
        Assert.Equal(expected, RangesOf(data));
        Assert.False(data.TryGetProperty("dataRangeCutAt", out _));
        var read = data.GetProperty("read");
        Assert.Equal("read_committed", read.GetProperty("isolationLevel").GetString());
        Assert.Equal(["predictions", "labels"], read.GetProperty("topics").EnumerateArray().Select(topic => topic.GetProperty("role").GetString()));
        Assert.Equal(RangesTopic(data), read.GetProperty("topics")[0].GetProperty("topic").GetString());
        Assert.Equal(("json", "/label"), (read.GetProperty("topics")[1].GetProperty("format").GetString(), read.GetProperty("topics")[1].GetProperty("fields").GetProperty("label").GetString()));
        Assert.Equal(data.GetProperty("model").GetString(), read.GetProperty("filter").GetProperty("model").GetString());
    }

    private static string? RangesTopic(JsonElement data) => data.GetProperty("dataRange")[0].GetProperty("topic").GetString();

    [Fact]
    public void Evidence_that_is_older_than_what_is_remembered_is_marked_where_it_is_cut()
    {
        using var service = Service(TimeSpan.FromHours(1), window: TimeSpan.FromDays(16));
        var times = Write(service, step: TimeSpan.FromHours(1), until: TimeSpan.FromDays(60), drift: TimeSpan.Zero);

        var data = FirstRequest(service);

        var (start, end) = (data.GetProperty("window").GetProperty("start").GetDateTimeOffset(), data.GetProperty("window").GetProperty("end").GetDateTimeOffset());
        var cut = data.GetProperty("dataRangeCutAt").GetDateTimeOffset();
        Assert.InRange(cut, start + TimeSpan.FromTicks(1), end);
        Assert.Equal(Enumerable.Range(0, Partitions).Select(partition => Within(times[partition], cut, end)), RangesOf(data));
    }

    private static PipelineDriver Service(TimeSpan horizon, TimeSpan window)
    {
        var service = new PipelineDriver(
            new MonitorOptions
            {
                Windows = [window],
                Default = new ModelOptions { Join = new JoinRule { Horizon = horizon }, Rule = DriftRule.Threshold, Threshold = new() { Window = window, Windows = 2, MinLabeled = 50 } },
            },
            new PipelineOptions { IdleAdvance = false, BatchRecords = 200, MaxAhead = TimeSpan.FromHours(1) },
            Partitions);
        service.Time.Advance(TimeSpan.FromDays(60));
        return service;
    }

    /// <summary>A prediction each step, by turns in each partition, with its label two minutes later; from some time on all of them are wrong.</summary>
    private static List<TimeSpan>[] Write(PipelineDriver service, TimeSpan step, TimeSpan until, TimeSpan drift)
    {
        var random = new Random(1);
        List<TimeSpan>[] times = [.. Enumerable.Range(0, Partitions).Select(_ => new List<TimeSpan>())];
        for (int i = 0; i * step < until; i++)
        {
            var at = i * step;
            double probability = Math.Round(random.NextDouble(), 3);
            service.Predict($"p{i}", at, probability, partition: i % Partitions);
            service.Label($"p{i}", at + TimeSpan.FromMinutes(2), at >= drift ? probability < 0.5 : random.NextDouble() < probability, partition: i % Partitions);
            times[i % Partitions].Add(at);
        }

        return times;
    }

    private static JsonElement FirstRequest(PipelineDriver service)
    {
        service.RunToEnd();
        var record = service.Output.Requests.First();
        using var json = JsonDocument.Parse(record.Value!);
        return json.RootElement.GetProperty("data").Clone();
    }

    private static (long Start, long End) Within(List<TimeSpan> times, DateTimeOffset start, DateTimeOffset end)
    {
        int first = times.FindIndex(time => PipelineDriver.Start + time >= start);
        int last = times.FindLastIndex(time => PipelineDriver.Start + time < end);
        return (first, last + 1);
    }

    private static IEnumerable<(long Start, long End)> RangesOf(JsonElement data) =>
        data.GetProperty("dataRange").EnumerateArray().OrderBy(range => range.GetProperty("partition").GetInt32()).Select(range => (range.GetProperty("startOffset").GetInt64(), range.GetProperty("endOffset").GetInt64()));
}
