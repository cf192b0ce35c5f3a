using System.Text;
using Confluent.Kafka;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Owning;
using DriftWatch.Kafka.Producing;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Epochs on a real broker: all or nothing, each once.</summary>
public sealed class EpochStoreTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>, IDisposable
{
    private readonly List<StoreRun> _runs = [];

    public void Dispose() => _runs.ForEach(r => r.End());

    [Fact]
    public void What_one_owner_commits_the_next_one_finds()
    {
        var run = Run("next");
        var first = run.Store();
        var found = StoreRun.Acquire(first);
        Assert.Empty(found.Chunks);
        Assert.Empty(found.Offsets);
        for (int number = 1; number <= 3; number++) StoreRun.Commit(first, run.Epoch(number));
        StoreRun.Commit(first, new SealedEpoch(4, [], [new("other", "x"u8.ToArray())], run.Positions(4)));
        StoreRun.Commit(first, new SealedEpoch(5, [], [new("other", null)], run.Positions(5)));
        first.Leave();

        found = StoreRun.Acquire(run.Store());

        Assert.Equal("state-3", Encoding.UTF8.GetString(Assert.Single(found.Chunks).Value));
        Assert.Equal(run.Positions(5).ToDictionary(p => (p.Topic, p.Partition), p => p.Offset), found.Offsets);
        Assert.Equal(["event-1", "event-2", "event-3"], run.Read(run.Options.RequestTopic));
        Assert.Equal(["letter-1", "letter-2", "letter-3"], run.Read(run.Options.DeadLetterTopic));
    }

    [Fact]
    public void An_epoch_that_was_not_committed_never_was()
    {
        var run = Run("abandoned");
        var first = run.Store();
        StoreRun.Acquire(first);
        StoreRun.Commit(first, run.Epoch(1));
        first.Leave();
        // A process that dies after it has sent everything but the commit: its transaction stays open.
        using (var dying = Producer(run))
        {
            dying.InitTransactions(TimeSpan.FromSeconds(30));
            dying.BeginTransaction();
            dying.Produce(run.Options.RequestTopic, new() { Value = "event-2"u8.ToArray() });
            dying.Produce(run.Options.CheckpointTopic, new() { Key = ChunkParts.Key(run.Options.GroupId, "state", 0), Value = ChunkParts.Cut("state-2"u8, 100, 2)[0] });
            dying.SendOffsetsToTransaction([new(run.Options.PredictionTopics[0], 0, 2)], Stranger(run), TimeSpan.FromSeconds(30));
            dying.Flush(TimeSpan.FromSeconds(30));
        }

        var found = StoreRun.Acquire(run.Store());

        Assert.Equal("state-1", Encoding.UTF8.GetString(found.Chunks["state"]));
        Assert.All(found.Offsets.Values, offset => Assert.Equal(1, offset));
        Assert.Equal(["event-1"], run.Read(run.Options.RequestTopic));
        Assert.Equal(["event-1", "event-2"], run.Read(run.Options.RequestTopic, committedOnly: false));
    }

    [Fact]
    public void State_of_any_size_goes_into_records_that_a_broker_takes()
    {
        var run = Run("large");
        byte[] large = new byte[5_000_000];
        new Random(1).NextBytes(large);
        var first = run.Store();
        StoreRun.Acquire(first);
        StoreRun.Commit(first, run.Epoch(1, large));
        Assert.True(run.Records(run.Options.CheckpointTopic).Count >= 5);
        Assert.Equal(large, StoreRun.Acquire(first).Chunks["state"]);

        // Smaller now: the parts that it no longer has must not stay behind. And an empty one is not the same as none.
        StoreRun.Commit(first, run.Epoch(2, large[..600_000]));
        StoreRun.Commit(first, run.Epoch(3, [], "empty"));
        first.Leave();
        var found = StoreRun.Acquire(run.Store());

        Assert.Equal(large[..600_000], found.Chunks["state"]);
        Assert.Empty(found.Chunks["empty"]);
        var last = run.Records(run.Options.CheckpointTopic).GroupBy(r => Encoding.UTF8.GetString(r.Key)).Select(g => g.Last()).ToList();
        Assert.Equal(3, last.Count(r => r.Value is not null));
    }

    [Fact]
    public void A_dead_letter_that_is_too_large_is_cut_and_its_epoch_comes_once()
    {
        var run = Run("cut");
        var store = run.Store();
        StoreRun.Acquire(store);
        byte[] large = new byte[1_500_000];
        new Random(1).NextBytes(large);

        StoreRun.Commit(store, new SealedEpoch(1, [StoreRun.Event("before"), StoreRun.Letter(large), StoreRun.Letter("small"u8.ToArray())], [], run.Positions(1)));

        var letters = run.Records(run.Options.DeadLetterTopic);
        Assert.Equal(["before"], run.Read(run.Options.RequestTopic));
        Assert.Equal(["small"], letters.Where(l => l.Value.Length < 100).Select(l => Encoding.UTF8.GetString(l.Value)));
        var cut = Assert.Single(letters, l => l.Value.Length >= 100);
        // As much as the topic takes: the brokers' default is a mebibyte and a few bytes.
        Assert.InRange(cut.Value.Length, 1_040_000, 1_048_588);
        Assert.Equal(large[..cut.Value.Length], cut.Value);
        Assert.Equal("1500000", Encoding.UTF8.GetString(cut.Headers.GetLastBytes("dw_value_truncated")));
        Assert.Null(store.Status.Trouble);
    }

    [Fact]
    public void A_key_and_headers_that_are_too_large_are_cut_as_well_and_marked()
    {
        var run = Run("key");
        var store = run.Store();
        StoreRun.Acquire(store);
        byte[] large = new byte[2_000_000];
        new Random(2).NextBytes(large);
        OutgoingRecord[] letters =
        [
            new(OutputTopic.DeadLetters, large, "value of a large key"u8.ToArray(), [new("trace", "t"u8.ToArray())]),
            new(OutputTopic.DeadLetters, "k"u8.ToArray(), "value of a large header"u8.ToArray(), [new("baggage", large), new("trace", "t"u8.ToArray())]),
            new(OutputTopic.DeadLetters, null, "no key"u8.ToArray(), []),
            new(OutputTopic.DeadLetters, [], "an empty key"u8.ToArray(), []),
        ];

        StoreRun.Commit(store, new SealedEpoch(1, letters, [], run.Positions(1)));

        var found = run.Records(run.Options.DeadLetterTopic).ToDictionary(r => Encoding.UTF8.GetString(r.Value));
        Assert.Equal(4, found.Count);
        var key = found["value of a large key"];
        Assert.InRange(key.Key.Length, 1_000_000, 1_048_588);
        Assert.Equal(large[..key.Key.Length], key.Key);
        Assert.Equal("2000000", Header(key, DeadLetter.KeyTruncated));
        Assert.Equal("t", Header(key, "trace"));
        var header = found["value of a large header"];
        Assert.Equal("k"u8.ToArray(), header.Key);
        Assert.InRange(header.Headers.GetLastBytes("baggage").Length, 1_000_000, 1_048_588);
        Assert.Equal("2000013", Header(header, DeadLetter.HeadersTruncated));
        Assert.Equal("t", Header(header, "trace"));
        Assert.Null(found["no key"].Key);
        Assert.Equal([], found["an empty key"].Key!);
        Assert.Equal((0, null), (store.Status.DroppedLetters, store.Status.Trouble));
    }

    /// <summary>With a limit that nobody told us, and that was lowered while we worked.</summary>
    [Fact]
    public void A_topic_that_takes_little_gets_what_fits_and_innocent_letters_stay_whole()
    {
        var run = Run("small");
        var store = run.Store();
        StoreRun.Acquire(store);
        kafka.Tool("configs", "--alter", "--entity-type", "topics", "--entity-name", run.Options.DeadLetterTopic, "--add-config", "max.message.bytes=8000");
        byte[] noise = new byte[200_000];
        new Random(3).NextBytes(noise);
        var innocent = Enumerable.Range(0, 20).Select(i => StoreRun.Letter(noise[(i * 5000)..((i * 5000) + 5000)])).ToList();
        OutgoingRecord[] guilty = [StoreRun.Letter(noise), StoreRun.Letter(noise[..100_000])];

        StoreRun.Commit(store, new SealedEpoch(1, [.. innocent[..10], guilty[0], .. innocent[10..], guilty[1], StoreRun.Event("with them")], [], run.Positions(1)));
        StoreRun.Commit(store, new SealedEpoch(2, [StoreRun.Letter("and on"u8.ToArray())], [], run.Positions(2)));

        var letters = run.Records(run.Options.DeadLetterTopic);
        Assert.Equal(23, letters.Count);
        Assert.All(innocent, letter => Assert.Contains(letters, found => found.Value.AsSpan().SequenceEqual(letter.Value)));
        var cut = letters.Where(l => l.Headers.Any(h => h.Key == DeadLetter.ValueTruncated)).ToList();
        Assert.Equal(["100000", "200000"], cut.Select(l => Header(l, DeadLetter.ValueTruncated)).Order());
        Assert.All(cut, l => Assert.InRange(l.Value.Length, 1_500, 8_000));
        Assert.Equal(["with them"], run.Read(run.Options.RequestTopic));
        Assert.Equal((0, null), (store.Status.DroppedLetters, store.Status.Trouble));
    }

    [Fact]
    public void A_dead_letter_that_its_topic_never_takes_is_dropped_and_told_and_stops_nothing()
    {
        var run = Run("dropped");
        var log = new Lines();
        var store = run.Store(logger: log);
        StoreRun.Acquire(store);
        // Compacted topics take no record without a key.
        kafka.Tool("configs", "--alter", "--entity-type", "topics", "--entity-name", run.Options.DeadLetterTopic, "--add-config", "cleanup.policy=compact");
        RecordHeader[] whence = [DeadLetter.Text(DeadLetter.Reason, "schema"), DeadLetter.Text(DeadLetter.Detail, "found hunter2"), DeadLetter.Text(DeadLetter.SourceTopic, "payments"), DeadLetter.Text(DeadLetter.SourcePartitionNumber, "3"), DeadLetter.Text(DeadLetter.SourceOffset, "77")];
        OutgoingRecord[] records = [StoreRun.Letter("good"u8.ToArray()), new(OutputTopic.DeadLetters, null, "password=hunter2"u8.ToArray(), whence), StoreRun.Event("with them")];

        StoreRun.Commit(store, new SealedEpoch(1, records, [], run.Positions(1)));

        Assert.Equal(["good"], run.Read(run.Options.DeadLetterTopic));
        Assert.Equal(["with them"], run.Read(run.Options.RequestTopic));
        Assert.Equal(1, store.Status.DroppedLetters);
        string warning = Assert.Single(store.Status.Warnings);
        Assert.Contains("1 dead letters were dropped", warning);
        Assert.Contains(run.Options.DeadLetterTopic, warning);
        string said = Assert.Single(log.Written, line => line.StartsWith("Error 1 dead letters were dropped", StringComparison.Ordinal));
        Assert.Contains("payments[3]@77, rejected as schema", said);
        Assert.DoesNotContain("hunter2", string.Join('\n', log.Written.Append(warning)));
    }

    [Fact]
    public void An_epoch_that_the_group_refused_is_sent_again_and_comes_once()
    {
        var run = Run("refused");
        var owner = run.Store();
        StoreRun.Acquire(owner);
        var epoch = run.Epoch(1);
        using var producer = new TransactionalProducer(run.Options, 1_000_000, new ClientLog(NullLogger.Instance, TimeProvider.System, run.Options), _ => { }, TestContext.Current.CancellationToken);
        producer.TakeOver(TestContext.Current.CancellationToken);
        TopicPartitionOffset[] offsets = [.. epoch.Positions.Select(p => new TopicPartitionOffset(p.Topic, p.Partition, p.Offset))];
        var records = new EpochRecords(run.Options, epoch, new Dictionary<string, int>(), 500_000, new(int.MaxValue));
        using var member = new Coordinator(run.Options with { GroupId = run.Options.GroupId + "-2" }, TimeProvider.System, NullLogger.Instance, new ClientLog(NullLogger.Instance, TimeProvider.System, run.Options));
        StoreRun.WaitUntil(() => member.Ownership == Ownership.Ours, "a member of another group");

        // Known to that group once, but no more.
        var gone = member.Member();
        Assert.True(member.Leave(TimeSpan.FromSeconds(10)));
        var first = producer.Try(records.All(), offsets, () => gone);
        var cause = producer.Trouble!.Code;
        var second = producer.Try(records.All(), offsets, () => Stranger(run, "-3"));

        Assert.Equal((TryResult.Aborted, TryResult.Committed), (first, second));
        Assert.Contains(cause, new[] { ErrorCode.UnknownMemberId, ErrorCode.IllegalGeneration });
        Assert.Equal(["event-1"], run.Read(run.Options.RequestTopic));
    }

    [Fact]
    public void Ordinary_tools_see_the_offsets_of_the_group()
    {
        var run = Run("tools");
        var store = run.Store();
        StoreRun.Acquire(store);
        StoreRun.Commit(store, run.Epoch(42));

        string seen = kafka.Tool("consumer-groups", "--describe", "--group", run.Options.GroupId);

        foreach (var position in run.Positions(42))
        {
            // GROUP TOPIC PARTITION CURRENT-OFFSET …
            Assert.Matches($@"(?m)^{run.Options.GroupId}\s+{position.Topic}\s+{position.Partition}\s+42\s", seen);
        }
    }

    [Fact]
    public void An_epoch_without_anything_new_costs_no_transaction()
    {
        var run = Run("empty");
        var store = run.Store();
        StoreRun.Acquire(store);
        StoreRun.Commit(store, run.Epoch(1));
        // A record and the transaction's marker, which comes a moment later.
        StoreRun.WaitUntil(() => run.EndOf(run.Options.CheckpointTopic) == 2, "the marker");

        for (int number = 2; number < 10; number++) StoreRun.Commit(store, new SealedEpoch(number, [], [], run.Positions(1)));
        StoreRun.Commit(store, new SealedEpoch(10, [], [new("more", [])], run.Positions(1)));
        StoreRun.WaitUntil(() => run.EndOf(run.Options.CheckpointTopic) >= 4, "the next marker");

        Assert.Equal(4, run.EndOf(run.Options.CheckpointTopic));
        StoreRun.Commit(store, new SealedEpoch(11, [], [], run.Positions(2)));
        Assert.All(StoreRun.Acquire(store).Offsets.Values, offset => Assert.Equal(2, offset));
    }

    [Fact]
    public void A_reset_drops_the_state_with_the_first_epoch_that_stores_a_new_one_and_keeps_the_offsets_and_other_groups()
    {
        var run = Run("reset");
        var (store, other) = (run.Store(), run.Store(o => o with { GroupId = o.GroupId + "-other" }));
        StoreRun.Acquire(store);
        StoreRun.Acquire(other);
        StoreRun.Commit(store, run.Epoch(1, new byte[1_200_000]));
        StoreRun.Commit(store, run.Epoch(2, name: "more"));
        StoreRun.Commit(other, run.Epoch(3));
        var resetting = run.Store(reset: true);
        var refused = Assert.Throws<StartRefusedException>(() => StoreRun.Acquire(resetting));
        Assert.Contains("Stop it first", refused.Message);
        store.Leave();
        resetting.Dispose();

        // One that comes to nothing, even after it was given the task, has dropped nothing.
        resetting = run.Store(reset: true);
        var found = StoreRun.Acquire(resetting);
        Assert.Empty(found.Chunks);
        Assert.All(found.Offsets.Values, offset => Assert.Equal(2, offset));
        StoreRun.Commit(resetting, new SealedEpoch(0, [], [], run.Positions(2)));
        resetting.Dispose();
        store = run.Store();
        Assert.Equal(["more", "state"], StoreRun.Acquire(store).Chunks.Keys.Order());
        store.Leave();

        resetting = run.Store(reset: true);
        StoreRun.Acquire(resetting);
        StoreRun.Commit(resetting, run.Epoch(4, name: "new"));
        StoreRun.Commit(resetting, run.Epoch(5, name: "newer"));
        resetting.Leave();

        found = StoreRun.Acquire(run.Store());
        Assert.Equal(["new", "newer"], found.Chunks.Keys.Order());
        Assert.All(found.Offsets.Values, offset => Assert.Equal(5, offset));
        Assert.Equal(["state"], StoreRun.Acquire(other).Chunks.Keys);
    }

    private static string Header(Message<byte[], byte[]> record, string name) => Encoding.UTF8.GetString(record.Headers.GetLastBytes(name));

    private StoreRun Run(string name)
    {
        var run = new StoreRun(kafka.Running(), $"{kafka.Prefix}{name}-");
        _runs.Add(run);
        return run;
    }

    private static IProducer<byte[], byte[]> Producer(StoreRun run) =>
        new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = run.Options.BootstrapServers, TransactionalId = run.Options.TransactionalId })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    /// <summary>Who commits without being a member, as tools do.</summary>
    private static IConsumerGroupMetadata Stranger(StoreRun run, string suffix = "")
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = run.Options.BootstrapServers, GroupId = run.Options.GroupId + suffix }).Build();
        return consumer.ConsumerGroupMetadata;
    }
}
