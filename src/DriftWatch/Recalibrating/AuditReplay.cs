using System.Text.Json;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <summary>Makes a decision again from its record and its set, and compares all that comes of it.</summary>
/// <param name="Failure">Why it could not be made again; null: it was.</param>
/// <param name="Differences">What differs from the record; none: it is the same to the bit.</param>
/// <param name="Again">The decision as it comes out now; null where there is none.</param>
internal sealed record AuditReplay(string? Failure, IReadOnlyList<string> Differences, Decision? Again)
{
    /// <summary>Differences past this are not told one by one.</summary>
    private const int Most = 20;

    public bool IsReproduced => Failure is null && Differences.Count == 0;

    /// <param name="record">The decision.</param>
    /// <param name="written">Its bytes.</param>
    /// <param name="sets">Where its set lies.</param>
    public static AuditReplay Of(AuditRecord record, ReadOnlyMemory<byte> written, SetShelf sets)
    {
        var again = record.Draft;
        if (record.SetChecksum is { } checksum)
        {
            if (sets.Find(checksum) is not { } path) return new(sets.WhyGone(checksum), [], null);
            try
            {
                again = Decision.Fit(record.Draft, path);
            }
            catch (SetException unusable)
            {
                return new(unusable.Message, [], null);
            }
        }

        byte[] now = AuditWriter.Write(again);
        if (written.Span.SequenceEqual(now)) return new(null, [], again);
        using var before = JsonDocument.Parse(written);
        using var after = JsonDocument.Parse(now);
        List<string> differences = [];
        Compare("", before.RootElement, after.RootElement, differences);
        return new(null, differences.Count > 0 ? differences : ["the bytes: the same values are written another way"], again);
    }

    private static void Compare(string path, JsonElement before, JsonElement after, List<string> differences)
    {
        if (differences.Count == Most) return;
        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
        {
            foreach (string name in before.EnumerateObject().Concat(after.EnumerateObject()).Select(member => member.Name).Distinct())
            {
                string at = path.Length == 0 ? name : $"{path}.{name}";
                if (!before.TryGetProperty(name, out var left)) differences.Add($"{at}: not in the record");
                else if (!after.TryGetProperty(name, out var right)) differences.Add($"{at}: in the record alone");
                else Compare(at, left, right, differences);
            }
        }
        else if (before.ValueKind == JsonValueKind.Array && after.ValueKind == JsonValueKind.Array && before.GetArrayLength() == after.GetArrayLength())
        {
            for (int i = 0; i < before.GetArrayLength(); i++) Compare($"{path}[{i}]", before[i], after[i], differences);
        }
        else if (before.GetRawText() != after.GetRawText())
        {
            differences.Add($"{path}: recorded {Short(before)}, now {Short(after)}");
        }
    }

    private static string Short(JsonElement value) => value.GetRawText() is { Length: <= 120 } text ? text : $"{value.GetRawText()[..120]}…";
}
