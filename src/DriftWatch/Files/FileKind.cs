using DriftWatch.Core.Input;

namespace DriftWatch.Files;

/// <summary>How the rows of a file are written.</summary>
internal enum FileKind
{
    /// <summary>Cells with a delimiter between them: commas, semicolons, tabs, bars.</summary>
    Csv,

    /// <summary>A JSON value a line.</summary>
    JsonLines,

    /// <summary>JSON values in an array, or one after the other over as many lines as they take.</summary>
    JsonValues,

    /// <summary>Arrow's stream of record batches, by itself or inside its file.</summary>
    Arrow,

    Parquet,
}

internal static class FileKinds
{
    /// <summary>Endings that are read, each also with one of <see cref="Compression"/> behind it.</summary>
    public const string Endings = ".csv, .tsv, .jsonl, .ndjson, .json, .arrow and .parquet, each also .gz or .zst";

    private static readonly Dictionary<string, FileKind> ByEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = FileKind.Csv, [".tsv"] = FileKind.Csv, [".jsonl"] = FileKind.JsonLines, [".ndjson"] = FileKind.JsonLines, [".json"] = FileKind.JsonValues,
        [".arrow"] = FileKind.Arrow, [".arrows"] = FileKind.Arrow, [".feather"] = FileKind.Arrow, [".ipc"] = FileKind.Arrow, [".parquet"] = FileKind.Parquet, [".pq"] = FileKind.Parquet,
    };

    /// <summary>What a name promises; null: nothing.</summary>
    public static FileKind? Named(string path) => ByEnding.TryGetValue(Path.GetExtension(Compression.WithoutEnding(path)), out var kind) ? kind : null;

    /// <summary>What a file holds: its content decides, and its name only where that leaves it open.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="named">What its name promises.</param>
    /// <param name="start">Its first bytes, decompressed.</param>
    /// <param name="notes">Takes a word where the two differ.</param>
    /// <exception cref="FileException">It holds nothing that is read.</exception>
    public static FileKind Of(string name, FileKind? named, ReadOnlySpan<byte> start, List<string> notes)
    {
        var form = RecordForms.ByMagic(start);
        if (Foreign(form) is { } foreign) throw new FileException($"{name}: this is {foreign}.");
        var found = Found(form, start);
        if (found is not (FileKind.Parquet or FileKind.Arrow) && start.Contains((byte)0)) throw new FileException($"{name}: this holds NUL bytes: UTF-16 text without a byte order mark (convert it: iconv -f UTF-16LE -t UTF-8), or no text at all.");
        if (found is null && named is FileKind.Arrow or FileKind.Parquet) throw new FileException($"{name}: this is no {named} file: it does not begin as one. Name it after what it holds: {Endings}.");
        if (found is null) return named ?? FileKind.Csv;
        if (named is not { } promised || promised == found) return found.Value;
        if (promised is FileKind.JsonLines && found is FileKind.JsonValues) notes.Add($"{name} holds a JSON array, or values over several lines, where a value a line was expected; it is read as what it is, and .json names it");
        else if (promised is not FileKind.JsonValues || found is not FileKind.JsonLines) notes.Add($"{name} holds {InWords(found.Value)}, whatever its name says; it is read as what it is");
        return found.Value;
    }

    /// <summary>What is often taken for data, and what helps.</summary>
    private static string? Foreign(RecordForm? form) => form switch
    {
        RecordForm.Utf16 => "UTF-16 text, and files are read as UTF-8. Convert it: iconv -f UTF-16 -t UTF-8",
        RecordForm.Zip => "a zip archive (Excel's files are such). Unpack it, or save the sheet as CSV",
        RecordForm.Xz => "compressed with xz. Unpack it: xz -d",
        RecordForm.Bzip2 => "compressed with bzip2. Unpack it: bzip2 -d",
        RecordForm.AvroFile => "an Avro file. Export the rows as Parquet or CSV",
        RecordForm.Orc => "an ORC file. Export the rows as Parquet or CSV",
        _ => null,
    };

    private static FileKind? Found(RecordForm? form, ReadOnlySpan<byte> start)
    {
        if (form == RecordForm.Parquet) return FileKind.Parquet;
        if (form is RecordForm.ArrowFile or RecordForm.ArrowStream) return FileKind.Arrow;
        if (start.StartsWith("\uFEFF"u8)) start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        if (start.StartsWith("["u8)) return FileKind.JsonValues;
        if (!start.StartsWith("{"u8)) return null;
        int end = start.IndexOf((byte)'\n');
        // A first line that only opens an object is written for people; one that is broken off is a broken line.
        return end >= 0 && start[..end].TrimEnd(" \t\r"u8).Length == 1 ? FileKind.JsonValues : FileKind.JsonLines;
    }

    private static string InWords(FileKind kind) => kind is FileKind.JsonLines or FileKind.JsonValues ? "JSON" : kind.ToString();
}
