using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Options.Table;

/// <summary>The kinds of values there are.</summary>
internal static partial class Kinds
{
    /// <summary>The pattern of a duration, for editors; <see cref="Durations"/> is what counts.</summary>
    private const string DurationPattern = @"^(0|([0-9.]+(w|d|h|m|s|ms))+|P.+|([0-9]+\.)?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?)$";

    public static readonly ValueKind<bool> Flag = new ScalarKind<bool>(
        "true or false",
        (string text, out bool value, ref string _) => bool.TryParse(text, out value),
        value => value ? "true" : "false",
        () => new() { ["type"] = "boolean" },
        verbatim: true);

    public static readonly ValueKind<EventTime> Time = new ScalarKind<EventTime>(
        "a moment such as 2001-01-01T00:00:00Z, or milliseconds since 1970",
        TryParseTime,
        value => value.ToString(),
        () => new() { ["type"] = new JsonArray("string", "integer") });

    public static readonly ValueKind<ListenAddress> Listen = new ScalarKind<ListenAddress>(
        ListenAddress.Expected,
        (string text, out ListenAddress value, ref string _) => ListenAddress.TryParse(text, out value),
        value => value.ToString(),
        () => new() { ["type"] = "string", ["pattern"] = ":[0-9]{1,5}$" });

    /// <summary>Where a field is that is an object or an array.</summary>
    public static readonly ValueKind<string> ValuePlace = Text(
        "a JSON pointer such as /id or /payload/user~1id (RFC 6901), row, or row/id", ValuePlacePattern(), 512);

    /// <summary>Where the rows of a record are.</summary>
    public static readonly ValueKind<string> Rows = new ScalarKind<string>(
        RowsPlace.Expected,
        (string text, out string value, ref string expected) =>
        {
            value = text;
            return text.Length is > 0 and <= 512 && RowsPlace.TryParse(text, out _, out _);
        },
        value => value,
        () => new() { ["type"] = "string", ["maxLength"] = 512, ["pattern"] = "^((tensors:)?(/([^~/]|~[01])*)+|value)$" });

    /// <summary>Where a field is that is one value.</summary>
    public static readonly ValueKind<string> FieldPlace = new ScalarKind<string>(
        Core.Input.FieldPlace.Expected,
        (string text, out string value, ref string expected) =>
        {
            value = text;
            if (text.Length is 0 or > 512) return false;
            bool good = Core.Input.FieldPlace.TryParse(text, out _, out string? error);
            if (!good) expected += $": {error}";
            return good;
        },
        value => value,
        () => new() { ["type"] = new JsonArray("string", "number", "boolean"), ["maxLength"] = 512, ["pattern"] = "^((/([^~/]|~[01])*)+|(key|row)(/([^~/]|~[01])*)*|header:.+|topic(:.+)?|constant:.+)$" });

    /// <summary>The name of a preset.</summary>
    public static readonly ValueKind<string> Preset = Choice([.. Presets.All.Select(preset => (preset.Name, preset.Name))]);

    /// <summary>A condition on records.</summary>
    public static readonly ValueKind<RecordFilter> Filter = new ScalarKind<RecordFilter>(
        RecordFilter.Expected,
        (string text, out RecordFilter value, ref string expected) =>
        {
            bool good = RecordFilter.TryParse(text, out var filter, out string? error);
            value = filter!;
            if (!good && !error!.StartsWith("expected", StringComparison.Ordinal)) expected += $": {error}";
            return good;
        },
        value => value.ToString(),
        () => new() { ["type"] = "string", ["pattern"] = @"^\s*\S+\s+!?=\s+.*\S" });

    /// <summary>A source of labels, and what it is.</summary>
    public static readonly ValueKind<LabelSource> LabelSource = new ScalarKind<LabelSource>(
        Core.Series.LabelSource.Expected,
        (string text, out LabelSource value, ref string expected) =>
        {
            bool good = Core.Series.LabelSource.TryParse(text, out var source);
            value = source.GetValueOrDefault();
            return good;
        },
        value => value.ToString(),
        () => new() { ["type"] = "string", ["pattern"] = @"^(trusted|judge):\S(.*\S)?$", ["maxLength"] = 136 });

    public static readonly ValueKind<string> Topic = Text(
        "a topic name: letters, digits, '.', '_' and '-', at most 249", TopicPattern(), 249);

    public static readonly ValueKind<string> Brokers = new BrokersKind();

    /// <summary>Any text of one line.</summary>
    public static ValueKind<string> Line(int most, string what = "a text") => Text($"{what} of 1 to {most} characters on one line", LinePattern(), most);

    /// <summary>The name of a model or a version, as records may carry it.</summary>
    public static ValueKind<string> Name { get; } = new ScalarKind<string>(
        $"a name of 1 to {ReadLimits.MaxNameBytes} bytes on one line",
        (string text, out string value, ref string _) => Encoding.UTF8.GetByteCount(value = text) <= ReadLimits.MaxNameBytes && text.Length > 0 && !UnseenText.IsIn(text),
        value => value,
        () => new() { ["type"] = new JsonArray("string", "number", "boolean"), ["maxLength"] = ReadLimits.MaxNameBytes, ["pattern"] = LinePattern().ToString().Replace("\\z", "$", StringComparison.Ordinal) });

    /// <summary>Text that is never shown again.</summary>
    public static ValueKind<string> Secret { get; } = new ScalarKind<string>(
        "a text of 1 to 65536 characters",
        (string text, out string value, ref string _) => (value = text).Length is > 0 and <= 65536,
        _ => Secrets.Masked,
        () => new() { ["type"] = new JsonArray("string", "number", "boolean"), ["minLength"] = 1 });

    /// <summary>An address; what stands in it for a name and a password is never shown, and refused by <see cref="CrossRules"/>.</summary>
    public static ValueKind<string> HttpAddress { get; } = new ScalarKind<string>(
        "an http or https address",
        (string text, out string value, ref string _) => Uri.TryCreate(value = text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https",
        value => new Uri(value).UserInfo is { Length: > 0 } secret ? value.Replace(secret, Secrets.Masked, StringComparison.Ordinal) : value,
        () => new() { ["type"] = "string", ["pattern"] = @"^https?://[^\s@?]+$" });

    /// <summary>A bucket, and a prefix in it.</summary>
    public static ValueKind<string> Bucket => Text("s3://BUCKET or s3://BUCKET/PREFIX, where BUCKET has 3 to 63 characters (a-z, 0-9, '.' and '-', a letter or digit at both ends), at most 512 in all", BucketPattern(), 512);

    public static ValueKind<string> UrlPath => Text("a path such as /driftwatch: '/' and letters, digits, '.', '_', '-' and '~', none at the end", UrlPathPattern(), 200);

    public static ValueKind<string> Url => Text("an http or https address; may hold {model} and {version}", UrlPattern(), 2048);

    public static ValueKind<TimeSpan> Duration(TimeSpan least, TimeSpan most) => new ScalarKind<TimeSpan>(
        $"a duration from {Durations.Format(least)} to {Durations.Format(most)}",
        (string text, out TimeSpan value, ref string expected) =>
        {
            if (Durations.TryParse(text, out value)) return value >= least && value <= most;
            expected = $"{Durations.Expected} (from {Durations.Format(least)} to {Durations.Format(most)})";
            return false;
        },
        Durations.Format,
        () => new() { ["type"] = new JsonArray("string", "integer"), ["pattern"] = DurationPattern });

    public static ValueKind<int> Whole(int least, int most) => new ScalarKind<int>(
        $"a whole number from {least} to {most}",
        (string text, out int value, ref string _) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= least && value <= most,
        value => value.ToString(CultureInfo.InvariantCulture),
        () => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most },
        verbatim: true);

    public static ValueKind<double> Number(double least, double most) => new ScalarKind<double>(
        $"a number from {least:R} to {most:R}",
        (string text, out double value, ref string _) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= least && value <= most,
        value => value.ToString("R", CultureInfo.InvariantCulture),
        () => new() { ["type"] = "number", ["minimum"] = least, ["maximum"] = most },
        verbatim: true);

    /// <summary>One of a few words.</summary>
    public static ValueKind<TChoice> Choice<TChoice>(params (string Word, TChoice Value)[] choices)
        where TChoice : notnull => new ScalarKind<TChoice>(
            string.Join(" or ", choices.Select(c => c.Word)),
            (string text, out TChoice value, ref string expected) =>
            {
                int index = Array.FindIndex(choices, c => c.Word == text);
                value = index < 0 ? default! : choices[index].Value;
                if (index < 0 && NearestName.Of(text, choices.Select(c => c.Word)) is { } near) expected += $"; did you mean {near}?";
                return index >= 0;
            },
            value => choices.First(c => c.Value.Equals(value)).Word,
            () => new() { ["enum"] = new JsonArray([.. choices.Select(c => (JsonNode)c.Word)]) });

    public static ValueKind<IReadOnlyList<TItem>> List<TItem>(ValueKind<TItem> item, string items, int least, int most) => new ListKind<TItem>(item, items, least, most);

    public static ValueKind<string?> Optional(ValueKind<string> inner) => new OptionalKind<string?, string>(inner, null, v => v, v => (v is not null, v!));

    public static ValueKind<IReadOnlyList<TItem>?> Optional<TItem>(ValueKind<IReadOnlyList<TItem>> inner) => new OptionalKind<IReadOnlyList<TItem>?, IReadOnlyList<TItem>>(inner, null, v => v, v => (v is not null, v!));

    public static ValueKind<TValue?> Optional<TValue>(ValueKind<TValue> inner)
        where TValue : struct => new OptionalKind<TValue?, TValue>(inner, null, v => v, v => (v.HasValue, v.GetValueOrDefault()));

    /// <summary>A text whose absence is the empty one.</summary>
    public static ValueKind<string> OrEmpty(ValueKind<string> inner) => new OptionalKind<string, string>(inner, "", v => v, v => (v.Length > 0, v));

    private static ValueKind<string> Text(string allowed, Regex pattern, int most) => new ScalarKind<string>(
        allowed,
        (string text, out string value, ref string _) => (value = text).Length <= most && pattern.IsMatch(text),
        value => value,
        () => new() { ["type"] = new JsonArray("string", "number", "boolean"), ["maxLength"] = most, ["pattern"] = pattern.ToString().Replace("\\z", "$", StringComparison.Ordinal) });

    private static bool TryParseTime(string text, out EventTime value, ref string expected)
    {
        value = default;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)) value = new(milliseconds);
        else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && text.Length >= 10) value = EventTime.From(time);
        else return false;
        expected = "a moment from 1970 to 2109";
        return value >= EventTime.Earliest && value <= EventTime.Latest;
    }

    [GeneratedRegex(@"^(row|(row)?(/([^~/]|~[01])*)+)\z")]
    private static partial Regex ValuePlacePattern();

    [GeneratedRegex(@"^(?!\.{1,2}\z)[A-Za-z0-9._-]{1,249}\z")]
    private static partial Regex TopicPattern();

    [GeneratedRegex(@"^[^\x00-\x1f\x7f]+\z")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()=-]+)*/?\z")]
    private static partial Regex BucketPattern();

    [GeneratedRegex(@"^https?://[^\s]+\z")]
    private static partial Regex UrlPattern();

    [GeneratedRegex(@"^(/[A-Za-z0-9._~-]+)+\z")]
    private static partial Regex UrlPathPattern();
}
