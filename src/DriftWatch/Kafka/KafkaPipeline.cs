using DriftWatch.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka;

/// <summary>Puts the loop on Kafka.</summary>
internal static class KafkaPipeline
{
    /// <summary>Adds the hosted service that reads Kafka, and the <see cref="SnapshotBoard"/> that it writes on.</summary>
    public static IServiceCollection AddKafkaPipeline(this IServiceCollection services, KafkaOptions kafka, PipelineOptions pipeline, MonitorOptions monitor)
    {
        var board = new SnapshotBoard();
        services.AddSingleton(board);
        services.AddHostedService(provider => new PipelineService(
            () => Open(kafka, pipeline, monitor, board, TimeProvider.System, provider.GetRequiredService<ILoggerFactory>()),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<PipelineService>>()));
        return services;
    }

    /// <summary>The loop with a source and an output of its own; it disposes them.</summary>
    public static PipelineLoop Open(
        KafkaOptions kafka, PipelineOptions pipeline, MonitorOptions monitor, SnapshotBoard board, TimeProvider time, ILoggerFactory loggers)
    {
        var output = new KafkaOutput(kafka, time, loggers.CreateLogger<KafkaOutput>());
        var source = new KafkaSource(kafka, pipeline.BatchRecords, time, loggers.CreateLogger<KafkaSource>());
        return new PipelineLoop(pipeline, monitor, source, output, board, time, loggers.CreateLogger<PipelineLoop>());
    }
}
