using DriftWatch.Hosting;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Recalibrating;
using Microsoft.Extensions.Logging;
using System.Text;

namespace DriftWatch.Demo;

/// <summary>Plays the whole product in one process: a broker, two models, DriftWatch, a recalibrator that answers, what serves the map, and a subscriber that prints what it is told.</summary>
internal sealed class DemoRunner(DemoSettings settings, TextWriter output)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after the request it is answered: for a look at the page while the model drifts.</summary>
    private static readonly TimeSpan BeforeTheAnswer = TimeSpan.FromSeconds(30);

    private readonly DemoStory _story = new(output, TimeProvider.System);

    /// <returns><see cref="ExitCode.Failure"/> if the demo was given a length, and at least two minutes, and no request came within it.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (settings.For is { } length) end.CancelAfter(length);
        if (settings.TrafficTo is { } brokers) return await TrafficAsync(brokers, null, end.Token);

        using var broker = new EmbeddedBroker();
        var folder = FolderOfMaps();
        try
        {
            return await PlayAsync(broker, DemoOptions.For(settings.Listen, broker.BootstrapServers, folder?.FullName), end, stop);
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }

    /// <summary>Null on a machine whose file system takes nothing: nobody answers there.</summary>
    private static DirectoryInfo? FolderOfMaps()
    {
        try
        {
            return Directory.CreateTempSubdirectory("driftwatch-demo-");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task<int> PlayAsync(EmbeddedBroker broker, DriftWatchOptions options, CancellationTokenSource end, CancellationToken stop)
    {
        var (kafka, recalibration) = (options.Kafka, options.Recalibration);
        broker.CreateTopics([.. kafka.PredictionTopics, .. kafka.LabelTopics, kafka.RequestTopic, kafka.DeadLetterTopic, kafka.CheckpointTopic, recalibration.MapsTopic, recalibration.AuditTopic, recalibration.AnswersTopic!]);
        string page = "";
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var service = ServiceHost.RunAsync(options, address => { _story.Opening(page = address); opened.SetResult(); }, end.Token);
        await Task.WhenAny(opened.Task, service);
        if (service.IsCompleted) return await service;

        var deployment = new DemoDeployment(kafka, recalibration.MapsTopic, _story);
        var around = Task.WhenAll(
            UntilStopped(TrafficAsync(broker.BootstrapServers, deployment, end.Token)),
            UntilStopped(SubscribeAsync(kafka, end.Token)),
            UntilStopped(RecalibrateAsync(options, end.Token)),
            UntilStopped(deployment.FollowAsync(end.Token)),
            UntilStopped(deployment.BlunderAsync(page, end.Token)));
        int code = await service;
        await end.CancelAsync();
        await around;
        if (settings.For >= TimeSpan.FromMinutes(2) && !_story.Flagged && !stop.IsCancellationRequested)
        {
            output.WriteLine("No request came: something is wrong with this demo.");
            return ExitCode.Failure;
        }

        return code;
    }

    private async Task<int> TrafficAsync(string bootstrapServers, DemoDeployment? deployment, CancellationToken stop)
    {
        using var producer = new RecordProducer(bootstrapServers);
        var traffic = new DemoTraffic(seed: 1);
        var defaults = new KafkaOptions();
        var start = DateTimeOffset.UtcNow;
        bool told = false;
        for (var now = start; !stop.IsCancellationRequested; now += Beat)
        {
            bool drifted = now - start >= DemoTraffic.DriftAfter;
            foreach (var record in traffic.Next(now, Beat, drifted, deployment?.Map))
                producer.Produce(record.IsPrediction ? defaults.PredictionTopics[0] : defaults.LabelTopics[0], record.Key, record.Value);
            if (drifted && !told) _story.Drifted();
            told = drifted;

            // After a pause of the machine the beats catch up: no time is left out.
            var ahead = now + Beat - DateTimeOffset.UtcNow;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return ExitCode.Ok;
    }

    private async Task SubscribeAsync(KafkaOptions kafka, CancellationToken stop)
    {
        await foreach (var record in EventTail.ReadAsync(kafka, [kafka.RequestTopic], fromStart: true, follow: true, stop)) _story.Event(Encoding.UTF8.GetString(record.Value!));
    }

    /// <summary>What <c>driftwatch recalibrate</c> does.</summary>
    private async Task RecalibrateAsync(DriftWatchOptions options, CancellationToken stop)
    {
        while (_story.FlaggedAt is not { } flagged || DateTimeOffset.UtcNow - flagged < BeforeTheAnswer) await Task.Delay(Beat, stop);
        if (options.Recalibration.Folder is null)
        {
            _story.NobodyAnswers();
            return;
        }

        _story.Answering();
        using var loggers = LoggerFactory.Create(logging => logging.AddDriftWatchLogging(options.Log));
        await Task.Factory.StartNew(
            () =>
            {
                using var loop = new RecalibrationLoop(options, once: false, TimeProvider.System, loggers.CreateLogger("DriftWatch.Recalibrating"));
                loop.Run(stop);
            },
            stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static async Task UntilStopped(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Asked for.
        }
    }
}
