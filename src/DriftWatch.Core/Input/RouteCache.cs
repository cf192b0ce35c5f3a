using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Input;

/// <summary>Remembers the routes of what was seen lately, so that most records need neither a key's text nor its keyed hash to find theirs.</summary>
/// <remarks>One place per hash, the newest stays. All parts are compared in the order of the record: a collision costs time, never a wrong route.</remarks>
internal sealed class RouteCache
{
    private const int Places = 1024;
    private const int MaxText = 128;
    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>Finds the route of a record with these parts, its slices in this order.</summary>
    public bool TryFind(ReadOnlySpan<byte> record, RecordFields fields, in RouteParts parts, out int place, out int route)
    {
        place = Place(record, fields, parts);
        var entry = _entries[place];
        route = entry?.Route ?? -1;
        return entry is not null && entry.Matches(record, fields, parts);
    }

    /// <summary>Remembers a route at the place that <see cref="TryFind"/> named.</summary>
    public void Remember(int place, ReadOnlySpan<byte> record, RecordFields fields, in RouteParts parts, int route)
    {
        int length = parts.Model.Length + parts.Version.Length + parts.Predicted.Length;
        foreach (ref readonly var slice in fields.Slices) length += fields.DimensionOf(record, slice).Length + fields.TextOf(record, slice.Value).Length;
        if (length <= MaxText) (_entries[place] ??= new Entry()).Set(record, fields, parts, route);
    }

    private static int Place(ReadOnlySpan<byte> record, RecordFields fields, in RouteParts parts)
    {
        ulong mixed = Mix(Mix(Mix((ulong)parts.View, parts.Model), parts.Version), parts.Predicted);
        foreach (ref readonly var slice in fields.Slices) mixed = Mix(Mix(mixed, fields.DimensionOf(record, slice)), fields.TextOf(record, slice.Value));
        return (int)((mixed ^ (mixed >> 32)) * 0x9E3779B97F4A7C15 >> 54);
    }

    /// <summary>Takes in the length and both ends of a text, which is all of it up to 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong mixed, ReadOnlySpan<byte> text)
    {
        ulong word = (ulong)text.Length << 56;
        if (text.Length >= 8)
        {
            mixed = (mixed ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * 0xD6E8FEB86659FD93;
            word ^= BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]);
        }
        else if (text.Length >= 4)
        {
            word ^= BinaryPrimitives.ReadUInt32LittleEndian(text) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]) << 24);
        }
        else if (text.Length > 0)
        {
            word ^= text[0] | ((ulong)text[text.Length >> 1] << 8) | ((ulong)text[^1] << 16);
        }

        mixed = (mixed ^ word) * 0x9E3779B97F4A7C15;
        return mixed ^ (mixed >> 29);
    }

    private sealed class Entry
    {
        private readonly byte[] _text = new byte[MaxText];
        private int[] _ends = new int[4];
        private View _view;
        private int _count;

        public int Route { get; private set; }

        public bool Matches(ReadOnlySpan<byte> record, RecordFields fields, in RouteParts parts)
        {
            if (_view != parts.View || _count != 3 + (2 * fields.SliceCount)) return false;
            if (!parts.Model.SequenceEqual(Part(0)) || !parts.Version.SequenceEqual(Part(1)) || !parts.Predicted.SequenceEqual(Part(2))) return false;
            int at = 3;
            foreach (ref readonly var slice in fields.Slices)
            {
                if (!fields.DimensionOf(record, slice).SequenceEqual(Part(at++)) || !fields.TextOf(record, slice.Value).SequenceEqual(Part(at++))) return false;
            }

            return true;
        }

        public void Set(ReadOnlySpan<byte> record, RecordFields fields, in RouteParts parts, int route)
        {
            (_view, Route, _count) = (parts.View, route, 0);
            Append(parts.Model);
            Append(parts.Version);
            Append(parts.Predicted);
            foreach (ref readonly var slice in fields.Slices)
            {
                Append(fields.DimensionOf(record, slice));
                Append(fields.TextOf(record, slice.Value));
            }
        }

        private ReadOnlySpan<byte> Part(int index)
        {
            int start = index == 0 ? 0 : _ends[index - 1];
            return _text.AsSpan(start, _ends[index] - start);
        }

        private void Append(ReadOnlySpan<byte> part)
        {
            int start = _count == 0 ? 0 : _ends[_count - 1];
            if (_count == _ends.Length) Array.Resize(ref _ends, _count * 2);
            part.CopyTo(_text.AsSpan(start));
            _ends[_count++] = start + part.Length;
        }
    }
}

/// <summary>What makes a route besides the slices, as it stands in the record.</summary>
internal readonly ref struct RouteParts(ReadOnlySpan<byte> model, ReadOnlySpan<byte> version, View view, ReadOnlySpan<byte> predicted)
{
    public readonly ReadOnlySpan<byte> Model = model;
    public readonly ReadOnlySpan<byte> Version = version;
    public readonly ReadOnlySpan<byte> Predicted = predicted;
    public readonly View View = view;
}
