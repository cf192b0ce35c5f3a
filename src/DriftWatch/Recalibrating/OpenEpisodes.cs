using System.Text.Json;
using DriftWatch.Core.Events;

namespace DriftWatch.Recalibrating;

/// <summary>Which episodes have begun and not ended, as far as the topics of events still tell.</summary>
internal static class OpenEpisodes
{
    /// <param name="values">Events, of whatever topics and in whatever order.</param>
    /// <returns>Each with the id of the event that asked.</returns>
    public static IReadOnlyDictionary<string, string> Among(IEnumerable<byte[]?> values)
    {
        var (begun, ended) = (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (byte[]? value in values)
        {
            if (Read(value) is not { } read) continue;
            if (read.Type == CloudEventWriter.RequestedType) begun[read.Episode] = read.Id;
            else if (read.Type is CloudEventWriter.ResolvedType or CloudEventWriter.SupersededType) ended.Add(read.Episode);
        }

        foreach (string episode in ended) begun.Remove(episode);
        return begun;
    }

    /// <summary>What is no event says nothing here: it is told where requests are read.</summary>
    private static (string Type, string Id, string Episode)? Read(byte[]? value)
    {
        if (value is null) return null;
        try
        {
            using var document = JsonDocument.Parse(value);
            var root = document.RootElement;
            return root.GetProperty("type").GetString() is { } type && root.GetProperty("id").GetString() is { } id && root.GetProperty("data").GetProperty("episode").GetString() is { } episode ? (type, id, episode) : null;
        }
        catch (Exception strange) when (strange is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
