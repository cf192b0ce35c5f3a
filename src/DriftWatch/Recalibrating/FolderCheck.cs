using DriftWatch.Options;

namespace DriftWatch.Recalibrating;

/// <summary>Whether the folders of <c>driftwatch recalibrate</c> can be written, and the words where they cannot.</summary>
internal static class FolderCheck
{
    /// <summary>How a full disk and a used-up quota are numbered: ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL of Windows.</summary>
    private static readonly int[] NoRoom = [28, 122, unchecked((int)0x80070070)];

    /// <summary>Tries each by a file that is taken away again.</summary>
    public static IEnumerable<(bool Good, string Finding)> Run(RecalibrationOptions options)
    {
        if (options.Folder is null) yield break;
        foreach (string folder in new[] { options.Folder, options.Sets }.Distinct())
        {
            string there = Existing(folder);
            string? trouble = Try(there);
            yield return trouble is null
                ? (true, there == Path.GetFullPath(folder) ? $"driftwatch recalibrate: folder {folder} can be written" : $"driftwatch recalibrate: folder {folder} will be made, {there} can be written")
                : (false, $"driftwatch recalibrate: folder {folder} cannot be written: {trouble}");
        }
    }

    /// <summary>What a failure of the disk means, and what to do about it.</summary>
    public static string Describe(Exception trouble) => trouble switch
    {
        UnauthorizedAccessException => $"{trouble.Message} The process runs as {Environment.UserName}: give that user the right to write there, or name another folder (recalibration.folder, recalibration.setsFolder).",
        IOException when NoRoom.Contains(trouble.HResult) => $"{trouble.Message.TrimEnd('.')}. Nothing was answered, and the request waits: free room there, keep less (recalibration.keep, recalibration.maxSetMegabytes), or name another folder (recalibration.folder, recalibration.setsFolder).",
        _ => trouble.Message,
    };

    private static string Existing(string folder)
    {
        string path = Path.GetFullPath(folder);
        while (!Path.Exists(path) && Path.GetDirectoryName(path) is { } above) path = above;
        return path;
    }

    private static string? Try(string folder)
    {
        string path = Path.Combine(folder, $".{Guid.NewGuid():n}.part");
        try
        {
            File.WriteAllBytes(path, []);
            File.Delete(path);
            return null;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return Describe(trouble);
        }
    }
}
