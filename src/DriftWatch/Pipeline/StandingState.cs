using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Core.Series;
using DriftWatch.Json;

namespace DriftWatch.Pipeline;

/// <summary>What stands now, for the compacted topic of late subscribers: every open episode with its request, and the fix that is in use of each series. Shape: <c>docs/events/state.v1.schema.json</c>.</summary>
/// <remarks>
/// Only what has changed is written, with the epoch that changed it. What was written before a restart is not remembered: all that stands is written once more then, which a compacted topic
/// does not mind. A tombstone says that an episode is over, or that the version of a fix has gone.
/// </remarks>
/// <param name="source">The deployment.</param>
internal sealed class StandingState(string source)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, byte[]> _told = [];
    private IReadOnlyList<Episode>? _seen;

    /// <summary>The record that keeps a request for as long as its episode is open: as it was sent.</summary>
    public static OutgoingRecord RequestOf(RecalibrationRequest request, OutgoingRecord sent) => new(OutputTopic.State, Key(KeyOfRequest(request.EpisodeId)), sent.Value, sent.Headers);

    /// <summary>What has changed since the last call.</summary>
    /// <param name="episodes">All that are known, oldest first.</param>
    public IReadOnlyList<OutgoingRecord> Changes(IReadOnlyList<Episode> episodes)
    {
        if (ReferenceEquals(episodes, _seen)) return [];
        _seen = episodes;
        List<OutgoingRecord> changes = [];
        HashSet<string> open = [];
        foreach (var episode in episodes)
        {
            string key = KeyOf(episode.IdUnder(source));
            if (episode.Recovered is not null) continue;
            open.Add(key);
            Tell(key, DocumentOf(episode), changes);
        }

        foreach (string over in _told.Keys.Where(key => key.StartsWith("episodes/", StringComparison.Ordinal) && !open.Contains(key)).Order(StringComparer.Ordinal).ToList())
        {
            _told.Remove(over);
            changes.Add(Tombstone(over));
            changes.Add(Tombstone(over + "/request"));
        }

        foreach (var (series, newest) in NewestFixes(episodes)) TellFix(series, newest, changes);
        return changes;
    }

    private void TellFix(SeriesKey series, Episode newest, List<OutgoingRecord> changes)
    {
        string key = "maps/" + CloudEventWriter.Subject(series);
        if (newest.SupersededBy is null) Tell(key, FixOf(newest), changes);
        else if (_told.Remove(key)) changes.Add(Tombstone(key));
    }

    private void Tell(string key, byte[] document, List<OutgoingRecord> changes)
    {
        if (_told.TryGetValue(key, out byte[]? before) && document.AsSpan().SequenceEqual(before)) return;
        _told[key] = document;
        changes.Add(new(OutputTopic.State, Key(key), document, [DeadLetter.Text("content-type", "application/json")]));
    }

    /// <summary>Of each series in its main view, the newest episode that a fix was answered for.</summary>
    private static IEnumerable<(SeriesKey Series, Episode Newest)> NewestFixes(IReadOnlyList<Episode> episodes) =>
        from episode in episodes
        where episode.Series.View.IsMain() && episode.Answer?.Said.Fix is not null
        group episode by episode.Series into ofSeries
        orderby ofSeries.Key.ToString()
        select (ofSeries.Key, ofSeries.Last());

    private byte[] DocumentOf(Episode episode) => Document(json =>
    {
        json.WriteString("kind", "episode");
        json.WriteString("source", source);
        json.WritePropertyName("episode");
        SnapshotJson.WriteEpisode(json, episode, source);
    });

    private byte[] FixOf(Episode episode) => Document(json =>
    {
        var answer = episode.Answer!;
        json.WriteString("kind", "map");
        json.WriteString("source", source);
        json.WriteString("model", episode.Series.Model);
        json.WriteString("version", episode.Series.Version);
        json.WriteString("slice", episode.Series.Slice?.ToString());
        json.WriteString("episode", episode.IdUnder(source));
        AnswerJson.Write(json, answer);
    });

    private static byte[] Document(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string KeyOf(string episode) => "episodes/" + episode;

    private static string KeyOfRequest(string episode) => KeyOf(episode) + "/request";

    private static byte[] Key(string key) => Encoding.UTF8.GetBytes(key);

    private static OutgoingRecord Tombstone(string key) => new(OutputTopic.State, Key(key), null, []);
}
