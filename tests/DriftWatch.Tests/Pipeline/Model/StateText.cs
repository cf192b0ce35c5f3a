using System.Runtime.InteropServices;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Pipeline;

/// <summary>The whole state of a monitor in pieces that can be compared: the chunks, the counts of the join, its predictions by id and route, and its labels by id, in order.</summary>
internal static class StateText
{
    public static SortedDictionary<string, string> Of(CalibrationMonitor monitor, IEnumerable<KeyValuePair<string, byte[]>> chunks)
    {
        SortedDictionary<string, string> text = new(StringComparer.Ordinal);
        foreach (var (key, bytes) in chunks) text[key] = Convert.ToHexString(bytes);
        text["join counts"] = monitor.JoinCounts.ToString();
        foreach (byte[] block in monitor.CopyJoin()) Entries(monitor.Options, block, text);
        return text;
    }

    /// <summary>The first difference in words; null if there is none.</summary>
    public static string? Difference(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual)
    {
        foreach (string key in expected.Keys.Union(actual.Keys).OrderBy(key => key.StartsWith("entry", StringComparison.Ordinal) ? 0 : 1))
        {
            string? before = expected.GetValueOrDefault(key), after = actual.GetValueOrDefault(key);
            if (before != after) return $"{key}: expected {before ?? "nothing"}, found {after ?? "nothing"}";
        }

        return null;
    }

    private static void Entries(MonitorOptions options, byte[] block, SortedDictionary<string, string> into)
    {
        var models = options.Models.Values.Append(options.Default).ToList();
        bool corrections = models.Exists(m => m.Join.MayReplace), vectors = models.Exists(m => m.Views.Keeps(ExtraView.ClassWise));
        var state = StateExchange.Reading(block);
        state.Begin(ChunkFormat.JoinTable);
        int count = state.ExchangeCount(0);
        bool sides = false;
        state.Exchange(ref sides);
        List<string> sources = [];
        if (sides) state.Exchange(sources, static (StateExchange each, ref string name) => each.ExchangeText(ref name));
        Span<byte> entry = stackalloc byte[32];
        for (int i = 0; i < count; i++)
        {
            state.ExchangeRaw(entry);
            string id = Convert.ToHexString(entry[..16]), rest = Convert.ToHexString(entry[16..]);
            ulong meta = BitConverter.ToUInt64(entry[24..]);
            int kind = entry[31] >> 5, route = (int)(meta >> 42) & 0x7FFFF;
            string label = kind is 2 or 3 ? Matched(state, corrections, ref rest) : kind is 4 or 5 ? $" {(kind == 4 ? "class" : "correct")} {BitConverter.ToUInt64(entry[16..]):x} at {meta & ((1L << 42) - 1)} {Addressee(route)}" : "";
            float own = 0, weight = 0;
            int source = 0;
            if (sides)
            {
                state.Exchange(ref own);
                state.Exchange(ref weight);
                if (sources.Count > 0) state.Exchange(ref source);
            }

            if (label.Length > 0) into[$"entry {id} labels"] = into.GetValueOrDefault($"entry {id} labels") + $"{label} weight {weight} source {source}";
            rest += corrections ? $" weights {own} {weight} source {source}" : $" weight {own}";
            if (vectors) rest += Vector(state);
            if (kind is not (4 or 5)) into[$"entry {id} route {route}"] = rest;
        }
    }

    // Whose own time is not over may hold a label too: where it is held decides nothing.
    private static string Matched(StateExchange state, bool corrections, ref string rest)
    {
        long time = 0;
        byte form = 0;
        ulong key = 0;
        state.Exchange(ref time);
        state.Exchange(ref form);
        // The standing label's time says something only where it may be replaced.
        if (corrections) rest += $" label {time}";
        if (form == 0) return "";
        state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<ulong>(ref key)));
        return $" {((form & 8) == 0 ? "class" : "correct")} {key:x} at {time} {(form / 2 % 4 == 0 ? Addressee(1 << 17) : Addressee((1 << 17) + 1))}";
    }

    private static string Addressee(int bits) => $"{((bits & 0x1FFFF) == 0 ? "everyone" : "scope")}{((bits >> 17 & 1) == 1 ? " settled" : "")}{((bits >> 18 & 1) == 1 ? " saw others" : "")}";

    private static string Vector(StateExchange state)
    {
        int count = 0;
        state.Exchange(ref count);
        if (count == 0) return "";
        bool hasLabel = false, isCounted = false;
        int place = 0;
        ulong label = 0;
        double[] values = new double[count];
        state.Exchange(ref hasLabel);
        state.Exchange(ref isCounted);
        state.Exchange(ref place);
        state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<ulong>(ref label)));
        state.ExchangeRaw(MemoryMarshal.AsBytes(values.AsSpan()));
        return $" vector {string.Join(' ', values)}{(hasLabel ? $" is {label:x}" : "")}{(isCounted ? $" at {place}" : "")}";
    }
}
