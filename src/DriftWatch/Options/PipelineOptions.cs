using DriftWatch.Core.Input;

namespace DriftWatch.Options;

/// <summary>How the loop reads, commits and shows.</summary>
internal sealed record PipelineOptions
{
    /// <summary>Where the fields of prediction records are.</summary>
    public FieldMapping PredictionFields { get; init; } = new();

    /// <summary>Where the fields of label records are.</summary>
    public FieldMapping LabelFields { get; init; } = new();

    /// <summary>Topics whose fields are elsewhere than in the other topics of their part, by topic.</summary>
    public IReadOnlyDictionary<string, FieldMapping> TopicFields { get; init; } = new Dictionary<string, FieldMapping>();

    /// <summary>Where the fields of a topic's records are.</summary>
    public FieldMapping MappingOf(StreamPart part, string topic) => TopicFields.GetValueOrDefault(topic, part == StreamPart.Predictions ? PredictionFields : LabelFields);

    /// <summary>Who knows the schemas of records that name theirs.</summary>
    public SchemaRegistryOptions SchemaRegistry { get; init; } = new();

    /// <summary>Bounds of the reader; what exceeds one is a dead letter.</summary>
    public ReadLimits Limits { get; init; } = new();

    /// <summary>Words that mean "no value" in a cell of a CSV file; the empty cell always does.</summary>
    public IReadOnlyList<string> Missing { get; init; } = MissingWords.Usual;

    /// <summary>How often what was done is committed (an epoch). What is shown and sent is never older than this plus a commit.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often metrics, page and API get a new snapshot: how old a gauge can be.</summary>
    public TimeSpan PublishInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the loop waits when there is nothing to read. Longer saves wake-ups and delays the watermark.</summary>
    public TimeSpan PollWait { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Most records taken from one partition before the next has its turn.</summary>
    public int BatchRecords { get; init; } = 1000;

    /// <summary>Whether the wall clock moves event time when every partition has been read to its end. Without it, the last windows wait for the next record.</summary>
    public bool IdleAdvance { get; init; } = true;

    /// <summary>
    /// By how much event time of one partition may run ahead of the slowest that still has records to read; past it, it waits.
    /// Larger needs more memory for labels without their prediction while catching up.
    /// </summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the whole state is written, as differences. What came since is done again after a crash: longer makes restarts slower and writes less.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a segment of the journal gets before the next begins; it is written again with every epoch.</summary>
    public int JournalSegmentBytes { get; init; } = 16 * 1024;

    /// <summary>Up to how many entries the join table is written with the state. Of a larger one the records are read again after a restart.</summary>
    public int InlineEntries { get; init; } = 50_000;

    /// <summary>Where snapshots of a large join table are kept, so that a restart on this machine need not read all records again; null: nowhere.</summary>
    public string? SnapshotDirectory { get; init; }

    /// <summary>How often such a snapshot is written; always at a graceful stop.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether the stored state is dropped for a new one that begins at the group's offsets with nothing known. Otherwise offsets without state are refused.</summary>
    public bool ResetsState { get; init; }

    /// <summary>Most dead letters and requests that wait for their commit; at the bound reading waits.</summary>
    public int MaxUnacknowledged { get; init; } = 10_000;

    /// <summary>How long a graceful stop may take to flush and commit before it leaves without.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long the loop may be silent, or read nothing of a partition whose leader says that there is something, before this instance gives up ownership to a standby.
    /// It is not ready after half of it.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where whoever answers a request is to answer, for its event; null: the event does not say.</summary>
    public string? AnswerTopic { get; init; }

    /// <summary>Whether there is a topic for what stands now.</summary>
    public bool TellsState { get; init; }

    /// <summary>After how long a request is not worth acting on any more.</summary>
    public TimeSpan EventLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Where the model is registered, for links in events, with <c>{model}</c> and <c>{version}</c>; null: nowhere that is known.</summary>
    public string? ModelUri { get; init; }

    /// <summary>Where the status page is reached from outside, for links in events; null: none.</summary>
    public string? DashboardUrl { get; init; }

    /// <summary>What to do when a request comes, for links in events; null: none.</summary>
    public string? RunbookUrl { get; init; }
}
