using DriftWatch.Core.Events;
using System.Text.Json;
using DriftWatch.Json;
using DriftWatch.Pipeline;

namespace DriftWatch.Web.Api;

/// <summary>Commits, stored state and restores as JSON.</summary>
internal static class CheckpointJson
{
    /// <summary><c>warnings</c>: what is not as it should be and does not stop the work.</summary>
    public static void WriteWarnings(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        json.WriteStartArray("warnings");
        foreach (string warning in snapshot.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    /// <summary><c>restore</c>: how far it is; null when none is under way.</summary>
    public static void WriteRestore(Utf8JsonWriter json, RestoreSnapshot? restore, DateTimeOffset now)
    {
        if (restore is null)
        {
            json.WriteNull("restore");
            return;
        }

        json.WriteStartObject("restore");
        // How much must be read again is known when the checkpoint has been read.
        bool known = restore.Total > 0;
        WindowJson.WriteNumber(json, "done", known ? restore.Done : null);
        WindowJson.WriteNumber(json, "total", known ? restore.Total : null);
        WindowJson.WriteNumber(json, "percent", RestoreEstimate.Share(restore) is { } share ? Math.Round(share * 100, 1) : null);
        json.WriteString("since", StatusJson.Time(restore.Since));
        WindowJson.WriteNumber(json, "secondsLeft", RestoreEstimate.Left(restore, now) is { } left ? Math.Round(left.TotalSeconds) : null);
        json.WriteEndObject();
    }

    /// <summary><c>checkpoint</c>: the newest commit and the newest stored state of this process.</summary>
    public static void WriteCheckpoint(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        var durations = snapshot.CommitDurations;
        long commits = durations.Counts.Sum();
        json.WriteStartObject("checkpoint");
        WindowJson.WriteNumber(json, "epoch", snapshot.HasState ? snapshot.Commits : null);
        json.WriteString("committedAt", StatusJson.Time(snapshot.CommittedAt));
        json.WriteNumber("commitFailures", snapshot.CommitFailures);
        json.WriteNumber("commitsTimed", commits);
        WindowJson.WriteNumber(json, "meanCommitSeconds", commits > 0 ? durations.SumSeconds / commits : null);
        json.WriteString("stateStoredAt", StatusJson.Time(snapshot.StateStoredAt));
        WindowJson.WriteNumber(json, "stateBytes", snapshot.StateStoredAt is null ? null : snapshot.StateBytes);
        json.WriteNumber("restoreMismatches", snapshot.RestoreMismatches);
        json.WriteEndObject();
    }
}
