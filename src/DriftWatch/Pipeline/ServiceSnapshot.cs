using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using DriftWatch.Pipeline.Diagnosis;

namespace DriftWatch.Pipeline;

/// <summary>What the service is doing.</summary>
internal enum ServicePhase
{
    /// <summary>Connecting, checking topics.</summary>
    Starting,

    /// <summary>Another instance owns the task; this one takes over when it goes.</summary>
    Standby,

    /// <summary>Bringing the state to where the newest committed epoch left it.</summary>
    Restoring,

    /// <summary>Following the topics.</summary>
    Running,

    /// <summary>No broker answers, or none lets us in; nothing is lost, reading goes on when one does.</summary>
    Disconnected,

    Stopping,

    /// <summary>There is something to read and nothing is read, or the loop does not answer; ownership is given up soon.</summary>
    Stalled,

    /// <summary>A topic is not the one any more that the state was made of: nothing is read or counted until an operator has decided.</summary>
    Halted,
}

/// <summary>An immutable picture of the whole service, for metrics, page, API and health. Times are the host's clock, not event time.</summary>
internal sealed record ServiceSnapshot
{
    public static readonly ServiceSnapshot Initial = new();

    public ServicePhase Phase { get; init; }

    /// <summary>What is wrong, in one sentence; null if nothing is.</summary>
    public string? Trouble { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset TakenAt { get; init; }
    public DateTimeOffset? LastPoll { get; init; }

    /// <summary>Whether the numbers are those of a committed epoch. Not while another instance owns the task, nor while the state is restored: there are none then.</summary>
    public bool HasState { get; init; }

    /// <summary>Of a standby: where the owner is, as the brokers see it; null: not known, or this is the owner.</summary>
    public string? Owner { get; init; }

    /// <summary>How far a restore is; null when none is under way.</summary>
    public RestoreSnapshot? Restore { get; init; }

    /// <summary>What is not as it should be and does not keep the service from going on, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
    /// <summary>What is wrong with the input as a whole, as far as recent records tell.</summary>
    public IReadOnlyList<InputProblem> InputProblems { get; init; } = [];
    public IReadOnlyList<StreamSnapshot> Streams { get; init; } = [];

    /// <summary>Epochs committed since the state began, over restarts.</summary>
    public long Commits { get; init; }

    /// <summary>Attempts to commit that failed, since the start of the process.</summary>
    public long CommitFailures { get; init; }

    /// <summary>Dead letters that were not sent, since their topic does not take them however short they are; since the start of the process.</summary>
    public long DroppedLetters { get; init; }

    /// <summary>When the newest epoch was committed by this process; null before the first.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>How long commits took, since the start of the process.</summary>
    public CommitDurations CommitDurations { get; init; } = new();

    /// <summary>When the state was last stored by this process; null before.</summary>
    public DateTimeOffset? StateStoredAt { get; init; }

    /// <summary>Bytes of the newest stored state that changed with it.</summary>
    public long StateBytes { get; init; }

    /// <summary>How many times another instance has shut this one out.</summary>
    public long Fenced { get; init; }

    /// <summary>Restores whose result differed from what had been committed, since the start of the process: a source has lost records.</summary>
    public long RestoreMismatches { get; init; }

    /// <summary>Times that partitions came to be read, since the state began.</summary>
    public long Adoptions { get; init; }
    public long RequestsPublished { get; init; }

    /// <summary>Requests acknowledged by Kafka, by series ("model", "version").</summary>
    public IReadOnlyDictionary<(string Model, string Version), long> RequestsBySeries { get; init; } = new Dictionary<(string, string), long>();

    /// <summary>The newest published events as JSON (CloudEvents, structured), newest last, at most 50.</summary>
    public IReadOnlyList<string> RecentEvents { get; init; } = [];

    /// <summary>Answers to requests; null where nobody reads them.</summary>
    public AnswersSnapshot? Answers { get; init; }
    public MonitorSnapshot Monitor { get; init; } = new();
    public MonitorOptions Options { get; init; } = new();
}

/// <summary>How far a restore is.</summary>
/// <param name="Done">Offsets read again.</param>
/// <param name="Total">Offsets to be read again; 0 while the checkpoint itself is being read.</param>
/// <param name="Since">When it began.</param>
internal sealed record RestoreSnapshot(long Done, long Total, DateTimeOffset Since);

/// <summary>Answers to requests, as they were read.</summary>
/// <param name="Topic">Whence.</param>
/// <param name="Counts">How many there were of each result.</param>
internal sealed record AnswersSnapshot(string Topic, IReadOnlyDictionary<Core.Drift.AnswerResult, long> Counts)
{
    /// <summary>The newest that changed nothing, newest last, at most <see cref="AnswerLog.Most"/>, since the start of the process.</summary>
    public IReadOnlyList<AnswerNotApplied> NotApplied { get; init; } = [];
}

/// <summary>An answer that changed nothing.</summary>
/// <param name="Place">As <c>topic[partition]@offset</c>.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Episode">The episode that it names; null: it could not be read.</param>
/// <param name="Why">That in words, with what would count.</param>
internal sealed record AnswerNotApplied(string Place, Core.Drift.AnswerResult Result, string? Episode, string Why);

/// <summary>One input topic.</summary>
/// <param name="Name"><c>predictions</c> or <c>labels</c>: its part, whatever the topic is called.</param>
/// <param name="Topic">Its name in Kafka.</param>
internal sealed record StreamSnapshot(string Name, string Topic)
{
    /// <summary>What a part is called in metrics and JSON.</summary>
    public static string NameOf(StreamPart part) => part == StreamPart.Predictions ? "predictions" : "labels";

    public long Records { get; init; }
    public long Bytes { get; init; }

    /// <summary>Records that the topic's retention deleted before they were read; they can never be counted.</summary>
    public long LostRecords { get; init; }

    /// <summary>Partitions the topic has, from broker metadata.</summary>
    public int TopicPartitions { get; init; }
    public IReadOnlyList<PartitionSnapshot> Partitions { get; init; } = [];
    public EventTime? Watermark { get; init; }
    /// <summary>Records that do not meet the topic's filter: passed over, no dead letters.</summary>
    public long Filtered { get; init; }

    public IReadOnlyDictionary<Core.Input.RejectReason, long> Rejected { get; init; } = new Dictionary<Core.Input.RejectReason, long>();
    public long DeadLetters { get; init; }
}

/// <summary>One partition that this instance reads.</summary>
internal sealed record PartitionSnapshot(int Partition)
{
    /// <summary>Its place among all partitions that are read.</summary>
    public int Index { get; init; }

    /// <summary>Offset of the next record to read, as committed.</summary>
    public long Position { get; init; }

    /// <summary>Offset past the newest record of the log; −1 if unknown.</summary>
    public long LogEnd { get; init; } = -1;

    /// <summary>Kafka's timestamp of the last record read.</summary>
    public DateTimeOffset? LastRecordAt { get; init; }
    public bool Idle { get; init; }
    public EventTime? Watermark { get; init; }
    public long Lag => LogEnd < 0 ? 0 : Math.Max(0, LogEnd - Position);
}

/// <summary>Where the one thread that owns the state leaves its newest picture for everybody else.</summary>
internal sealed class SnapshotBoard
{
    private volatile ServiceSnapshot _current = ServiceSnapshot.Initial;

    public ServiceSnapshot Current => _current;

    public void Publish(ServiceSnapshot snapshot) => _current = snapshot;
}
