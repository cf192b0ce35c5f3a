using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Formats;
using DriftWatch.Options;

namespace DriftWatch.Inspection;

/// <summary>How the values of a sample are written: the format that reads most of them, found by trying, and the JSON that they come to.</summary>
internal static class SampleFormat
{
    /// <summary>Rows of Arrow that are looked at: the newest records may hold thousands each.</summary>
    private const int MostRows = 20_000;

    /// <summary>The sample as JSON, with the format that made it.</summary>
    /// <param name="sample">The sample, as it lies there.</param>
    /// <param name="options">Where the registry is.</param>
    public static Sample Read(Sample sample, PipelineOptions options)
    {
        var forms = sample.Records.Select(record => RecordForms.Of(record.Value)).Where(form => form != RecordForm.Empty).CountBy(form => form).ToDictionary();
        var most = forms.Count == 0 ? RecordForm.Empty : forms.MaxBy(form => form.Value).Key;
        if (most is RecordForm.ArrowStream or RecordForm.ArrowFile) return OfArrow(sample);
        if (most is not (RecordForm.RegistryJson or RecordForm.RegistryBinary or RecordForm.Binary or RecordForm.Text)) return sample;
        using var formats = new ValueFormats(options, TimeProvider.System);
        List<RecordFormat> candidates = most == RecordForm.RegistryJson ? [RecordFormat.JsonSchema] : [RecordFormat.Protobuf];
        if (most == RecordForm.RegistryBinary && options.SchemaRegistry.Url is not null) candidates.Add(RecordFormat.Avro);
        Sample best = sample;
        int read = 0;
        foreach (var format in candidates)
        {
            var reader = new MessageReader(new FieldMapping { Format = format }, options.Limits, new RouteTable(new MonitorOptions().Routing), new byte[16], format: formats.Of(new FieldMapping { Format = format }, sample.Part));
            var (records, count, trouble) = Decoded(sample, reader, options);
            if (count <= read && (trouble is null || read > 0)) continue;
            (best, read) = (sample with { Records = records, Format = count > 0 ? format : RecordFormat.Json, Before = sample.Records, Trouble = trouble }, count);
        }

        return best;
    }

    private static Sample OfArrow(Sample sample)
    {
        var rows = TableSample.OfValues(sample.Records, MostRows, out string? trouble);
        return rows.Count == 0 ? sample with { Trouble = trouble } : sample with { Records = rows, Format = RecordFormat.Arrow, Before = sample.Records, Trouble = trouble };
    }

    private static (List<SampledRecord> Records, int Count, string? Trouble) Decoded(Sample sample, MessageReader reader, PipelineOptions options)
    {
        List<SampledRecord> records = [];
        int count = 0;
        string? trouble = null;
        foreach (var record in sample.Records)
        {
            // Once is enough: a registry that does not answer does not for the next.
            bool asks = trouble is null && record.Value is { Length: > 0 };
            if (asks) trouble = ValueFormats.Await(reader, new RecordView { Value = record.Value }, options.SchemaRegistry.Timeout, untilTrouble: true);
            bool good = asks && trouble is null && reader.Format!.Decode(record.Value).Reason == RejectReason.None;
            if (good) count++;
            records.Add(good ? record with { Value = Strict(reader.Format!.Json) } : record);
        }

        return (records, count, trouble);
    }

    /// <summary>The same with null for what JSON cannot say: NaN and the infinities.</summary>
    private static byte[] Strict(ReadOnlySpan<byte> json)
    {
        List<byte> strict = new(json.Length);
        bool inText = false;
        for (int at = 0; at < json.Length; at++)
        {
            if (json[at] == '"') inText = !inText;
            if (inText && json[at] == '\\') strict.Add(json[at++]);
            int length = inText ? 0 : json[at..].StartsWith("NaN"u8) ? 3 : json[at..].StartsWith("Infinity"u8) ? 8 : json[at..].StartsWith("-Infinity"u8) ? 9 : 0;
            if (length == 0) strict.Add(json[at]);
            else strict.AddRange("null"u8);
            at += Math.Max(0, length - 1);
        }

        return [.. strict];
    }
}
