using System.Runtime.InteropServices;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Pipeline;

/// <summary>The whole state of a monitor in pieces that can be compared: the chunks, the counts of the join, and its entries by id.</summary>
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
        bool labelTimes = models.Exists(m => m.Join.Corrections == CorrectionRule.Replace), vectors = models.Exists(m => m.Views.Keeps(ExtraView.ClassWise));
        var state = StateExchange.Reading(block);
        int count = state.ExchangeCount(0);
        Span<byte> entry = stackalloc byte[32];
        for (int i = 0; i < count; i++)
        {
            state.ExchangeRaw(entry);
            string rest = "";
            long labelTime = 0;
            if (labelTimes) state.Exchange(ref labelTime);
            // The standing label's time says something only where there is one.
            int kind = entry[31] >> 5;
            if (kind is 2 or 3) rest += $" label {labelTime}";
            if (vectors) rest += Vector(state);
            into[$"entry {Convert.ToHexString(entry[..16])}"] = Convert.ToHexString(entry[16..]) + rest;
        }
    }

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
