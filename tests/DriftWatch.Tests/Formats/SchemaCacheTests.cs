using DriftWatch.Core.Input;
using DriftWatch.Formats.Avro;
using DriftWatch.Formats.Registry;
using Xunit;

namespace DriftWatch.Formats;

/// <summary>When a registry is asked, what is believed, and what is kept.</summary>
public sealed class SchemaCacheTests
{
    private static readonly SchemaAnswer Found = new(AnswerKind.Found, new AvroShape(AvroKind.Long));
    private static readonly SchemaAnswer Missing = new(AnswerKind.Missing, Fault: new(RejectReason.SchemaId, "a schema"));
    private static readonly SchemaAnswer Failed = new(AnswerKind.Failed, Trouble: "It is down.");

    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _asked = [];
    private readonly Dictionary<int, SchemaAnswer> _answers = [];
    private readonly SchemaCache _cache;

    public SchemaCacheTests()
    {
        _cache = new SchemaCache(
            id =>
            {
                _asked.Add(id);
                return Task.FromResult(_answers.GetValueOrDefault(id, Found));
            },
            _time);
    }

    [Fact]
    public void A_schema_is_asked_for_once_and_stands_for_good()
    {
        Assert.False(_cache.IsReady(7));
        Assert.True(_cache.IsReady(7));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(_cache.IsReady(7));

        Assert.Equal([7], _asked);
        Assert.Same(Found.Shape, _cache[7].Shape);
    }

    [Fact]
    public void A_registry_that_does_not_answer_is_asked_ever_more_rarely_and_told_until_it_does()
    {
        _answers[7] = Failed;
        List<double> at = [];
        for (int second = 0; second <= 60; second++)
        {
            int before = _asked.Count;
            Assert.False(_cache.IsReady(7));
            Assert.False(_cache.IsReady(7));
            if (_asked.Count > before) at.Add(second);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 1, 3, 7, 15, 30, 45, 60], at);
        Assert.Equal("It is down.", _cache.Trouble);

        _answers.Clear();
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.False(_cache.IsReady(7));
        Assert.True(_cache.IsReady(7));
        Assert.Null(_cache.Trouble);
    }

    /// <summary>The producer registers a schema at one instance of the registry, and we ask the next before it has heard of it.</summary>
    [Fact]
    public void That_a_schema_is_not_there_is_believed_only_when_it_is_said_for_some_seconds()
    {
        _answers[7] = Missing;
        Assert.False(_cache.IsReady(7));
        Assert.False(_cache.IsReady(7));
        _time.Advance(SchemaCache.BelieveAfter - TimeSpan.FromSeconds(1));
        Assert.False(_cache.IsReady(7));
        _answers[7] = Found;
        Assert.False(_cache.IsReady(7));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_cache.IsReady(7));
        Assert.True(_cache.IsReady(7));
        Assert.NotNull(_cache[7].Shape);
    }

    [Fact]
    public void A_schema_that_is_not_there_is_asked_for_again_after_a_while_and_nothing_waits_for_that()
    {
        _answers[7] = Missing;
        for (int second = 0; second < 8; second++)
        {
            _cache.IsReady(7);
            _cache.IsReady(7);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(_cache.IsReady(7));
        Assert.Equal(RejectReason.SchemaId, _cache[7].Fault.Reason);
        int asked = _asked.Count;
        _answers[7] = Found;
        _time.Advance(SchemaCache.BelieveFor);
        Assert.True(_cache.IsReady(7));
        Assert.Equal(asked + 1, _asked.Count);
        Assert.True(_cache.IsReady(7));
        Assert.NotNull(_cache[7].Shape);
    }

    [Fact]
    public void Of_more_schemas_than_are_kept_those_go_that_were_not_needed_for_longest_and_none_that_is_needed_now()
    {
        for (int id = 0; id < SchemaCache.Most; id++)
        {
            _cache.BeginBatch();
            _cache.IsReady(id);
            _cache.IsReady(id);
        }

        _cache.BeginBatch();
        Assert.True(_cache.IsReady(0));
        Assert.False(_cache.IsReady(5000));
        Assert.True(_cache.IsReady(5000));
        Assert.Equal(SchemaCache.Most, _cache.Count);
        Assert.True(_cache.IsReady(0));
        Assert.False(_cache.IsReady(1)); // forgotten for 5000, and asked for again

        // All that are kept are needed by one batch: the next waits for the next.
        _cache.BeginBatch();
        _cache.BeginBatch();
        for (int id = 10_000; id < 10_000 + SchemaCache.Most; id++) _cache.IsReady(id);
        int asked = _asked.Count;
        Assert.False(_cache.IsReady(20_000));
        Assert.Equal((SchemaCache.Most, asked), (_cache.Count, _asked.Count));
    }
}
