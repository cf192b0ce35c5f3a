using System.Text;
using DriftWatch.Options.Table;

namespace DriftWatch.Options;

/// <summary>The configuration in force, or everything that is wrong with it.</summary>
/// <param name="Options">The settings; only to be used when there are no faults.</param>
/// <param name="Root">What was written, over all sources.</param>
/// <param name="Faults">What is wrong.</param>
/// <param name="Warnings">What is allowed and probably not meant.</param>
internal sealed record LoadedConfig(DriftWatchOptions Options, ConfigNode Root, IReadOnlyList<Fault> Faults, IReadOnlyList<Fault> Warnings)
{
    public bool IsGood => Faults.Count == 0;

    /// <summary>The settings in force as YAML, each with where it comes from; secrets are masked.</summary>
    /// <param name="everything">Whether defaults are shown too.</param>
    public string Show(bool everything)
    {
        var view = new EffectiveView(everything);
        Members.Show(SettingsTable.All, Options, Root, view);
        return view.ToString();
    }
}

/// <summary>Reads file, environment and flags into one <see cref="DriftWatchOptions"/> and tells every fault at once.</summary>
internal static class ConfigLoader
{
    /// <summary>Longest configuration file in bytes.</summary>
    public const int MaxFileBytes = 1 << 20;

    /// <param name="sources">Where settings come from.</param>
    /// <param name="defaults">What holds where none says anything; null: the defaults of the table.</param>
    public static LoadedConfig Load(ConfigSources sources, DriftWatchOptions? defaults = null)
    {
        var faults = new FaultList();
        return Build(sources.File is { } file ? ReadFile(file, faults) : null, sources, faults, defaults);
    }

    /// <summary>Reads one text, as if it stood in a file of that name.</summary>
    public static LoadedConfig LoadText(string name, string text, ConfigSources? sources = null)
    {
        var faults = new FaultList();
        return Build(Parse(name, text, faults), (sources ?? new()) with { File = name }, faults);
    }

    private static LoadedConfig Build(ConfigNode? file, ConfigSources sources, FaultList faults, DriftWatchOptions? defaults = null)
    {
        var root = file is null or { IsNull: true } ? ConfigNode.Mapping(new(sources.File ?? "no file")) : file;
        if (root.Kind == NodeKind.Mapping) root = Overlay.Apply(root, sources);
        References.Follow(root, sources, faults);
        var options = Members.Read(SettingsTable.All, defaults ?? SettingsTable.Defaults, root, "", faults);
        CrossRules.Check(options, root, faults);
        StrangeVariables.Warn(sources, faults);
        return new(options, root, faults.Faults, faults.Warnings);
    }

    private static ConfigNode? ReadFile(string file, FaultList faults)
    {
        try
        {
            if (Directory.Exists(file)) throw new IOException("it is a directory");
            if (new FileInfo(file).Length > MaxFileBytes) throw new IOException($"it is longer than {MaxFileBytes} bytes");
            return Parse(file, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file)), faults);
        }
        catch (FileNotFoundException)
        {
            faults.Add(new(file), "", "there is no such file");
        }
        catch (DirectoryNotFoundException)
        {
            faults.Add(new(file), "", "there is no such file");
        }
        catch (DecoderFallbackException broken)
        {
            faults.Add(new(file), "", $"not UTF-8: byte {broken.Index} cannot be read");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            faults.Add(new(file), "", $"cannot be read: {unreadable.Message}");
        }

        return null;
    }

    private static ConfigNode? Parse(string name, string text, FaultList faults) => YamlConfigReader.Read(name, text.TrimStart('\uFEFF'), faults);
}
