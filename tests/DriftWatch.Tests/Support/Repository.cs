using System.Runtime.CompilerServices;

namespace DriftWatch;

/// <summary>Files of this repository, found from where the tests were compiled.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>The text of an approved file. To approve a change, run the tests with DRIFTWATCH_APPROVE=1 and read the diff.</summary>
    public static string Approved(string file, string actual)
    {
        string path = PathOf(file);
        if (Environment.GetEnvironmentVariable("DRIFTWATCH_APPROVE") == "1") File.WriteAllText(path, actual);
        return File.Exists(path) ? File.ReadAllText(path) : $"{file} does not exist; run the tests with DRIFTWATCH_APPROVE=1 to make it";
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        string folder = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(folder, "DriftWatch.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
