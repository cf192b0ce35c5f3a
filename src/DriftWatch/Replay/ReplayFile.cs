using System.IO.Compression;

namespace DriftWatch.Replay;

internal enum RowFormat
{
    Csv,
    Jsonl,
}

/// <summary>One input of a replay, open for reading: what it is called, how its rows are written, and how far reading has come.</summary>
internal sealed class ReplayFile : IDisposable
{
    private const string Gzip = ".gz";

    private readonly CountingStream _stored;

    private ReplayFile(string name, RowFormat format, CountingStream stored, Stream content, long storedBytes)
    {
        (Name, Format, _stored, Content, StoredBytes) = (name, format, stored, content, storedBytes);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    public RowFormat Format { get; }

    /// <summary>Its text, decompressed.</summary>
    public Stream Content { get; }

    /// <summary>Bytes as they are stored; −1 for standard input.</summary>
    public long StoredBytes { get; }

    /// <summary>How many of them were read.</summary>
    public long StoredBytesRead => _stored.Count;

    /// <summary>What a model is called that neither the command line nor the rows name: the file's name without its endings.</summary>
    public static string ModelName(string path)
    {
        if (path == "-") return "stdin";
        string name = WithoutGzip(Path.GetFileName(path));
        return Path.GetFileNameWithoutExtension(name) is { Length: > 0 } stem ? stem : name;
    }

    /// <summary>Opens a file by its ending, or standard input (<c>-</c>) by what it begins with.</summary>
    /// <exception cref="ReplayException">It is not there, or of a kind that replay does not read.</exception>
    public static ReplayFile Open(string path, Func<Stream> standardInput)
    {
        if (path == "-") return Open("standard input", standardInput(), -1, null);
        var format = FormatOf(path);
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
            return Open(Path.GetFileName(path), file, file.Length, format);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ReplayException($"{path}: {Reason(failure)}", ExitCode.Usage, failure);
        }
    }

    public void Dispose() => Content.Dispose();

    private static ReplayFile Open(string name, Stream stream, long length, RowFormat? format)
    {
        var stored = new CountingStream(stream);
        var content = Decompress(stored);
        return new ReplayFile(name, format ?? Sniff(name, content), stored, content, length);
    }

    // By its first bytes and not by its name: a compressed file is one whatever it is called.
    private static PeekStream Decompress(CountingStream stored)
    {
        var peek = new PeekStream(stored);
        return peek.Peek(2).SequenceEqual((ReadOnlySpan<byte>)[0x1F, 0x8B])
            ? new PeekStream(new GZipStream(peek, CompressionMode.Decompress))
            : peek;
    }

    private static RowFormat FormatOf(string path) => Path.GetExtension(WithoutGzip(path)).ToUpperInvariant() switch
    {
        ".CSV" => RowFormat.Csv,
        ".JSONL" => RowFormat.Jsonl,
        ".ARROW" => throw Arrow(path),
        var other => throw new ReplayException(
            $"{path}: replay reads .csv and .jsonl, each also .gz, and '-' for standard input; not '{other}'. Rename the file after what it holds."),
    };

    private static RowFormat Sniff(string name, PeekStream content)
    {
        var start = content.Peek(64);
        if (start.StartsWith("ARROW1"u8) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF])) throw Arrow(name);
        if (start.StartsWith("\uFEFF"u8)) start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        return start.StartsWith("{"u8) ? RowFormat.Jsonl : RowFormat.Csv;
    }

    private static ReplayException Arrow(string name) =>
        new($"{name}: this version of driftwatch does not read Arrow files; a later one will. Export the data as .csv or .jsonl for now.");

    private static string WithoutGzip(string path) => path.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase) ? path[..^Gzip.Length] : path;

    private static string Reason(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file.",
        UnauthorizedAccessException => "it cannot be read: permission denied, or it is a directory.",
        _ => failure.Message,
    };
}
