using System.Globalization;
using System.Text;
using System.Text.Json;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Inspection;

/// <summary>A configuration that reads what was sampled, as YAML; what is as it is by default is left out.</summary>
internal static class ConfigDraft
{
    /// <summary>Words that say that it came true, for binary models whose labels are words.</summary>
    private static readonly string[] Affirmative = ["yes", "y", "true", "positive", "pos", "fraud", "fraudulent", "bad", "churn", "churned", "click", "clicked", "converted", "default", "spam", "won", "success", "approved"];

    /// <param name="predictions">Of the prediction topic.</param>
    /// <param name="labels">Of the label topic.</param>
    /// <param name="trial">What the mapping came to.</param>
    /// <param name="bootstrap">The brokers; null: from files.</param>
    /// <param name="registry">The address of the Schema Registry; null: none is known.</param>
    public static string Of(PartGuess predictions, PartGuess labels, JoinTrial trial, string? bootstrap, string? registry = null)
    {
        var yaml = new StringBuilder();
        if (bootstrap is not null)
        {
            yaml.Append("kafka:\n").Append("  bootstrapServers: ").Append(Text(bootstrap)).Append('\n');
            yaml.Append("  topics:\n").Append($"    predictions: {Text(predictions.Sample.Name)}\n").Append($"    labels: {Text(labels.Sample.Name)}\n");
        }

        string[] parts = [Fields("predictions", predictions), Fields("labels", labels)];
        if (parts.Any(part => part.Length > 0)) yaml.Append("input:\n").AppendJoin("", parts);
        if (predictions.Sample.Format == RecordFormat.Avro || labels.Sample.Format == RecordFormat.Avro) yaml.Append($"schemaRegistry:\n  url: {Text(registry ?? "http://registry:8081")}\n");
        string defaults = Defaults(predictions, labels, trial);
        if (defaults.Length > 0) yaml.Append("defaults:\n").Append(defaults);
        return yaml.ToString();
    }

    /// <summary>A label that means that it came true, if labels are two words and the claim is of a binary model; the rarer one where no word tells.</summary>
    public static (string Value, bool IsGuess)? PositiveLabel(PartGuess predictions, PartGuess labels)
    {
        if (!predictions.Fields.ContainsKey(FieldName.Probability) || !labels.Fields.TryGetValue(FieldName.Label, out var label)) return null;
        List<string> values = [.. label.Values.OrderBy(value => value.Value).Select(value => value.Key)];
        if (values.Count is 0 or > 2 || values.TrueForAll(value => value is "0" or "1" or "true" or "false")) return null;
        var known = values.Find(value => Affirmative.Contains(value.ToLowerInvariant()) || value == "1");
        return known is not null ? (known, false) : values.Count == 2 ? (values[0], true) : null;
    }

    private static string Fields(string section, PartGuess guess)
    {
        if (guess.Preset is { } preset) return $"  {section}:\n    preset: {preset}\n";
        var lines = new StringBuilder();
        var mapping = guess.Mapping;
        foreach (var row in FieldCatalogue.All)
        {
            if (guess.Fields.TryGetValue(row.Field, out var seen) && seen.Place != row.Place) lines.Append($"    {row.Name}: {Text(seen.Place)}\n");
        }

        if (guess.Sample.Format != RecordFormat.Json) lines.Insert(0, $"    format: {guess.Sample.Format.Symbol()}\n");
        if (mapping.TimeFrom == TimeSource.Kafka) lines.Append("    timeFrom: kafka\n");
        if (mapping.TimestampUnit is { } unit) lines.Append($"    timestampUnit: {unit.Symbol()}\n");
        if (mapping.DefaultModel is { } model) lines.Append($"    defaultModel: {Text(model)}  # records name no model\n");
        return lines.Length == 0 ? "" : $"  {section}:\n{lines}";
    }

    private static string Defaults(PartGuess predictions, PartGuess labels, JoinTrial trial)
    {
        var lines = new StringBuilder();
        if (PositiveLabel(predictions, labels) is { } positive)
        {
            lines.Append($"  positiveLabel: {Text(positive.Value)}{(positive.IsGuess ? "  # the rarer of two: look whether it is the one that means that it came true" : "")}\n");
            if (labels.Fields[FieldName.Label].Values.Keys.FirstOrDefault(value => value != positive.Value) is { } other) lines.Append($"  negativeLabel: {Text(other)}\n");
        }

        if (trial.Delays.Count < 20) return lines.ToString();
        var (earliest, latest) = (trial.Delays[0], trial.Delays[(int)(0.99 * (trial.Delays.Count - 1))]);
        var usual = new Core.Monitoring.MonitorOptions().Default.Join;
        if (latest > usual.Horizon / 2) lines.Append($"  horizon: {Durations.Format(Round(latest))}  # 99 of 100 labels of the sample came within {Durations.About(latest)}\n");
        if (-earliest > usual.Lead) lines.Append($"  lead: {Durations.Format(Round(-earliest))}  # a label carried a time {Durations.About(-earliest)} before its prediction\n");
        return lines.ToString();
    }

    /// <summary>Twice as long, in whole days, hours or minutes.</summary>
    private static TimeSpan Round(TimeSpan span)
    {
        var twice = 2 * span;
        var unit = twice > TimeSpan.FromDays(2) ? TimeSpan.FromDays(1) : twice > TimeSpan.FromHours(2) ? TimeSpan.FromHours(1) : twice > TimeSpan.FromMinutes(2) ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1);
        return unit * Math.Ceiling(twice / unit);
    }

    // A number or a boolean in quotes stays the text that it is; quoting is JSON's, which YAML reads.
    private static string Text(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || "_./~-:,".Contains(c, StringComparison.Ordinal)) && !value.StartsWith('-') && !value.Contains(": ", StringComparison.Ordinal)
        && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && value is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n" or "~") && !value.EndsWith(':') && !value.StartsWith(':') && !value.StartsWith(',')
            ? value
            : JsonSerializer.Serialize(value, Plain);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
