using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Files;
using DriftWatch.Replay;

namespace DriftWatch.Sets;

/// <summary>What a calibration set that was written as a file says.</summary>
internal static class FittedSet
{
    private static readonly byte[] ParquetMagic = "PAR1"u8.ToArray();

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Reads a set and tries maps on it: its own folds, weights and days.</summary>
    /// <exception cref="SetException">It cannot be read, is not what its name says, or has nothing to fit.</exception>
    public static FittedSeries Of(string path, IReadOnlyList<MapMethod> methods, RecalibrationTerms? terms = null)
    {
        try
        {
            using var file = File.OpenRead(path);
            string checksum = Convert.ToHexStringLower(SHA256.HashData(file)), name = Path.GetFileNameWithoutExtension(path);
            // Copies may have any name; one that looks like a checksum has to be it.
            if (name.Length == checksum.Length && name.All(char.IsAsciiHexDigitLower) && name != checksum) throw new SetException($"{path}: its SHA-256 is {checksum}, which is not its name: it was changed, or not copied whole.");
            file.Position = 0;
            var (metadata, rows) = Read(file);
            string Meta(string key) => metadata.TryGetValue($"driftwatch.{key}", out string? value) ? value : throw new SetException($"{path}: its metadata lack driftwatch.{key}; driftwatch set writes it.");
            if (Meta("set") != SetFile.SchemaVersion) throw new SetException($"{path}: its version is {Meta("set")}, this DriftWatch reads {SetFile.SchemaVersion}.");
            if (rows.Count == 0) throw new SetException($"{path}: it holds no labeled prediction: nothing to fit.");
            string slice = Meta("slice");
            int equals = slice.IndexOf('=', StringComparison.Ordinal);
            var key = new SeriesKey(Meta("model"), Meta("version"), equals < 0 ? null : new Slice(slice[..equals], slice[(equals + 1)..]), Meta("view") == View.TopLabel.Name() ? View.TopLabel : View.Binary);
            bool ofVectors = methods.Contains(MapMethod.Vector) && rows[0].Vector is not null;
            if (!ofVectors && !methods.Any(MapMethods.OfClaims.Contains)) throw new SetException($"{path}: it has no vectors ({(metadata.TryGetValue("driftwatch.vectors", out string? lack) ? lack : "one claim says it all")}), and vector is the only map to be tried; others of recalibration.methods map one claim.");
            var (from, to) = (new EventTime(rows.Min(row => row.Time)), new EventTime(rows.Max(row => row.Time)));
            var seen = ofVectors ? new Interval(rows.Min(row => row.Vector!.Min()), rows.Max(row => row.Vector!.Max())) : new Interval(rows.Min(row => row.Claim), rows.Max(row => row.Claim));
            var answer = ofVectors ? Recalibrator.Recommend(Vectors(rows), terms ?? new(), [.. methods.Where(MapMethods.OfVectors.Contains)]) : Recalibrator.Recommend(Claims(rows), terms ?? new(), [.. methods.Where(MapMethods.OfClaims.Contains)]);
            return new(key, answer, from, to, seen, Day)
            {
                Classes = ofVectors ? [.. JsonSerializer.Deserialize<string[]>(Meta("classes"))!] : [],
                Episode = Meta("episode"),
                SetChecksum = checksum,
                SetFileName = Path.GetFileName(path),
                IsComplete = Meta("complete") == "true",
                Sampled = metadata.ContainsKey("driftwatch.sampled") ? double.Parse(Meta("sampled"), CultureInfo.InvariantCulture) : 1,
                ReadOn = metadata.ContainsKey("driftwatch.attempt") ? (EventTime.From(DateTimeOffset.Parse(Meta("to"), CultureInfo.InvariantCulture)), [.. Meta("ranges").Split(' ').Select(SetFile.RangeOf)]) : null,
            };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or JsonException or FormatException)
        {
            throw new SetException($"{path}: {unreadable.Message}", unreadable);
        }
    }

    private static CalibrationSet Claims(List<SetFileRow> rows)
    {
        var set = new CalibrationSet();
        foreach (var row in rows) set.AddToFold(row.Fold, row.Claim, row.Outcome, row.Weight, row.Day);
        return Emptied(rows, set);
    }

    /// <summary>A million rows and vectors lie beside what is made of them otherwise, for as long as it is fitted.</summary>
    private static T Emptied<T>(List<SetFileRow> rows, T set)
    {
        rows.Clear();
        rows.TrimExcess();
        return set;
    }

    private static VectorSet Vectors(List<SetFileRow> rows)
    {
        var set = new VectorSet(rows[0].Vector!.Length, rows.Count);
        foreach (var row in rows) set.AddToFold(row.Fold, row.Vector, row.Actual, row.Weight, row.Day);
        return Emptied(rows, set);
    }

    /// <summary>By its first bytes: a copy may have any name.</summary>
    private static (IReadOnlyDictionary<string, string> Metadata, List<SetFileRow> Rows) Read(Stream file)
    {
        Span<byte> first = stackalloc byte[ParquetMagic.Length];
        bool isParquet = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual(ParquetMagic);
        file.Position = 0;
        return isParquet ? ParquetSet.Read(file) : ArrowSet.Read(file);
    }
}
