using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Confluent.Kafka;
using DriftWatch.Core.Events;
using DriftWatch.Kafka.Native;
using DriftWatch.Pipeline;

namespace DriftWatch.Chaos.Loop;

/// <summary>A subscriber as <c>docs/events.md</c> tells to write one: reads what is committed, starts a run named by the episode, and commits when that was taken, or had been taken before.</summary>
/// <remarks>A process of its own, to be killed: <c>driftwatch-chaos subscriber BROKERS ORCHESTRATOR</c>.</remarks>
internal static class Subscriber
{
    public const string Command = "subscriber";

    /// <summary>Where it can be killed: before it asks, when the run is started and not committed, and after.</summary>
    public static IReadOnlyList<string> Places { get; } = ["run-asked", "run-started", "run-committed"];

    public static int Run(string bootstrap, string orchestrator)
    {
        NativeLibrdkafka.EnsureLoaded();
        using var stop = new CancellationTokenSource();
        using var told = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        using var http = new HttpClient();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = LoopPlan.RunsGroup,
            SessionTimeoutMs = (int)(RoundPlan.SessionSeconds * 1000),
            HeartbeatIntervalMs = 300,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            TopicMetadataRefreshIntervalMs = 1000,
        }).Build();
        consumer.Subscribe(LoopPlan.Requests);
        Console.WriteLine("waits for requests");
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(200)) is { } record) Take(record, consumer, http, orchestrator);
            }
            catch (KafkaException moment) when (!moment.Error.IsFatal)
            {
                // The topic is not there yet, or the group has given the partition to another life of ours: it comes again.
                Console.WriteLine(moment.Error);
            }
        }

        consumer.Close();
        return 0;
    }

    private static void Take(ConsumeResult<byte[], byte[]> record, IConsumer<byte[], byte[]> consumer, HttpClient http, string orchestrator)
    {
        using var document = JsonDocument.Parse(record.Message.Value);
        var root = document.RootElement;
        if (root.GetProperty("type").GetString() == CloudEventWriter.RequestedType)
        {
            FailPoint.Reach(Places[0]);
            string episode = root.GetProperty("correlationid").GetString()!;
            using var asked = http.PostAsync(new Uri(orchestrator + episode), new StringContent(root.GetProperty("id").GetString()!)).GetAwaiter().GetResult();
            if (asked.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.Conflict)) throw new HttpRequestException($"run {episode}: {asked.StatusCode}");
            Console.WriteLine($"{episode}: {asked.StatusCode}");
            FailPoint.Reach(Places[1]);
        }

        consumer.Commit(record);
        FailPoint.Reach(Places[2]);
    }
}
