using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Formats;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DriftWatch;

/// <summary>The whole service over topics in memory, spoken to in words of the domain.</summary>
internal sealed class PipelineDriver : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly InMemoryLog _log;
    private readonly ILogger _logger;
    private ValueFormats? _formats;
    private PipelineLoop? _loop;

    public PipelineDriver(MonitorOptions? monitor = null, PipelineOptions? pipeline = null, int partitions = 2, ILogger? logger = null, bool answers = false)
    {
        if (answers) Answers = new InMemoryAnswers();
        _logger = logger ?? NullLogger.Instance;
        Time = new FakeTimeProvider(Start + TimeSpan.FromDays(30));
        Monitor = monitor ?? QuickModel();
        Options = pipeline ?? new PipelineOptions { IdleAdvance = false };
        _log = new InMemoryLog(Time);
        _log.CreateTopic(StreamPart.Predictions, "predictions", partitions);
        _log.CreateTopic(StreamPart.Labels, "labels", partitions);
        Partitions = partitions;
        Output = new RecordingOutput(Store);
        StartService();
    }

    public InMemoryLog Log => _log;

    public FakeTimeProvider Time { get; }

    public MonitorOptions Monitor { get; }

    public PipelineOptions Options { get; }

    public int Partitions { get; }

    public InMemoryEpochStore Store { get; } = new();

    public RecordingOutput Output { get; }

    /// <summary>The topic of answers; null: nobody reads any.</summary>
    public InMemoryAnswers? Answers { get; }

    public SnapshotBoard Board { get; private set; } = null!;

    public InMemoryLog.InMemorySource Source { get; private set; } = null!;

    public PipelineLoop Loop => _loop!;

    /// <summary>One turn of the loop.</summary>
    public bool Cycle() => Loop.Cycle();

    public ServiceSnapshot Snapshot => Board.Current;

    /// <summary>Short horizon and windows, so that a test's log is long in event time.</summary>
    public static MonitorOptions QuickModel() => new()
    {
        Windows = [TimeSpan.FromMinutes(10)],
        Default = new ModelOptions
        {
            Join = new JoinRule { Horizon = TimeSpan.FromMinutes(5) },
            Rule = DriftRule.Threshold,
            Threshold = new() { Window = TimeSpan.FromMinutes(10), Windows = 2, MinLabeled = 50 },
        },
    };

    /// <summary>A new run, as after a crash: state gone, log and commits as they are.</summary>
    public void StartService()
    {
        Store.Forget();
        _formats?.Dispose();
        _formats = new ValueFormats(Options, Time);
        Board = new SnapshotBoard();
        _loop = new PipelineLoop(Options, Monitor, Store.Checkpoint, Store, plan => Source = _log.Open(plan), Board, Time, _logger, formats: _formats, openAnswers: Answers is null ? null : Answers.Open);
        _loop.Restore();
    }

    public void Predict(string id, TimeSpan at, double probability, int? partition = null) => Append("predictions", partition ?? PartitionOf(id),
        $$"""{"id":"{{id}}","model":"m","version":"1","timestamp":{{At(at)}},"probability":{{probability:R}}}""");

    public void Label(string id, TimeSpan at, bool outcome, int? partition = null) => Append("labels", partition ?? PartitionOf(id),
        $$"""{"id":"{{id}}","timestamp":{{At(at)}},"label":{{(outcome ? 1 : 0)}}}""");

    public void Append(string topic, int partition, string json) => Append(topic, partition, Encoding.UTF8.GetBytes(json));

    public void Append(string topic, int partition, byte[] value) => _log.Append(topic, partition, new LogRecord(null, value));

    /// <summary>Cycles until nothing is left to read, then past the next commit and picture.</summary>
    public void RunToEnd()
    {
        for (int i = 0; i < 100_000 && Loop.Cycle(); i++) Time.Advance(TimeSpan.FromMilliseconds(10));
        Settle();
    }

    /// <summary>Lets a commit and a picture come due.</summary>
    public void Settle()
    {
        for (int i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            Loop.Cycle();
        }
    }

    public void Dispose()
    {
        Loop.Dispose();
        _formats?.Dispose();
    }

    private int PartitionOf(string id) => (int)(ClassKey.Of(id) % (uint)Partitions);

    private static long At(TimeSpan at) => (Start + at).ToUnixTimeMilliseconds();
}
