using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Input;
using DriftWatch.Json;
using DriftWatch.Pipeline;

namespace DriftWatch.Web.Api;

/// <summary><c>/api/v1/status</c>: what the service is doing: phase, positions, watermark, join, events.</summary>
internal static class StatusJson
{
    public static void Write(Utf8JsonWriter json, ServiceSnapshot snapshot, IReadOnlyDictionary<string, double> rates, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("driftwatch", BuildInfo.Version);
        json.WriteString("revision", BuildInfo.Revision);
        json.WriteString("phase", Health.Name(snapshot.Phase));
        json.WriteBoolean("hasState", snapshot.HasState);
        json.WriteString("trouble", snapshot.Trouble);
        CheckpointJson.WriteWarnings(json, snapshot);
        DiagnosisJson.Write(json, snapshot);
        json.WriteString("startedAt", Time(snapshot.StartedAt));
        json.WriteString("takenAt", Time(snapshot.TakenAt));
        json.WriteString("lastPoll", Time(snapshot.LastPoll));
        json.WriteString("watermark", snapshot.Monitor.Watermark?.ToString());
        WriteTasks(json, snapshot);
        CheckpointJson.WriteRestore(json, snapshot.Restore, now);
        CheckpointJson.WriteCheckpoint(json, snapshot);
        json.WriteNumber("fenced", snapshot.Fenced);
        json.WriteStartArray("streams");
        foreach (var stream in snapshot.Streams) WriteStream(json, stream, rates.TryGetValue(stream.Topic, out double rate) ? rate : null);
        json.WriteEndArray();
        WriteJoin(json, snapshot);
        WriteOutput(json, snapshot);
        WriteAnswers(json, snapshot.Answers);
        json.WriteEndObject();
    }

    private static void WriteTasks(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        // One task reads everything; more come with scale-out, in the same shape.
        json.WriteStartArray("tasks");
        json.WriteStartObject();
        json.WriteNumber("task", 0);
        json.WriteString("role", TaskRole.Of(snapshot));
        json.WriteString("owner", snapshot.Owner);
        json.WriteString("phase", Health.Name(snapshot.Phase));
        json.WriteBoolean("restored", snapshot.HasState);
        json.WriteNumber("partitions", snapshot.Streams.Sum(s => s.Partitions.Count));
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteStream(Utf8JsonWriter json, StreamSnapshot stream, double? rate)
    {
        json.WriteStartObject();
        json.WriteString("name", stream.Name);
        json.WriteString("topic", stream.Topic);
        json.WriteNumber("records", stream.Records);
        WindowJson.WriteNumber(json, "recordsPerSecond", rate is { } r ? Math.Round(r, 1) : null);
        json.WriteNumber("bytes", stream.Bytes);
        json.WriteNumber("lostRecords", stream.LostRecords);
        json.WriteNumber("lag", stream.Partitions.Sum(p => p.Lag));
        json.WriteString("watermark", stream.Watermark?.ToString());
        json.WriteNumber("filtered", stream.Filtered);
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
            json.WriteNumber("safeOffset", partition.Position); // positions are committed with what they stand for
            json.WriteNumber("lag", partition.Lag);
            json.WriteString("lastRecordAt", Time(partition.LastRecordAt));
            json.WriteBoolean("idle", partition.Idle);
            json.WriteString("watermark", partition.Watermark?.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAnswers(Utf8JsonWriter json, AnswersSnapshot? answers)
    {
        if (answers is null)
        {
            json.WriteNull("answers");
            return;
        }

        json.WriteStartObject("answers");
        json.WriteString("topic", answers.Topic);
        json.WriteStartObject("results");
        foreach (var (result, count) in answers.Counts) json.WriteNumber(result.Name(), count);
        json.WriteEndObject();
        json.WriteStartArray("notApplied");
        foreach (var one in answers.NotApplied)
        {
            json.WriteStartObject();
            json.WriteString("place", one.Place);
            json.WriteString("result", one.Result.Name());
            json.WriteString("episode", one.Episode);
            json.WriteString("why", one.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJoin(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        var join = snapshot.Monitor.Join;
        json.WriteStartObject("join");
        Count("predictions", join.Predictions);
        Count("labels", join.Labels);
        Count("matched", join.Matched);
        Count("pending", join.Pending);
        json.WriteNumber("pendingLimit", snapshot.Options.MaxPending);
        Count("waitingLabels", join.WaitingLabels);
        Count("expired", join.Expired);
        Count("orphaned", join.Orphaned);
        Count("duplicatePredictions", join.DuplicatePredictions);
        Count("duplicateLabels", join.DuplicateLabels);
        Count("corrected", join.Corrected);
        Count("latePredictions", join.LatePredictions);
        Count("lateLabels", join.LateLabels);
        Count("evicted", join.Evicted);
        Count("refused", snapshot.Monitor.Refused);
        if (snapshot.HasState)
        {
            json.WriteStartObject("ofNoModel");
            OrphansJson.Write(json, snapshot.Monitor.Orphans);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("ofNoModel");
        }

        json.WriteEndObject();

        // Nothing is known without a state, and 0 would say that there is nothing.
        void Count(string name, long value) => WindowJson.WriteNumber(json, name, snapshot.HasState ? value : null);
    }

    private static void WriteOutput(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        WindowJson.WriteNumber(json, "commits", snapshot.HasState ? snapshot.Commits : null);
        json.WriteNumber("deadLettersDropped", snapshot.DroppedLetters);
        WindowJson.WriteNumber(json, "requestsPublished", snapshot.HasState ? snapshot.RequestsPublished : null);
        json.WriteStartArray("recentEvents");
        foreach (string recent in snapshot.RecentEvents) json.WriteRawValue(recent);
        json.WriteEndArray();
        json.WriteStartObject("overflows");
        foreach (var (what, count) in snapshot.Monitor.Overflows) json.WriteNumber(what, count);
        json.WriteEndObject();
    }

    public static string? Time(DateTimeOffset? time) =>
        time is { } t && t != default ? t.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : null;
}
