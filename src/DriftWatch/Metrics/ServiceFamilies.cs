using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Pipeline;

namespace DriftWatch.Metrics;

/// <summary>The service and what it reads from Kafka.</summary>
/// <remarks>Without a state only the process is told: who counts nothing must not say 0.</remarks>
internal sealed class ServiceFamilies(MetricsPage page)
{
    private readonly TaggedGauge _build = page.Gauge("driftwatch_build_info", "Build metadata of the running binary.", "version", "revision", "dotnet");
    private readonly TaggedGauge _phase = page.Gauge("driftwatch_service_phase", "What the service is doing; exactly one phase is 1.", "driftwatch_service_phase");
    private readonly TaggedGauge _trouble = page.Gauge("driftwatch_trouble", "Whether something keeps this instance from its part (1) or not (0); it is not ready then, and page and API say what it is.");
    private readonly TaggedGauge _taken = page.Gauge("driftwatch_snapshot_timestamp_seconds", "Time at which the numbers on this page were taken.");
    private readonly TaggedGauge _lastPoll = page.Gauge("driftwatch_consumer_last_poll_timestamp_seconds", "Last return of the poll loop.");
    private readonly TaggedCounter _records = page.Counter("driftwatch_consumer_messages_total", "Records handed to the decoder.", "topic");
    private readonly TaggedCounter _bytes = page.Counter("driftwatch_consumer_bytes_total", "Bytes of key and value handed to the decoder.", "topic");
    private readonly TaggedCounter _lost = page.Counter("driftwatch_consumer_lost_records_total", "Records that the topic's retention deleted before they were read.", "topic");
    private readonly TaggedGauge _lag = page.Gauge("driftwatch_consumer_lag", "Records between the end of the log and this instance's position.", "topic", "partition");
    private readonly TaggedGauge _lastRecord = page.Gauge("driftwatch_consumer_last_record_timestamp_seconds", "Kafka timestamp of the last processed record.", "topic", "partition");
    private readonly TaggedGauge _assigned = page.Gauge("driftwatch_consumer_assigned_partitions", "Partitions that this instance reads.", "topic");
    private readonly TaggedGauge _partitions = page.Gauge("driftwatch_topic_partitions", "Partitions of the topic, from broker metadata.", "topic");
    private readonly TaggedCounter _adoptions = page.Counter("driftwatch_consumer_adoptions_total", "Times that partitions came to be read, since the state began: at its beginning, and whenever a topic got more.");
    private readonly TaggedCounter _commits = page.Counter("driftwatch_consumer_commits_total", "Epochs committed since the state began, each with the positions of all partitions.");
    private readonly TaggedCounter _filtered = page.Counter("driftwatch_messages_filtered_total", "Records, or rows of them, that do not meet their topic's filter: passed over, no dead letters.", "topic");
    private readonly TaggedCounter _rejected = page.Counter("driftwatch_messages_rejected_total", "Records, or rows of them, that failed decoding or validation.", "topic", "reason");
    private readonly TaggedCounter _deadLetters = page.Counter("driftwatch_dlq_messages_total", "Records set aside on the dead-letter topic.", "topic");
    private readonly TaggedCounter _droppedLetters = page.Counter("driftwatch_dlq_dropped_total", "Dead letters that were dropped, since their topic does not take them however short they are.");
    private readonly TaggedCounter _answers = page.Counter("driftwatch_answers_total", "Records of the topic of answers, by what became of them; not there where no answers are read.", "result");
    private readonly TaggedGauge _watermark = page.Gauge("driftwatch_watermark_timestamp_seconds", "How far event time has come.", "stream");

    public void Export(ServiceSnapshot snapshot)
    {
        _build.Set(1, BuildInfo.Version, BuildInfo.Revision, Environment.Version.ToString());
        foreach (var phase in Enum.GetValues<ServicePhase>()) _phase.Set(phase == snapshot.Phase ? 1 : 0, phase.ToString().ToLowerInvariant());
        _trouble.Set(snapshot.Trouble is null ? 0 : 1);
        if (snapshot.TakenAt != default) _taken.Set(Seconds(snapshot.TakenAt));
        _lastPoll.Set(Seconds(snapshot.LastPoll));
        _droppedLetters.IncTo(snapshot.DroppedLetters);
        if (!snapshot.HasState) return;
        _commits.IncTo(snapshot.Commits);
        _adoptions.IncTo(snapshot.Adoptions);
        foreach (var stream in snapshot.Streams) Export(stream, snapshot);
        _watermark.Set(Seconds(snapshot.Monitor.Watermark), "joined");
        foreach (var (result, count) in snapshot.Answers?.Counts ?? new Dictionary<AnswerResult, long>()) _answers.IncTo(count, result.Name());
    }

    private void Export(StreamSnapshot stream, ServiceSnapshot snapshot)
    {
        _records.IncTo(stream.Records, stream.Topic);
        _bytes.IncTo(stream.Bytes, stream.Topic);
        _lost.IncTo(stream.LostRecords, stream.Topic);
        _assigned.Set(stream.Partitions.Count, stream.Topic);
        if (stream.TopicPartitions > 0) _partitions.Set(stream.TopicPartitions, stream.Topic);
        _filtered.IncTo(stream.Filtered, stream.Topic);
        foreach (var reason in RejectReasons.All) _rejected.IncTo(stream.Rejected.GetValueOrDefault(reason), stream.Topic, reason.Name());
        _deadLetters.IncTo(stream.DeadLetters, stream.Topic);
        _watermark.Set(Seconds(stream.Watermark), stream.Name);
        foreach (var partition in stream.Partitions)
        {
            string number = partition.Partition.ToString();
            if (partition.LogEnd >= 0) _lag.Set(partition.Lag, stream.Topic, number);
            _lastRecord.Set(Seconds(partition.LastRecordAt), stream.Topic, number);
        }
    }

    public static double? Seconds(EventTime? time) => time?.Milliseconds / 1000.0;

    public static double? Seconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() / 1000.0;
}
