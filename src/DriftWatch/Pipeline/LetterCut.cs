using System.Globalization;
using System.Text;

namespace DriftWatch.Pipeline;

/// <summary>Makes a dead letter fit a topic that takes only so many bytes: what is longest is cut, and our own headers never.</summary>
/// <remarks>
/// Law: the same letter and the same bytes give the same record, and <see cref="SizeOf"/> of it is no more than those bytes. Key, value and the values of the record's own headers are
/// cut to one common length, the largest that fits; what is shorter stays whole. Headers that do not fit even without values go, the last ones first.
/// </remarks>
internal static class LetterCut
{
    /// <summary>What Kafka's format adds to a record that is alone in its batch, at most.</summary>
    private const int AroundRecord = 128;

    /// <summary>What it adds to a header, at most.</summary>
    private const int AroundHeader = 10;

    /// <summary>Room for three headers that say how long key, value and headers were.</summary>
    private const int Marks = 128;

    /// <summary>Bytes that a record takes in a topic, at most, if it is not compressed.</summary>
    public static long SizeOf(OutgoingRecord letter) => AroundRecord + (letter.Key?.Length ?? 0) + (letter.Value?.Length ?? 0) + letter.Headers.Sum(h => (long)AroundHeader + NameOf(h) + (h.Value?.Length ?? 0));

    /// <summary>The letter, cut to at most <paramref name="bytes"/>; null if not even our own headers fit.</summary>
    public static OutgoingRecord? To(OutgoingRecord letter, int bytes)
    {
        if (SizeOf(letter) <= bytes) return letter;
        RecordHeader[] ours = [.. letter.Headers.Where(h => DeadLetter.IsOurs(h.Name))];
        RecordHeader[] foreign = [.. letter.Headers.Where(h => !DeadLetter.IsOurs(h.Name))];
        long room = bytes - AroundRecord - Marks - ours.Sum(h => (long)AroundHeader + NameOf(h) + h.Value!.Length);
        if (room < 0) return null;

        // Names are not cut, so they may take half of the room at most.
        int kept = 0;
        long names = 0;
        for (; kept < foreign.Length && names + AroundHeader + NameOf(foreign[kept]) <= room / 2; kept++) names += AroundHeader + NameOf(foreign[kept]);
        int most = CommonLength([letter.Key?.Length ?? 0, letter.Value?.Length ?? 0, .. foreign.Take(kept).Select(h => h.Value?.Length ?? 0)], room - names);

        RecordHeader[] cut = [.. foreign.Take(kept).Select(h => h with { Value = Cut(h.Value, most) })];
        List<RecordHeader> headers = [.. cut, .. ours];
        Mark(headers, DeadLetter.KeyTruncated, letter.Key?.Length ?? 0, Math.Min(most, letter.Key?.Length ?? 0));
        Mark(headers, DeadLetter.ValueTruncated, letter.Value?.Length ?? 0, Math.Min(most, letter.Value?.Length ?? 0));
        Mark(headers, DeadLetter.HeadersTruncated, foreign.Sum(BytesOf), cut.Sum(BytesOf));
        return letter with { Key = Cut(letter.Key, most), Value = Cut(letter.Value, most), Headers = headers };
    }

    /// <summary>The largest length to which all can be cut so that together they have no more than <paramref name="room"/> bytes.</summary>
    private static int CommonLength(int[] lengths, long room)
    {
        Array.Sort(lengths);
        for (int i = 0; i < lengths.Length; i++)
        {
            long share = room / (lengths.Length - i);
            if (lengths[i] > share) return (int)share;
            room -= lengths[i];
        }

        return int.MaxValue;
    }

    private static byte[]? Cut(byte[]? bytes, int most) => bytes is null || bytes.Length <= most ? bytes : bytes[..most];

    // A letter that came back cut has a mark already: how long the record was in the first place.
    private static void Mark(List<RecordHeader> headers, string name, long before, long after)
    {
        if (after < before && !headers.Exists(h => h.Name == name)) headers.Add(DeadLetter.Text(name, before.ToString(CultureInfo.InvariantCulture)));
    }

    private static long BytesOf(RecordHeader header) => NameOf(header) + (long)(header.Value?.Length ?? 0);

    private static int NameOf(RecordHeader header) => Encoding.UTF8.GetByteCount(header.Name);
}
