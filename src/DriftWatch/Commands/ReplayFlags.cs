using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Files;
using DriftWatch.Hosting;
using DriftWatch.Options;
using DriftWatch.Replay;

namespace DriftWatch.Commands;

/// <summary>The options of <c>driftwatch replay</c>.</summary>
internal sealed class ReplayFlags
{
    private readonly Option<string?> _predictions = new("--predictions")
    {
        Description = $"Predictions: a file, a folder, or a pattern in quotes; {FileKinds.Endings}. - for standard input.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Labels, likewise.",
        HelpName = "FILE",
    };

    private readonly Option<EventTime?> _from = MomentOption.Of("--from", "With --kafka: the first moment that is replayed, by the records' Kafka timestamps; a date is its midnight, UTC. Default: the oldest record that is kept.");

    private readonly Option<EventTime?> _to = MomentOption.Of("--to", "With --kafka: the first moment that is not. Default: the newest record.");

    private readonly Option<TimeSpan[]> _windows = Duration<TimeSpan[]>(
        "--window", "Width of the tumbling windows, by prediction time. May be repeated. Default: 7d, or those of --config.", result => [.. result.Tokens.Select(token => Positive(result, token))]);

    private readonly Option<EventTime?> _origin = new("--origin")
    {
        Description = "A moment at which windows start, RFC 3339 or epoch milliseconds. Default: 1970-01-01T00:00:00Z. Times before 2000 are taken only from a given origin on, or with --timestamp-unit.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (TimestampText.TryRead(Encoding.UTF8.GetBytes(result.Tokens[0].Value), out var time)) return time;
            result.AddError($"--origin {result.Tokens[0].Value}: expected a time such as 2001-01-01T00:00:00Z, from 1970 to 2109.");
            return null;
        },
    };

    private readonly Option<TimestampUnit?> _unit = Named<TimestampUnit?>(
        "--timestamp-unit", "UNIT", "What numbers in the place of times count: s, ms, us or ns. Default: ms, and times before 2000 are refused.", [.. TimestampUnits.All.Select(unit => (unit.Symbol(), unit))]);

    private readonly Option<TimeSpan?> _horizon = Duration<TimeSpan?>(
        "--horizon", "Longest label delay that counts. Default: that of --config, else the longest that is seen, so that every label counts.", result => Positive(result, result.Tokens[0]));

    private readonly Option<TimeSpan?> _lead = Duration<TimeSpan?>(
        "--lead", "How much earlier than its prediction a label may be. Default: 0s.", result => Read(result, result.Tokens[0]));

    private readonly Option<string?> _model = new("--model")
    {
        Description = "Model of all rows. Default: what the rows say, else the name of the predictions file.",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _slices = new("--slice")
    {
        Description = "A column (JSON: a member of slices) whose values are watched one by one. May be repeated.",
        HelpName = "COLUMN",
    };

    private readonly Option<DriftRule?> _rule = Named<DriftRule?>(
        "--rule", "NAME", $"The rule that judges, in place of the configured one: {string.Join(", ", RuleCatalogue.All.Select(rule => rule.Name))}.", [.. RuleCatalogue.All.Select(rule => (rule.Name, rule))]);

    private readonly Option<RuleInput?> _input = Named<RuleInput?>(
        "--input", "WHAT", "What a classical rule reads of a labeled prediction: residual, error or brier. Default: what the rule is made for.", [.. RuleInputs.All.Select(input => (input.Name(), input))]);

    private readonly Option<string[]> _compare = new("--compare")
    {
        Description = $"Prints what other libraries make of the same pairs, side by side: {string.Join(", ", ReferenceLibraries.All.Select(library => library.Name))}, or {ReferenceLibraries.Everything}. With --json per window too.",
        HelpName = "LIBRARY,…",
    };

    private readonly Option<bool> _exact = new("--exact")
    {
        Description = "Tests each series' total for calibration (T-Cal) and gives intervals by blocks of time, the windows: right also where outcomes of one window share causes. With --json for every series.",
    };

    public ConfigFlags Config { get; } = new();

    public Option<bool> Kafka { get; } = new("--kafka") { Description = "Replays the topics of --config in place of files: no group is joined, nothing is committed or written." };

    public Option<string?> ComparePolicy { get; } = new("--compare-policy")
    {
        Description = "A second configuration whose policy (models, defaults, monitor) is played over the same rows, and shown beside the first.",
        HelpName = "FILE",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Writes one JSON document to standard output in place of the report." };

    public Option<bool> FailOnDrift { get; } = new("--fail-on-drift") { Description = $"Ends with status {ExitCode.Drift} if there was an episode, and with {ExitCode.NothingJudged} if nothing was judged." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _predictions, _labels, Kafka, _from, _to, ComparePolicy, _windows, _origin, _unit, _horizon, _lead, _model, _slices, _rule, _input, _compare, _exact, Json, FailOnDrift }) command.Add(option);
        Config.AddTo(command);
        _compare.Validators.Add(CheckLibraries);
        command.Validators.Add(CheckSource);
    }

    public ReplayRequest Request(ParseResult parsed, MonitorOptions? configured) => new()
    {
        Predictions = parsed.GetValue(_predictions) ?? "",
        Labels = parsed.GetValue(_labels) ?? "",
        Configured = configured,
        Windows = parsed.GetValue(_windows) ?? [],
        Origin = parsed.GetValue(_origin),
        TimestampUnit = parsed.GetValue(_unit),
        Horizon = parsed.GetValue(_horizon),
        Lead = parsed.GetValue(_lead),
        Model = parsed.GetValue(_model),
        Rule = parsed.GetValue(_rule),
        Input = parsed.GetValue(_input),
        Slices = [.. (parsed.GetValue(_slices) ?? []).Distinct()],
        Compare = ReferenceLibraries.Parse(parsed.GetValue(_compare) ?? [], out _),
        Exact = parsed.GetValue(_exact),
    };

    /// <summary>The stretch of topics that was asked for; null: files were.</summary>
    public TopicStretch? Stretch(ParseResult parsed, DriftWatchOptions options) =>
        parsed.GetValue(Kafka) ? new(options.Kafka, options.Pipeline, parsed.GetValue(_from), parsed.GetValue(_to)) : null;

    private void CheckSource(CommandResult result)
    {
        bool kafka = result.GetResult(Kafka) is { Implicit: false };
        foreach (var file in new[] { _predictions, _labels })
        {
            bool isGiven = result.GetResult(file) is not null;
            if (kafka && isGiven) result.AddError($"{file.Name}: not with --kafka, which replays the topics of the configuration.");
            if (!kafka && !isGiven) result.AddError($"Option '{file.Name}' is required, or --kafka.");
        }

        foreach (var moment in new[] { _from, _to })
        {
            if (!kafka && result.GetResult(moment) is not null) result.AddError($"{moment.Name}: only with --kafka; files are replayed whole.");
        }

        if (result.GetResult(_from) is { } from && result.GetResult(_to) is { } to && !from.Errors.Concat(to.Errors).Any() && from.GetValueOrDefault<EventTime?>() >= to.GetValueOrDefault<EventTime?>())
        {
            result.AddError("--from is not before --to: nothing lies between them.");
        }
    }

    private static Option<T> Duration<T>(string name, string description, Func<ArgumentResult, T> parser) =>
        new(name) { Description = description, HelpName = "DURATION", CustomParser = parser };

    private static TimeSpan Positive(ArgumentResult result, Token token)
    {
        var duration = Read(result, token);
        if (duration == TimeSpan.Zero && !result.Errors.Any()) result.AddError($"{token.Value}: must be longer than nothing.");
        return duration;
    }

    private static TimeSpan Read(ArgumentResult result, Token token)
    {
        if (Durations.TryParse(token.Value, out var duration)) return duration;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} {token.Value}: expected {Durations.Expected}.");
        return default;
    }

    private static void CheckLibraries(OptionResult result)
    {
        ReferenceLibraries.Parse(result.Tokens.Select(token => token.Value), out string? unknown);
        if (unknown is null) return;
        var known = ReferenceLibraries.All.Select(library => library.Aliases.Length == 0 ? library.Name : $"{library.Name} ({string.Join(", ", library.Aliases)})");
        result.AddError($"--compare {unknown}: unknown library. Known: {string.Join(", ", known)}; or {ReferenceLibraries.Everything}.");
    }

    private static Option<T?> Named<T>(string name, string helpName, string description, IReadOnlyList<(string Name, T Value)> all) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            foreach (var (known, value) in all)
            {
                if (known == text) return value;
            }

            string near = NearestName.Of(text, all.Select(one => one.Name)) is { } nearest ? $"; did you mean {nearest}?" : "";
            result.AddError($"{name} {text}: unknown; expected one of {string.Join(", ", all.Select(one => one.Name))}{near}");
            return default;
        },
    };
}
