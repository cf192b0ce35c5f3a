using DriftWatch.Kafka;
using DriftWatch.Pipeline;

namespace DriftWatch.Options;

/// <summary>Everything that can be configured, as plain records. <see cref="ConfigLoader"/> makes it, after checking all of it.</summary>
internal sealed record DriftWatchOptions
{
    public KafkaOptions Kafka { get; init; } = new();
    public MonitorOptions Monitor { get; init; } = new();
    public PipelineOptions Pipeline { get; init; } = new();
    public WebOptions Web { get; init; } = new();
}

/// <summary>The status page, its API, metrics and health.</summary>
internal sealed record WebOptions
{
    /// <summary>Where Kestrel listens. There is no password on it: the default is this machine only.</summary>
    public ListenAddress Listen { get; init; } = new("127.0.0.1", 8080);
}
