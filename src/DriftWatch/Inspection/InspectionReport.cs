using System.Globalization;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Inspection;

/// <summary>What was seen in two samples, what it most likely means, and a configuration that fits; for people.</summary>
internal static class InspectionReport
{
    private const int Column = 14;

    /// <returns>Whether predictions, labels and pairs of them can be read with the configuration that is printed.</returns>
    public static bool Write(PartGuess predictions, PartGuess labels, JoinTrial trial, string configuration, TextWriter output)
    {
        Part(predictions, trial.RejectedPredictions, trial.Predictions, trial.PredictionSpan, output);
        Part(labels, trial.RejectedLabels, trial.Labels, trial.LabelSpan, output);
        Join(predictions, labels, trial, output);
        output.WriteLine();
        bool fits = trial is { Predictions: > 0, Labels: > 0, Met: > 0 };
        output.WriteLine(fits
            ? "# A configuration that fits. Look it over, save it as driftwatch.yaml, then: driftwatch check-config driftwatch.yaml --connect"
            : "# As far as it goes. No label met a prediction with it: put in what is missing above, save it as driftwatch.yaml, then: driftwatch check-config driftwatch.yaml --connect");
        output.Write(configuration.Length == 0 ? "# The defaults: nothing has to be said.\n" : configuration);
        return fits;
    }

    private static void Part(PartGuess guess, IReadOnlyDictionary<RejectReason, (int Count, string First)> rejected, int accepted, (EventTime From, EventTime To)? span, TextWriter output)
    {
        string part = guess.Sample.Part == StreamPart.Predictions ? "predictions" : "labels";
        output.WriteLine($"{part}: {(guess.Sample.IsTopic ? "topic" : "file")} {guess.Sample.Name}, {Count(guess.Sample.Records.Count)} records sampled");
        foreach (var (form, count) in guess.Census.Forms.OrderByDescending(form => form.Value)) Line(output, "form", $"{Count(count)} {form.Describe()}{Schema(guess, form)}");
        if (guess.Sample.Format != RecordFormat.Json) Line(output, "format", $"{guess.Sample.Format.Symbol()}: {Before(guess.Sample)}");
        if (guess.Sample.Trouble is { } trouble) Line(output, "note", trouble);
        if (guess.Census.Envelopes > 0) Line(output, "", $"{Count(guess.Census.Envelopes)} of them CloudEvents in structured mode: fields are looked for in their data");
        if (guess.Preset is { } preset) Line(output, "preset", $"{preset}: {Presets.Find(preset)!.Producer}");
        foreach (var row in FieldCatalogue.All)
        {
            if (guess.Fields.TryGetValue(row.Field, out var seen)) Line(output, row.Name, $"{seen.Place,-24} {Describe(row.Field, seen)}");
        }

        if (span is { } times) Line(output, "event time", $"{times.From} to {times.To}{(guess.TimeFromKafka ? " (Kafka's)" : "")}");
        string[] unused = [.. guess.Census.Fields.Where(field => field.IsScalar && !IsUsed(guess, field)).Take(12).Select(field => field.Place)];
        if (unused.Length > 0 && guess.Preset is null) Line(output, "not used", string.Join(", ", unused));
        SeenField[] parts = guess.Sample.Part == StreamPart.Predictions && guess.Preset is null && !guess.Fields.ContainsKey(FieldName.Slices) ? [.. guess.Census.Fields.Where(field => !IsUsed(guess, field) && CouldBeSlice(field)).Take(4)] : [];
        if (parts.Length > 0) Line(output, "note", $"few values each: {string.Join(", ", parts.Select(field => $"{field.Place} ({string.Join(", ", field.Values.Keys.Take(3))}{(field.Values.Count > 3 ? ", …" : "")})"))}. To watch such parts of the traffic by themselves, set slices: {{ {string.Join(", ", parts.Select(field => $"{field.Name}: {field.Place}"))} }}");
        Line(output, "read", $"{Count(accepted)} of {Count(guess.Sample.Records.Count)}");
        foreach (var (reason, (count, first)) in rejected.OrderByDescending(entry => entry.Value.Count)) Line(output, "rejected", $"{Count(count)} {reason.Name()}, the first: {first}");
        foreach (string note in guess.Notes) Line(output, "note", note);
        output.WriteLine();
    }

    private static void Join(PartGuess predictions, PartGuess labels, JoinTrial trial, TextWriter output)
    {
        if (trial.Labels == 0 || trial.Predictions == 0)
        {
            Line(output, "join", "cannot be tried: one side has no record that can be read");
            return;
        }

        Line(output, "join", $"{Count(trial.Met)} of {Count(trial.Labels)} labels meet a prediction of the sample");
        if (trial.Met > 0)
        {
            var delays = trial.Delays;
            Line(output, "label delay", $"{Signed(delays[0])} to {Signed(delays[^1])}, median {Signed(delays[delays.Count / 2])}");
        }
        else
        {
            var (p, l) = (predictions.Fields.GetValueOrDefault(FieldName.Id), labels.Fields.GetValueOrDefault(FieldName.Id));
            string shapes = p is null || l is null ? "" : $"; ids of predictions look like \"{Shape(p)}\", those of labels like \"{Shape(l)}\"";
            Line(output, "note", $"no id is in both samples{shapes}. Either the two have no id in common, or the labels are of predictions before the sample: try a larger --records");
        }

        if (trial.Copies >= 0.05 * trial.Predictions && trial.Copies > 0)
            Line(output, "note", $"{Count(trial.Copies)} of {Count(trial.Predictions)} predictions have the id, model and version of another: of these only the first counts. If several versions or models score one id, say where the records name them (model, version)");
        if (trial.Met > 0 && trial.Met < 0.5 * trial.Labels && trial.PredictionSpan is { } span)
            Line(output, "note", $"most labels are of predictions before the sample, which holds {Durations.About(span.To - span.From)} of them: slow labels are not seen. A larger --records shows how long labels really take, and so a better horizon");
        if (ConfigDraft.PositiveLabel(predictions, labels) is { IsGuess: true } positive) Line(output, "note", $"which label means that it came true cannot be told from the words; {positive.Value} is taken, the rarer one");
    }

    /// <summary>A text with few values, each of several records.</summary>
    private static bool CouldBeSlice(SeenField field) => field.Texts == field.Seen && field.Values.Count is >= 2 and <= 20 && field.Values.Count * 10 <= field.Seen && field.Place.StartsWith('/') && field.Name.Length > 0;

    private static string Describe(FieldName field, SeenField seen) => field switch
    {
        FieldName.Id => $"{Count(seen.Values.Count)} different, like \"{Shape(seen)}\"",
        FieldName.Timestamp => seen.Time is { Unit: { } unit } ? $"epoch, timestampUnit {unit.Symbol()}" : "RFC 3339",
        FieldName.Probability or FieldName.Confidence or FieldName.Latency => $"{seen.Least.ToString("0.####", CultureInfo.InvariantCulture)} to {seen.Most.ToString("0.####", CultureInfo.InvariantCulture)}",
        FieldName.Probabilities => "vectors that sum to 1",
        FieldName.Slices => "an object of plain values",
        _ => string.Join(", ", seen.Values.OrderByDescending(value => value.Value).Take(5).Select(value => $"{value.Key} {Count(value.Value)}")) + (seen.Values.Count > 5 ? $", {seen.Values.Count - 5} more" : ""),
    };

    private static bool IsUsed(PartGuess guess, SeenField field) => guess.Fields.Values.Any(used => field == used || field.Place.StartsWith(used.Place + "/", StringComparison.Ordinal));

    /// <summary>What the records were before they came to JSON.</summary>
    private static string Before(Sample sample)
    {
        if (sample.Format == RecordFormat.Arrow) return $"{Count(sample.Records.Count)} rows of the newest of {Count(sample.Before.Count)} records, each looked at as a record";
        int[] ids = [.. sample.Before.Where(record => record.Value is { } value && RecordForms.IsFramed(value)).Select(record => RecordForms.SchemaId(record.Value)).Distinct()];
        return ids.Length == 0 ? "without framing" : $"Schema Registry framing, schema {(ids.Length == 1 ? "id" : "ids")} {string.Join(", ", ids.Take(5))}{(ids.Length > 5 ? " …" : "")}";
    }

    private static string Schema(PartGuess guess, RecordForm form) =>
        form is RecordForm.RegistryJson or RecordForm.RegistryBinary ? $" (schema ids {string.Join(", ", guess.Sample.Records.Where(r => RecordForms.Of(r.Value) == form).Select(r => RecordForms.SchemaId(r.Value!)).Distinct().Take(5))})" : "";

    private static IdShape Shape(SeenField seen) => seen.Values.Keys.Select(value => IdShape.Of(System.Text.Encoding.UTF8.GetBytes(value))).GroupBy(shape => shape).MaxBy(group => group.Count())!.Key;

    private static string Signed(TimeSpan span) => span < TimeSpan.Zero ? $"−{Durations.About(-span)}" : Durations.About(span);

    private static string Count(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static void Line(TextWriter output, string what, string text) => output.WriteLine($"  {what.PadRight(Column)}{text}");
}
