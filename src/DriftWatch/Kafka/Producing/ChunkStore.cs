namespace DriftWatch.Kafka.Producing;

/// <summary>The records of a checkpoint topic as they are read, and the chunks that they make in the end. The last record of a key wins.</summary>
internal sealed class ChunkStore(string group)
{
    private readonly Dictionary<string, SortedDictionary<int, byte[]>> _chunks = new(StringComparer.Ordinal);

    /// <summary>Records of ours, tombstones included.</summary>
    public long Records { get; private set; }

    public long Bytes { get; private set; }

    public void Add(byte[]? key, byte[]? value)
    {
        if (key is null || ChunkParts.ParseKey(key, group) is not { } at) return;
        Records++;
        Bytes += value?.Length ?? 0;
        if (value is not null)
        {
            if (!_chunks.TryGetValue(at.Name, out var parts)) _chunks.Add(at.Name, parts = []);
            parts[at.Part] = value;
        }
        else if (_chunks.TryGetValue(at.Name, out var parts))
        {
            parts.Remove(at.Part);
            if (parts.Count == 0) _chunks.Remove(at.Name);
        }
    }

    /// <summary>How many records a later writing of each chunk must replace or bury.</summary>
    public Dictionary<string, int> PartCounts() => _chunks.ToDictionary(c => c.Key, c => c.Value.Keys.Last() + 1, StringComparer.Ordinal);

    /// <summary>All chunks, whole.</summary>
    /// <exception cref="FormatException">Parts are missing, or do not belong together; the message names the chunk.</exception>
    public Dictionary<string, byte[]> Assemble() => _chunks.ToDictionary(c => c.Key, c => Assemble(c.Key, c.Value), StringComparer.Ordinal);

    private static byte[] Assemble(string name, SortedDictionary<int, byte[]> parts)
    {
        if (!parts.TryGetValue(0, out byte[]? first)) throw new FormatException($"{name} lacks its first part");
        if (ChunkParts.Read(first) is not { } head) throw new FormatException($"{name} was not written by this version of DriftWatch");
        if (head.Length > parts.Values.Sum(part => (long)part.Length)) throw new FormatException($"{name} has less than its {head.Length} bytes");
        byte[] whole = new byte[head.Length];
        int at = 0;
        for (int number = 0; number < head.Count; number++)
        {
            if (!parts.TryGetValue(number, out byte[]? record)) throw new FormatException($"{name} lacks part {number + 1} of {head.Count}");
            if (ChunkParts.Read(record) != head with { Number = number }) throw new FormatException($"part {number + 1} of {name} belongs to another writing");
            if (!ChunkParts.IsWhole(record, head)) throw new FormatException($"part {number + 1} of {name} is not as it was written: its checksum is wrong");
            var piece = record.AsSpan(head.Start);
            if (at + piece.Length > whole.Length) throw new FormatException($"{name} is longer than its {head.Length} bytes");
            piece.CopyTo(whole.AsSpan(at));
            at += piece.Length;
        }

        if (at != whole.Length) throw new FormatException($"{name} has {at} of its {whole.Length} bytes");
        return whole;
    }
}
