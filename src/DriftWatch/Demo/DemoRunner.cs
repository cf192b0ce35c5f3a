using DriftWatch.Hosting;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using System.Text;

namespace DriftWatch.Demo;

/// <summary>Plays the whole product in one process: a broker, two models, DriftWatch, and a subscriber that prints what it is told.</summary>
internal sealed class DemoRunner(DemoSettings settings, TextWriter output)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after the request the recalibrated version takes over.</summary>
    private static readonly TimeSpan PipelineTime = TimeSpan.FromSeconds(60);

    private readonly DemoStory _story = new(output, TimeProvider.System);

    /// <returns><see cref="ExitCode.Failure"/> if the demo was given a length, and at least two minutes, and no request came within it.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (settings.For is { } length) end.CancelAfter(length);
        if (settings.TrafficTo is { } brokers) return await TrafficAsync(brokers, end.Token);

        using var broker = new EmbeddedBroker();
        var options = DemoOptions.For(settings.Listen, broker.BootstrapServers);
        broker.CreateTopics([.. options.Kafka.PredictionTopics, .. options.Kafka.LabelTopics, options.Kafka.RequestTopic, options.Kafka.DeadLetterTopic, options.Kafka.CheckpointTopic]);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var service = ServiceHost.RunAsync(options, address => { _story.Opening(address); opened.SetResult(); }, end.Token);
        await Task.WhenAny(opened.Task, service);
        if (service.IsCompleted) return await service;

        var around = Task.WhenAll(
            UntilStopped(TrafficAsync(broker.BootstrapServers, end.Token)),
            UntilStopped(SubscribeAsync(broker.BootstrapServers, options.Kafka.RequestTopic, end.Token)));
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

    private async Task<int> TrafficAsync(string bootstrapServers, CancellationToken stop)
    {
        using var producer = new RecordProducer(bootstrapServers);
        var traffic = new DemoTraffic(seed: 1);
        var defaults = new KafkaOptions();
        var start = DateTimeOffset.UtcNow;
        var (told, answered) = (false, false);
        for (var now = start; !stop.IsCancellationRequested; now += Beat)
        {
            bool drifted = now - start >= DemoTraffic.DriftAfter;
            bool recalibrated = _story.FlaggedAt is { } flagged && now - flagged >= PipelineTime;
            foreach (var record in traffic.Next(now, Beat, drifted, recalibrated))
                producer.Produce(record.IsPrediction ? defaults.PredictionTopics[0] : defaults.LabelTopics[0], record.Key, record.Value);
            if (drifted && !told) _story.Drifted();
            if (recalibrated && !answered) _story.Recalibrated();
            (told, answered) = (drifted, recalibrated);

            // After a pause of the machine the beats catch up: no time is left out.
            var ahead = now + Beat - DateTimeOffset.UtcNow;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return ExitCode.Ok;
    }

    private async Task SubscribeAsync(string bootstrapServers, string topic, CancellationToken stop)
    {
        var kafka = new KafkaOptions { BootstrapServers = bootstrapServers, Embedded = true };
        await foreach (var record in EventTail.ReadAsync(kafka, [topic], fromStart: true, follow: true, stop)) _story.Event(Encoding.UTF8.GetString(record.Value!));
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
