using System.IO.Compression;

namespace DriftWatch.Files;

/// <summary>Files that are compressed as a whole: gzip and zstd, known by their first bytes whatever they are called.</summary>
internal static class Compression
{
    private static readonly (string Name, string Ending, byte[] Magic, Func<Stream, Stream> Open)[] All =
    [
        ("gzip", ".gz", [0x1F, 0x8B], stream => new GZipStream(stream, CompressionMode.Decompress)),
        ("zstd", ".zst", [0x28, 0xB5, 0x2F, 0xFD], stream => new ZstdSharp.DecompressionStream(stream, leaveOpen: false)),
    ];

    public static string WithoutEnding(string path) =>
        All.FirstOrDefault(one => path.EndsWith(one.Ending, StringComparison.OrdinalIgnoreCase)).Ending is { } ending ? path[..^ending.Length] : path;

    /// <summary>The content of a stream that may be compressed.</summary>
    /// <param name="path">Its name, for what it promises.</param>
    /// <param name="stored">As it is stored.</param>
    /// <param name="notes">Takes a word where name and content differ.</param>
    /// <param name="isPlain">Whether nothing had to be decompressed.</param>
    public static PeekStream Open(string path, Stream stored, List<string> notes, out bool isPlain)
    {
        var peek = new PeekStream(stored);
        string name = Path.GetFileName(path);
        foreach (var (method, ending, magic, open) in All)
        {
            if (!peek.Peek(magic.Length).StartsWith(magic)) continue;
            isPlain = false;
            if (path != "-" && !path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) notes.Add($"{name} is compressed with {method}, which its name does not say; it is read as what it is, and {ending} names it");
            return new PeekStream(open(peek));
        }

        isPlain = true;
        if (WithoutEnding(path) != path) notes.Add($"{name} is not compressed, whatever its name says; it is read as it is");
        return peek;
    }
}
