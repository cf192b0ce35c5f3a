using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DriftWatch.Core.Hashing;

namespace DriftWatch.Kafka.Producing;

/// <summary>How a chunk of any size lies in the compacted topic: cut into records that a broker takes, each of which says which piece of what it is.</summary>
/// <remarks>
/// Key: <c>group TAB part TAB name</c>, so that several groups may share a topic; neither a group nor a part number can hold a tab.
/// Value: magic and version (4 bytes), part (4), parts (4), length of the whole (4), stamp (8), checksum of all that is before and after it (8), little endian, then the bytes.
/// All parts of a writing carry its stamp, and a writing is one transaction: parts with different stamps are never put together.
/// The checksum tells a damaged state from a mistake of ours in reading it: bytes that pass are those that were written. Version 1 had none and is still read.
/// </remarks>
internal static class ChunkParts
{
    public const int HeaderBytes = 32;

    private const int ChecksumAt = 24;

    /// <summary>'D', 'W', 'c', version 2.</summary>
    private const uint Magic = 0x02_63_57_44;

    private const uint MagicOfVersion1 = 0x01_63_57_44;
    private static readonly SipHash Summing = new("driftwatch-part!"u8);

    public static byte[] Key(string group, string name, int part) => Encoding.UTF8.GetBytes($"{group}\t{part}\t{name}");

    /// <summary>The chunk that a key names; null if it is another group's, or nobody's.</summary>
    public static (string Name, int Part)? ParseKey(ReadOnlySpan<byte> key, string group)
    {
        string text = Encoding.UTF8.GetString(key);
        if (!text.StartsWith(group + "\t", StringComparison.Ordinal)) return null;
        int end = text.IndexOf('\t', group.Length + 1);
        if (end < 0 || !int.TryParse(text.AsSpan(group.Length + 1, end - group.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int part)) return null;
        return (text[(end + 1)..], part);
    }

    /// <summary>The values of a chunk's records, in order of their parts; at least one.</summary>
    /// <param name="value">The whole.</param>
    /// <param name="mostBytes">Most bytes of the whole in one record.</param>
    /// <param name="stamp">Number of the writing.</param>
    public static byte[][] Cut(ReadOnlySpan<byte> value, int mostBytes, long stamp)
    {
        int count = Count(value.Length, mostBytes);
        var parts = new byte[count][];
        for (int part = 0; part < count; part++)
        {
            var piece = value.Slice(part * mostBytes, Math.Min(mostBytes, value.Length - (part * mostBytes)));
            byte[] record = parts[part] = new byte[HeaderBytes + piece.Length];
            new ChunkPart(part, count, value.Length, stamp, HeaderBytes).Write(record);
            piece.CopyTo(record.AsSpan(HeaderBytes));
            BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(ChecksumAt), Checksum(record));
        }

        return parts;
    }

    public static int Count(int length, int mostBytes) => length == 0 ? 1 : ((length - 1) / mostBytes) + 1;

    /// <summary>What a record says that it is; null if it is no part of a chunk.</summary>
    public static ChunkPart? Read(ReadOnlySpan<byte> record)
    {
        if (record.Length < ChecksumAt || BinaryPrimitives.ReadUInt32LittleEndian(record) is var magic && magic is not (Magic or MagicOfVersion1)) return null;
        int start = magic == Magic ? HeaderBytes : ChecksumAt;
        if (record.Length < start) return null;
        var part = new ChunkPart(
            BinaryPrimitives.ReadInt32LittleEndian(record[4..]), BinaryPrimitives.ReadInt32LittleEndian(record[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[12..]), BinaryPrimitives.ReadInt64LittleEndian(record[16..]), start);
        return part.Number >= 0 && part.Count > part.Number && part.Length >= 0 ? part : null;
    }

    /// <summary>Whether a part is as it was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> record, ChunkPart part) =>
        part.Start == ChecksumAt || BinaryPrimitives.ReadUInt64LittleEndian(record[ChecksumAt..]) == Checksum(record);

    private static ulong Checksum(ReadOnlySpan<byte> record)
    {
        Span<byte> all = stackalloc byte[ChecksumAt + 8];
        record[..ChecksumAt].CopyTo(all);
        BinaryPrimitives.WriteUInt64LittleEndian(all[ChecksumAt..], (ulong)Summing.Of(record[HeaderBytes..]));
        return (ulong)Summing.Of(all);
    }

    private static void Write(this ChunkPart part, Span<byte> record)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], part.Number);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], part.Count);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], part.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], part.Stamp);
    }
}

/// <summary>What one record holds of a chunk.</summary>
/// <param name="Number">Which part, from 0.</param>
/// <param name="Count">Parts of the chunk.</param>
/// <param name="Length">Bytes of the whole.</param>
/// <param name="Stamp">Number of the writing.</param>
/// <param name="Start">Where its bytes begin in the record.</param>
internal readonly record struct ChunkPart(int Number, int Count, int Length, long Stamp, int Start);
