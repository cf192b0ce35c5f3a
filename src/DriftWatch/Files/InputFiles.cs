using Microsoft.Extensions.FileSystemGlobbing;

namespace DriftWatch.Files;

/// <summary>What a path on the command line stands for: a file, all files of a folder, those that a pattern finds, or standard input. Always in the order of their names.</summary>
internal sealed class InputFiles
{
    private readonly IReadOnlyList<string> _paths;
    private readonly Func<Stream> _standardInput;
    private long _closed;
    private InputFile? _open;

    private InputFiles(IReadOnlyList<string> paths, string stem, Func<Stream> standardInput)
    {
        (_paths, Stem, _standardInput) = (paths, stem, standardInput);
        StoredBytes = paths is ["-"] ? -1 : paths.Sum(path => new FileInfo(path).Length);
    }

    /// <summary>What a model is called that nothing names: the file without its endings, the folder, or what a pattern begins with.</summary>
    public string Stem { get; }

    /// <summary>Bytes as they are stored; −1 for standard input.</summary>
    public long StoredBytes { get; }

    /// <summary>How many of them were read; another thread may look.</summary>
    public long StoredBytesRead => Volatile.Read(ref _closed) + (_open?.StoredBytesRead ?? 0);

    /// <summary>Finds the files.</summary>
    /// <exception cref="FileException">There are none.</exception>
    public static InputFiles Find(string path, Func<Stream> standardInput)
    {
        if (path == "-") return new(["-"], "stdin", standardInput);
        // A name that a file has is that file, also if it looks like a pattern.
        if (File.Exists(path)) return new([path], StemOf(path), standardInput);
        if (Directory.Exists(path)) return Several(path, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))), InFolder(path), standardInput);
        if (path.AsSpan().IndexOfAny('*', '?') < 0) throw new FileException($"{path}: there is no such file.");
        return Several(path, StemOf(path), Matching(path), standardInput);
    }

    /// <summary>The files one after the other; each is closed when the next is asked for.</summary>
    public IEnumerable<InputFile> Open()
    {
        foreach (string path in _paths)
        {
            using var file = InputFile.Open(path, _standardInput);
            _open = file;
            yield return file;
            _open = null;
            Volatile.Write(ref _closed, _closed + file.StoredBytesRead);
        }
    }

    private static InputFiles Several(string path, string stem, IEnumerable<string> found, Func<Stream> standardInput)
    {
        string[] paths = [.. found.Order(StringComparer.Ordinal)];
        return paths.Length > 0 ? new(paths, stem, standardInput) : throw new FileException($"{path}: no file there is called as one that is read: {FileKinds.Endings}.");
    }

    /// <summary>Those with an ending that is read; what writers of folders keep for themselves begins with a point or an underscore.</summary>
    private static IEnumerable<string> InFolder(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => FileKinds.Named(path) is not null && !Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar).Any(part => part[0] is '.' or '_'));

    private static IEnumerable<string> Matching(string pattern)
    {
        string[] parts = pattern.Split('/');
        int fixedParts = Array.FindIndex(parts, part => part.AsSpan().IndexOfAny('*', '?') >= 0);
        string root = fixedParts == 0 ? "." : string.Join('/', parts[..fixedParts]) is { Length: > 0 } above ? above : "/";
        if (!Directory.Exists(root)) return [];
        // One character as well: the matcher knows stars only.
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(string.Join('/', parts[fixedParts..]).Replace('?', '*'));
        return matcher.GetResultsInFullPath(root).Where(path => IsMatch(Path.GetFileName(path), parts[^1]) && FileKinds.Named(path) is not null);
    }

    private static bool IsMatch(string name, string pattern) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static string StemOf(string path)
    {
        string name = Compression.WithoutEnding(Path.GetFileName(path));
        string stem = Path.GetFileNameWithoutExtension(name) is { Length: > 0 } without ? without : name;
        return stem.IndexOfAny(['*', '?']) is >= 0 and var star
            ? stem[..star].TrimEnd('-', '_', '.') is { Length: > 0 } begin ? begin : Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) is { Length: > 0 } folder ? folder : "files"
            : stem;
    }
}
