using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;

namespace DriftWatch.Recalibrating;

/// <summary>Which episodes have begun and not ended, as far as the topics of events still tell.</summary>
internal static class OpenEpisodes
{
    /// <param name="values">Events, of whatever topics and in whatever order.</param>
    /// <returns>Each with the id of the event that asked.</returns>
    public static IReadOnlyDictionary<string, string> Among(IEnumerable<byte[]?> values) => Among(values, settledToo: true);

    /// <summary>Of those, the ones that nobody has brought a fix for, or dismissed.</summary>
    /// <param name="values">Likewise.</param>
    public static IReadOnlyDictionary<string, string> Unsettled(IEnumerable<byte[]?> values) => Among(values, settledToo: false);

    private static Dictionary<string, string> Among(IEnumerable<byte[]?> values, bool settledToo)
    {
        var (begun, over) = (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (byte[]? value in values)
        {
            if (Read(value) is not { } read) continue;
            if (read.Type == CloudEventWriter.RequestedType) begun[read.Episode] = read.Id;
            else if (read.Type is CloudEventWriter.ResolvedType or CloudEventWriter.SupersededType || (!settledToo && read.IsSettled)) over.Add(read.Episode);
        }

        foreach (string episode in over) begun.Remove(episode);
        return begun;
    }

    /// <summary>What is no event says nothing here: it is told where requests are read.</summary>
    private static (string Type, string Id, string Episode, bool IsSettled)? Read(byte[]? value)
    {
        if (value is null) return null;
        try
        {
            using var document = JsonDocument.Parse(value);
            var root = document.RootElement;
            if (root.GetProperty("type").GetString() is not { } type || root.GetProperty("id").GetString() is not { } id || root.GetProperty("data").GetProperty("episode").GetString() is not { } episode) return null;
            bool settled = root.GetProperty("data").TryGetProperty("state", out var state) && (state.ValueEquals(EpisodeState.Answered.Name()) || state.ValueEquals(EpisodeState.Dismissed.Name()));
            return (type, id, episode, settled);
        }
        catch (Exception strange) when (strange is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
