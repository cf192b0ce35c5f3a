using System.Runtime.CompilerServices;
using Xunit;

namespace DriftWatch.Core.Support;

/// <summary>Data that is too large for the repository: beside it, or where <c>DRIFTWATCH_SHARED</c> says.</summary>
internal static class SharedData
{
    /// <summary>The folder of a data set. Without it the test is skipped, or fails where <c>CI</c> is true.</summary>
    public static string Folder(string name)
    {
        string root = Environment.GetEnvironmentVariable("DRIFTWATCH_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");
        string folder = Path.Combine(root, "data", name);
        if (Directory.Exists(folder)) return folder;
        string reason = $"{folder} is missing: set DRIFTWATCH_SHARED to the folder that holds data/{name}.";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
        return folder;
    }

    private static string RepositoryRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Directory.Exists(Path.GetDirectoryName(here)) ? Path.GetDirectoryName(here)! : AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DriftWatch.sln"))) folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
