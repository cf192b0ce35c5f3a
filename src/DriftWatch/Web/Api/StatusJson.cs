using System.Globalization;
using System.Text.Json;
using DriftWatch.Messages;
using DriftWatch.Pipeline;

namespace DriftWatch.Web.Api;

/// <summary><c>/api/v1/status</c>: what the service is doing: phase, positions, watermark, join, events.</summary>
internal static class StatusJson
{
    public static void Write(Utf8JsonWriter json, ServiceSnapshot snapshot, IReadOnlyDictionary<string, double> rates)
    {
        json.WriteStartObject();
        json.WriteString("driftwatch", BuildInfo.Version);
        json.WriteString("revision", BuildInfo.Revision);
        json.WriteString("phase", Health.Name(snapshot.Phase));
        json.WriteString("trouble", snapshot.Trouble);
        json.WriteString("startedAt", Time(snapshot.StartedAt));
        json.WriteString("takenAt", Time(snapshot.TakenAt));
        json.WriteString("lastPoll", Time(snapshot.LastPoll));
        json.WriteString("watermark", snapshot.Monitor.Watermark?.ToString());
        WriteTasks(json, snapshot);
        json.WriteStartArray("streams");
        foreach (var stream in snapshot.Streams) WriteStream(json, stream, rates.GetValueOrDefault(stream.Topic));
        json.WriteEndArray();
        WriteJoin(json, snapshot);
        WriteOutput(json, snapshot);
        json.WriteEndObject();
    }

    private static void WriteTasks(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        // One task reads everything; more come with scale-out, in the same shape.
        json.WriteStartArray("tasks");
        json.WriteStartObject();
        json.WriteNumber("task", 0);
        json.WriteString("phase", Health.Name(snapshot.Phase));
        json.WriteBoolean("restored", snapshot.Phase is ServicePhase.Running);
        json.WriteNumber("partitions", snapshot.Streams.Sum(s => s.Partitions.Count));
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteStream(Utf8JsonWriter json, StreamSnapshot stream, double rate)
    {
        json.WriteStartObject();
        json.WriteString("name", stream.Name);
        json.WriteString("topic", stream.Topic);
        json.WriteNumber("records", stream.Records);
        json.WriteNumber("recordsPerSecond", Math.Round(rate, 1));
        json.WriteNumber("bytes", stream.Bytes);
        json.WriteNumber("lostRecords", stream.LostRecords);
        json.WriteNumber("lag", stream.Partitions.Sum(p => p.Lag));
        json.WriteString("watermark", stream.Watermark?.ToString());
        json.WriteStartObject("rejected");
        foreach (var reason in RejectReasons.All) json.WriteNumber(reason.Name(), stream.Rejected.GetValueOrDefault(reason));
        json.WriteEndObject();
        json.WriteNumber("deadLetters", stream.DeadLetters);
        json.WriteNumber("topicPartitions", stream.TopicPartitions);
        json.WriteStartArray("partitions");
        foreach (var partition in stream.Partitions)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", partition.Partition);
            json.WriteNumber("position", partition.Position);
            if (partition.LogEnd < 0) json.WriteNull("logEnd");
            else json.WriteNumber("logEnd", partition.LogEnd);
            json.WriteNumber("lag", partition.Lag);
            json.WriteString("lastRecordAt", Time(partition.LastRecordAt));
            json.WriteBoolean("idle", partition.Idle);
            json.WriteString("watermark", partition.Watermark?.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJoin(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        var join = snapshot.Monitor.Join;
        json.WriteStartObject("join");
        json.WriteNumber("predictions", join.Predictions);
        json.WriteNumber("labels", join.Labels);
        json.WriteNumber("matched", join.Matched);
        json.WriteNumber("pending", join.Pending);
        json.WriteNumber("pendingLimit", snapshot.Options.MaxPending);
        json.WriteNumber("waitingLabels", join.WaitingLabels);
        json.WriteNumber("expired", join.Expired);
        json.WriteNumber("orphaned", join.Orphaned);
        json.WriteNumber("duplicatePredictions", join.DuplicatePredictions);
        json.WriteNumber("duplicateLabels", join.DuplicateLabels);
        json.WriteNumber("corrected", join.Corrected);
        json.WriteNumber("latePredictions", join.LatePredictions);
        json.WriteNumber("lateLabels", join.LateLabels);
        json.WriteNumber("evicted", join.Evicted);
        json.WriteNumber("refused", snapshot.Monitor.Refused);
        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        json.WriteNumber("commits", snapshot.Commits);
        json.WriteNumber("commitFailures", snapshot.CommitFailures);
        json.WriteNumber("requestsPublished", snapshot.RequestsPublished);
        json.WriteNumber("requestPublishFailures", snapshot.CommitFailures);
        json.WriteStartArray("recentEvents");
        foreach (string recent in snapshot.RecentEvents) json.WriteRawValue(recent);
        json.WriteEndArray();
        json.WriteStartObject("overflows");
        foreach (var (what, count) in snapshot.Monitor.Overflows) json.WriteNumber(what, count);
        json.WriteEndObject();
    }

    private static string? Time(DateTimeOffset? time) =>
        time is { } t && t != default ? t.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : null;
}
