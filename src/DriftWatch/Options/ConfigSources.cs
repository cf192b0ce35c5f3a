using System.Collections;

namespace DriftWatch.Options;

/// <summary>Where settings come from, weakest first: a file, environment variables, flags.</summary>
internal sealed record ConfigSources
{
    /// <summary>Variable that names the file where no flag does.</summary>
    public const string FileVariable = "DRIFTWATCH_CONFIG";

    /// <summary>The file; null: none.</summary>
    public string? File { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<FlagSetting> Flags { get; init; } = [];

    /// <summary>Folder at which relative references start.</summary>
    public string Folder => File is null ? "" : Path.GetDirectoryName(Path.GetFullPath(File)) ?? "";

    /// <summary>The sources of this process: <paramref name="file"/>, or the file that the environment names.</summary>
    public static ConfigSources OfProcess(string? file, IReadOnlyList<FlagSetting> flags)
    {
        var environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
        return new() { File = file ?? environment.GetValueOrDefault(FileVariable), Environment = environment, Flags = flags };
    }
}

/// <summary>A setting given on the command line.</summary>
/// <param name="Flag">The flag as the user knows it, <c>--listen</c>.</param>
/// <param name="Path">The key that it sets, with dots.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct FlagSetting(string Flag, string Path, string Value);
