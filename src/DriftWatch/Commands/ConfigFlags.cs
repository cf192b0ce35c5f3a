using System.CommandLine;
using DriftWatch.Hosting;
using DriftWatch.Kafka;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>The options of a command that say where its configuration comes from.</summary>
internal sealed class ConfigFlags
{
    private readonly List<(Option Option, string Path)> _shorthands = [];

    public Option<string?> File { get; } = new("--config", "-c")
    {
        Description = $"Configuration file, YAML or JSON. Without it: the file that {ConfigSources.FileVariable} names, or none.",
        HelpName = "FILE",
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "Sets any key of the configuration, as in --set defaults.horizon=7d. May be repeated.",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>An option that stands for one key.</summary>
    public ConfigFlags With(string option, string helpName, string path, string description)
    {
        _shorthands.Add((new Option<string?>(option) { Description = description, HelpName = helpName }, path));
        return this;
    }

    /// <summary>An option that switches one key on.</summary>
    public ConfigFlags WithSwitch(string option, string path, string description)
    {
        _shorthands.Add((new Option<bool>(option) { Description = description }, path));
        return this;
    }

    public ConfigFlags AddTo(Command command)
    {
        command.Add(File);
        foreach (var (option, _) in _shorthands) command.Add(option);
        command.Add(Set);
        Set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => t.Value.IndexOf('=') <= 0)) result.AddError($"--set {token.Value}: expected KEY=VALUE, as in --set defaults.horizon=7d");
        });
        return this;
    }

    public ConfigSources Sources(ParseResult parsed, string? file = null) => ConfigSources.OfProcess(file ?? parsed.GetValue(File), [.. FlagsOf(parsed)]);

    /// <summary>Loads the configuration; when it is bad, tells everything that is wrong and gives null.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="error">Where it is told.</param>
    /// <param name="askKafka">Whether the client library is asked about its properties too.</param>
    /// <param name="defaults">What holds where nothing is said; null: the defaults of the service.</param>
    public DriftWatchOptions? LoadOrComplain(ParseResult parsed, TextWriter error, bool askKafka = false, DriftWatchOptions? defaults = null)
    {
        var config = ConfigLoader.Load(Sources(parsed), defaults);
        return LoadOrComplain(askKafka ? WithKafkaFaults(config) : config, error);
    }

    /// <summary>Adds what librdkafka has against its properties, at the place of the property that it names.</summary>
    public static LoadedConfig WithKafkaFaults(LoadedConfig config)
    {
        if (!config.IsGood) return config;
        try
        {
            if (PropertyProbe.FaultOf(config.Options.Kafka) is not { } fault) return config;
            var properties = config.Root["kafka"]?["properties"];
            var member = properties?.Members.Where(m => fault.Contains($"\"{m.Key}\"", StringComparison.Ordinal)).FirstOrDefault();
            var place = member?.Place ?? properties?.Place ?? config.Root.Place;
            return config with { Faults = [new(place, member is null ? "kafka.properties" : $"kafka.properties.{member.Key}", $"librdkafka says: {fault}")] };
        }
        catch (DllNotFoundException missing)
        {
            throw new CommandFailure(missing.Message);
        }
    }

    public static DriftWatchOptions? LoadOrComplain(LoadedConfig config, TextWriter error)
    {
        foreach (var warning in config.Warnings) error.WriteLine(warning with { Message = $"warning: {warning.Message}" });
        foreach (var fault in config.Faults) error.WriteLine(fault);
        if (config.IsGood) return config.Options;
        error.WriteLine(config.Faults.Count == 1 ? "The configuration has a fault." : $"The configuration has {config.Faults.Count} faults.");
        return null;
    }

    private IEnumerable<FlagSetting> FlagsOf(ParseResult parsed)
    {
        foreach (var (option, path) in _shorthands)
        {
            if (parsed.GetResult(option) is not { Implicit: false } given) continue;
            yield return new(option.Name, path, given.Tokens is [var token] ? token.Value : "true");
        }

        foreach (string setting in parsed.GetValue(Set) ?? [])
        {
            string[] parts = setting.Split('=', 2);
            yield return new($"--set {parts[0]}", parts[0], parts[1]);
        }
    }
}
