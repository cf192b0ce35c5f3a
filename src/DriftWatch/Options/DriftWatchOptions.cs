using DriftWatch.Core.Monitoring;

namespace DriftWatch.Options;

/// <summary>Everything that can be configured, as plain records. <see cref="ConfigLoader"/> makes it, after checking all of it.</summary>
internal sealed record DriftWatchOptions
{
    public KafkaOptions Kafka { get; init; } = new();
    /// <summary>Of two machines' clocks one is always ahead: without a lead, a label that is known at once would carry a time before its prediction.</summary>
    public MonitorOptions Monitor { get; init; } = new() { Default = new() { Join = new() { Lead = TimeSpan.FromSeconds(5) } } };
    public PipelineOptions Pipeline { get; init; } = new();
    public ListenOptions Listen { get; init; } = new();
    public WebLimits Web { get; init; } = new();
    public MetricsOptions Metrics { get; init; } = new();
    public LogOptions Log { get; init; } = new();
    public RecalibrationOptions Recalibration { get; init; } = new();
}

/// <summary>Where status page, API, metrics and health are served.</summary>
internal sealed record ListenOptions
{
    /// <summary>This machine only by default: without a password whoever reaches it may look.</summary>
    public ListenAddress Address { get; init; } = new("127.0.0.1", 8080);

    /// <summary>Most connections at a time; more are closed at once.</summary>
    public int MaxConnections { get; init; } = 500;
}

/// <summary>What is logged, and how.</summary>
internal sealed record LogOptions
{
    public LogLevel Level { get; init; } = LogLevel.Information;
    public LogFormat Format { get; init; } = LogFormat.Auto;
}

internal enum LogFormat
{
    /// <summary>For people on a terminal, JSON otherwise.</summary>
    Auto,

    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
