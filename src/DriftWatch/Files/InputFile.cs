namespace DriftWatch.Files;

/// <summary>One file, open for reading: what it is called, how its rows are written, and how far reading has come.</summary>
internal sealed class InputFile : IDisposable
{
    /// <summary>Bytes that are looked at to tell what a file holds: a header row, or the first record.</summary>
    private const int LookedAt = 4096;

    private readonly CountingStream _stored;
    private readonly PeekStream _content;
    private readonly bool _isPlain;

    private InputFile(string path, string name, CountingStream stored)
    {
        (Name, _stored) = (name, stored);
        _content = Compression.Open(path, stored, Notes, out _isPlain);
        Start = [.. _content.Peek(LookedAt)];
        Kind = FileKinds.Of(Name, path == "-" ? null : FileKinds.Named(path), Start, Notes);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    public FileKind Kind { get; }

    /// <summary>What is odd about it and did no harm, in sentences.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Its first bytes, decompressed.</summary>
    public byte[] Start { get; }

    /// <summary>What it holds, decompressed, forward only.</summary>
    public Stream Content => _content;

    /// <summary>How many of its bytes, as they are stored, were read.</summary>
    public long StoredBytesRead => _stored.Count;

    /// <summary>Opens a file, or standard input (<c>-</c>).</summary>
    /// <exception cref="FileException">It is not there, or holds nothing that is read.</exception>
    public static InputFile Open(string path, Func<Stream> standardInput)
    {
        if (path == "-") return new(path, "standard input", new(standardInput()));
        try
        {
            return new(path, Path.GetFileName(path), new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FileException($"{path}: {Reason(failure)}", failure is InvalidDataException or EndOfStreamException ? ExitCode.Failure : ExitCode.Usage, failure);
        }
    }

    /// <summary>The same for formats that begin at their end: the file itself, or all of it in memory where it is compressed or piped.</summary>
    public Stream Seekable()
    {
        if (_isPlain && _stored.CanSeek)
        {
            _stored.Position = 0;
            return _stored;
        }

        var whole = new MemoryStream();
        Content.CopyTo(whole);
        whole.Position = 0;
        return whole;
    }

    public void Dispose() => _content.Dispose();

    private static string Reason(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file.",
        UnauthorizedAccessException => "it cannot be read: permission denied.",
        InvalidDataException or EndOfStreamException => $"it begins as a compressed file and cannot be decompressed: {failure.Message}",
        _ => failure.Message,
    };
}
