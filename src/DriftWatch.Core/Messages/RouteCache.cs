using System.Buffers.Binary;

namespace DriftWatch.Messages;

/// <summary>Remembers the routes of the texts seen lately, so that most records need no keyed hash to find theirs.</summary>
/// <remarks>One place per hash, the newest stays. The whole text is compared: a collision costs time, never a wrong route.</remarks>
internal sealed class RouteCache
{
    private const int Places = 1024;
    private const int MaxText = 128;
    private readonly Entry[] _entries = new Entry[Places];

    public bool TryFind(ReadOnlySpan<byte> text, out int route)
    {
        ref readonly var entry = ref _entries[Place(text)];
        route = entry.Route;
        return entry.Text is not null && text.SequenceEqual(entry.Text.AsSpan(0, entry.Length));
    }

    public void Remember(ReadOnlySpan<byte> text, int route)
    {
        if (text.Length > MaxText) return;
        ref var entry = ref _entries[Place(text)];
        entry.Text ??= new byte[MaxText];
        text.CopyTo(entry.Text);
        (entry.Length, entry.Route) = (text.Length, route);
    }

    private static int Place(ReadOnlySpan<byte> text)
    {
        ulong mixed = (ulong)text.Length;
        for (; text.Length >= 8; text = text[8..]) mixed = (mixed ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * 0x9E3779B97F4A7C15;
        foreach (byte b in text) mixed = (mixed ^ b) * 0x100000001B3;
        return (int)((mixed ^ (mixed >> 32)) * 0x9E3779B97F4A7C15 >> 54);
    }

    private struct Entry
    {
        public byte[]? Text;
        public int Length;
        public int Route;
    }
}
