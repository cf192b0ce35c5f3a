using System.Text.Json;

namespace DriftWatch.Chaos.Loop;

/// <summary>All that is there to judge by: topics as a reader of what is committed sees them, files, runs, and what the service has counted.</summary>
internal sealed record LoopEvidence
{
    public required IReadOnlyList<StoredRecord> Requests { get; init; }

    public required IReadOnlyList<StoredRecord> Audit { get; init; }

    public required IReadOnlyList<StoredRecord> Answers { get; init; }

    public required IReadOnlyList<StoredRecord> Maps { get; init; }

    public required IReadOnlyList<StoredRecord> DeadLetters { get; init; }

    /// <summary>Files below the folder of maps by path, with <c>/</c> between its parts.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>Runs by name, each with the event that it was started for.</summary>
    public required IReadOnlyDictionary<string, string> Runs { get; init; }

    /// <summary>Answers by what became of them, as the service counts them.</summary>
    public required IReadOnlyDictionary<string, long> Counted { get; init; }

    /// <summary>Files that a process was killed over before they had their name.</summary>
    public int Drafts => Files.Keys.Where(IsDraft).Select(DraftOf).Distinct().Count();

    public static LoopEvidence Of(string bootstrap, string folder, IReadOnlyDictionary<string, string> runs, IReadOnlyDictionary<string, long> counted) => new()
    {
        Requests = TopicReader.Read(bootstrap, LoopPlan.Requests, committedOnly: true),
        Audit = TopicReader.Read(bootstrap, LoopPlan.Audit, committedOnly: true),
        Answers = TopicReader.Read(bootstrap, LoopPlan.Answers, committedOnly: true),
        Maps = TopicReader.Read(bootstrap, LoopPlan.Maps, committedOnly: true),
        DeadLetters = TopicReader.Read(bootstrap, LoopPlan.DeadLetters, committedOnly: true),
        Files = FilesOf(folder),
        Runs = runs,
        Counted = counted,
    };

    /// <summary>Whether it is a file that has no name yet, or lies in a folder that has none.</summary>
    public static bool IsDraft(string path) => path.Split('/').Any(part => part.StartsWith('.') && part.EndsWith(".part", StringComparison.Ordinal));

    /// <summary>An event's body.</summary>
    public static JsonElement Json(StoredRecord record) => JsonElement.Parse(record.Value!);

    private static string DraftOf(string path) => path[..(path.IndexOf(".part", StringComparison.Ordinal) + 5)];

    // What is replaced just now is looked at again by whoever calls.
    private static Dictionary<string, byte[]> FilesOf(string folder)
    {
        Dictionary<string, byte[]> files = [];
        if (!Directory.Exists(folder)) return files;
        foreach (string path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            try
            {
                files[Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')] = File.ReadAllBytes(path);
            }
            catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                // A draft that has got its name.
            }
        }

        return files;
    }
}
