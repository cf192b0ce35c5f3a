using DriftWatch.Core.Monitoring;
using DriftWatch.Formats;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka;

/// <summary>Puts the task on Kafka.</summary>
internal static class KafkaPipeline
{
    /// <summary>Adds the hosted service that reads Kafka, and the <see cref="SnapshotBoard"/> that it writes on.</summary>
    public static IServiceCollection AddKafkaPipeline(this IServiceCollection services, KafkaOptions kafka, PipelineOptions pipeline, MonitorOptions monitor)
    {
        var board = new SnapshotBoard();
        services.AddSingleton(board);
        services.AddHostedService(provider => new PipelineService(
            stop => Run(kafka, pipeline, monitor, board, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), stop),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<PipelineService>>()));
        return services;
    }

    /// <summary>Runs the task until it is told to stop.</summary>
    /// <exception cref="StartRefusedException">Starting would lose or double something.</exception>
    public static void Run(
        KafkaOptions kafka, PipelineOptions pipeline, MonitorOptions monitor, SnapshotBoard board, TimeProvider time, ILoggerFactory loggers, CancellationToken stop)
    {
        using var store = new KafkaEpochStore(kafka, JoinReach.Of(monitor), time, loggers.CreateLogger<KafkaEpochStore>(), pipeline.ResetsState, new StateFit(pipeline, monitor));
        var snapshots = pipeline.SnapshotDirectory is { } directory ? new JoinSnapshotFiles(directory, kafka.GroupId, loggers.CreateLogger<JoinSnapshotFiles>()) : null;
        using var formats = OpenFormats(kafka, pipeline, time);
        new PipelineTask(pipeline, monitor, store, OpenSource, board, time, loggers.CreateLogger<PipelineTask>(), snapshots, formats, pipeline.AnswerTopic is null ? null : OpenAnswers).Run(stop);

        AnswerStream OpenAnswers(IReadOnlyList<AnswerOffset> read) => new(kafka, pipeline.AnswerTopic!, read, time, loggers.CreateLogger<AnswerStream>());

        IRecordSource OpenSource(IReadOnlyList<PlannedPartition> plan) => new KafkaSource(kafka, plan, pipeline.BatchRecords, time, loggers.CreateLogger<KafkaSource>());
    }

    private static ValueFormats OpenFormats(KafkaOptions kafka, PipelineOptions pipeline, TimeProvider time)
    {
        var formats = new ValueFormats(pipeline, time);
        try
        {
            formats.Open(new Topics.TopicPlan(kafka).Parts.Select(one => (one.Value, one.Key)));
            return formats;
        }
        catch (FormatSetupException unusable)
        {
            formats.Dispose();
            throw new StartRefusedException(unusable.Message, unusable);
        }
    }
}
