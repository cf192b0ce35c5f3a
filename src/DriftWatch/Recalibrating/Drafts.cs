using DriftWatch.Pipeline;

namespace DriftWatch.Recalibrating;

/// <summary>Files that are seen whole or not at all.</summary>
internal static class Drafts
{
    /// <summary>A draft that old is nobody's any more.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>Puts a file in place of another, in one move.</summary>
    public static void Replace(string path, byte[] content)
    {
        string draft = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():n}.part");
        try
        {
            Write(draft, content);
            FailPoint.Reach("file-drafted");
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Writes a file down to the disk, with the folders above it.</summary>
    public static void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Takes away what processes that were killed have left.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="below">Whether in the folders below it too.</param>
    public static void Tidy(string folder, bool below = false)
    {
        if (!Directory.Exists(folder)) return;
        var search = new EnumerationOptions { RecurseSubdirectories = below, AttributesToSkip = FileAttributes.None }; // names with a dot are hidden ones
        foreach (var left in new DirectoryInfo(folder).EnumerateFileSystemInfos(".*.part", search).Where(left => DateTime.UtcNow - left.LastWriteTimeUtc > Forgotten).ToList())
        {
            if (left is DirectoryInfo part) part.Delete(recursive: true);
            else left.Delete();
        }
    }
}
