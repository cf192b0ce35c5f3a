using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using DriftWatch.Core.Events;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;
using DriftWatch.Files;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Sets;

/// <summary>A calibration set as a file that is named by what is in it, and never changes.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Checksum">SHA-256 of its bytes, in hexadecimal.</param>
/// <param name="Bytes">How long it is.</param>
internal sealed partial record SetFile(string Path, string Checksum, long Bytes)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Of columns and metadata.</summary>
    public const string SchemaVersion = "1";

    /// <summary>Writes a set; one that is there already stays as it is.</summary>
    /// <param name="folder">Where to; is made where it is missing.</param>
    /// <param name="request">What it is for.</param>
    /// <param name="rows">In order.</param>
    /// <param name="format">As what.</param>
    /// <param name="compressed">Whether columns are compressed by Zstandard.</param>
    /// <param name="vectors">What the rows' vectors are of.</param>
    /// <param name="sample">Which of its predictions were drawn; null: all.</param>
    /// <param name="configuration">What <see cref="SetReader.Configuration"/> says; null: not known.</param>
    /// <param name="named">Is told its checksum before it is there under that name.</param>
    public static SetFile Write(string folder, SetRequest request, IReadOnlyList<SetRow> rows, SetFormat format, bool compressed, SetVectors? vectors = null, Action<string>? named = null, SetSample? sample = null, string? configuration = null)
    {
        Directory.CreateDirectory(folder);
        string draft = System.IO.Path.Combine(folder, $".{Guid.NewGuid():n}.part");
        try
        {
            string checksum;
            long bytes;
            using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                Write(file, [.. rows.Select(Row)], Metadata(request, rows, vectors ?? SetVectors.Unasked, sample ?? SetSample.All, configuration), format, compressed);
                FailPoint.Reach("set-half-written");
                file.Flush(flushToDisk: true);
                (bytes, file.Position) = (file.Length, 0);
                checksum = Convert.ToHexStringLower(SHA256.HashData(file));
            }

            string path = PathOf(folder, checksum, format);
            named?.Invoke(checksum);
            FailPoint.Reach("set-named");
            // One move, so that nobody ever sees half of it.
            if (!File.Exists(path)) File.Move(draft, path, overwrite: true);
            return new(path, checksum, bytes);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Where the set with a checksum lies; null: in none of the formats is it there.</summary>
    public static string? Find(string folder, string checksum) => SetFormats.All.Select(format => PathOf(folder, checksum, format)).FirstOrDefault(File.Exists);

    /// <summary>The checksum that a file's name says, if it is called as a set is.</summary>
    public static string? ChecksumOf(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot == 64 && name[..dot].All(char.IsAsciiHexDigitLower) && SetFormats.All.Any(format => name.AsSpan(dot + 1).SequenceEqual(format.Name())) ? name[..dot] : null;
    }

    private static string PathOf(string folder, string checksum, SetFormat format) => System.IO.Path.Combine(folder, $"{checksum}.{format.Name()}");

    private static void Write(Stream into, IReadOnlyList<SetFileRow> rows, IReadOnlyList<(string Key, string Value)> metadata, SetFormat format, bool compressed)
    {
        if (format == SetFormat.Parquet) ParquetSet.Write(into, rows, metadata, compressed);
        else ArrowSet.Write(into, rows, metadata, compressed);
    }

    private static SetFileRow Row(SetRow row) => new(
        row.Time.Milliseconds, row.Claim, row.Outcome, row.Weight, (byte)CalibrationSet.FoldOf(row.Id.Low), (int)Math.Floor((row.Time - new EventTime(0)) / TimeSpan.FromDays(1)), row.Id.High, row.Actual, row.Vector);

    private static List<(string, string)> Metadata(SetRequest request, IReadOnlyList<SetRow> rows, SetVectors vectors, SetSample sample, string? configuration) =>
    [
        ("driftwatch.set", SchemaVersion),
        ("driftwatch.model", request.Model),
        ("driftwatch.version", request.Version),
        ("driftwatch.slice", request.Slice ?? ""),
        ("driftwatch.view", request.View),
        ("driftwatch.episode", request.Episode),
        ("driftwatch.event", request.Event),
        ("driftwatch.from", request.From.ToString()),
        ("driftwatch.to", request.To.ToString()),
        ("driftwatch.n", $"{rows.Count}"),
        ("driftwatch.positives", $"{rows.Count(row => row.Outcome)}"),
        ("driftwatch.complete", IsComplete(request, rows) ? "true" : "false"),
        .. sample.IsAll ? Array.Empty<(string, string)>() : [("driftwatch.sampled", sample.Rate.ToString("R", CultureInfo.InvariantCulture))],
        .. request.Attempt > 1 ? [("driftwatch.attempt", $"{request.Attempt}")] : Array.Empty<(string, string)>(),
        .. configuration is null ? Array.Empty<(string, string)>() : [("driftwatch.configuration", configuration)],
        ("driftwatch.ranges", string.Join(' ', request.Ranges.Select(Text))),
        .. vectors.Classes is { } classes ? [("driftwatch.classes", JsonSerializer.Serialize(classes, Plain))] : Array.Empty<(string, string)>(),
        .. vectors.Lack is { } lack ? [("driftwatch.vectors", lack)] : Array.Empty<(string, string)>(),
    ];

    /// <summary>A range of the metadata.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DataRange RangeOf(string text)
    {
        var range = RangePattern().Match(text);
        return range.Success
            ? new(range.Groups[1].Value, int.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture), long.Parse(range.Groups[3].Value, CultureInfo.InvariantCulture), long.Parse(range.Groups[4].Value, CultureInfo.InvariantCulture))
            : throw new FormatException($"driftwatch.ranges has {text}, which is no range");
    }

    private static string Text(DataRange range) => $"{range.Topic}[{range.Partition}]@{range.StartOffset}-{range.EndOffset}";

    [GeneratedRegex(@"\A([^\[]+)\[([0-9]{1,9})\]@([0-9]{1,18})-([0-9]{1,18})\z", RegexOptions.CultureInvariant)]
    private static partial Regex RangePattern();

    /// <summary>What tells a set from the evidence of its request, in words; null: nothing does.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="rows">What was found.</param>
    /// <param name="gone">Records of its predictions that retention has taken.</param>
    /// <param name="sample">Which of its predictions were drawn; null: all.</param>
    public static string? Lack(SetRequest request, IReadOnlyList<SetRow> rows, long gone, SetSample? sample = null)
    {
        if (IsComplete(request, rows)) return null;
        string drawn = sample is { IsAll: false } one ? $" of the {one.Rate:0.####} of them that are drawn (recalibration.maxPairs)" : "";
        string said = $"The request rests on {request.Labeled} labeled predictions ({request.Positives} came true), the topics hold {rows.Count}{drawn} ({rows.Count(row => row.Outcome)}).";
        if (gone > 0) return $"{said} Retention has taken {gone} of the predictions' records; retention.ms of their topic has to be longer than a drift takes to be found.";
        if (request.Asks is { } mapped && rows.Count < request.Labeled) return $"{said} It asks for {mapped}, and the next map is fitted to the claims of {request.Version}, which have to be logged beside it (LogsClaims of DriftWatch.Client).";
        return rows.Count < request.Labeled
            ? $"{said} Retention has taken labels, or the configuration is not the one that the request was made under (input, horizon, slices)."
            : $"{said} Labels came, or were corrected, after the request.";
    }

    /// <summary>Whether these are the labeled predictions that the request rests on, no more and no fewer.</summary>
    public static bool IsComplete(SetRequest request, IReadOnlyList<SetRow> rows) => rows.Count == request.Labeled && rows.Count(row => row.Outcome) == request.Positives;
}
