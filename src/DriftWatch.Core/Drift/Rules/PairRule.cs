using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>The row of a rule that sees labeled predictions one by one.</summary>
/// <param name="name">The name in configuration, stored state, events, API and reports.</param>
public abstract class PairRule(string name) : DriftRule(name)
{
    /// <summary>The name in print.</summary>
    public required string Title { get; init; }

    public abstract override RuleSection Section { get; }

    /// <summary>What rules are compared at; the usual input alone where nothing is said.</summary>
    public IReadOnlyList<RuleInput> ComparedAt { get => field ?? [.. Inputs.Take(1)]; init; }

    public override IReadOnlyList<RuleState> State => field ??= [.. Section.State];

    /// <summary>A rule that has seen nothing yet.</summary>
    public abstract IPairRule Make(PairRuleOptions options, View view);

    public override IDriftDetector Create(SeriesKey series, WatchOptions watch, WindowOptions windows, AlarmFamily? family, SharedOnset? sharedOnset) =>
        new PairRuleDetector(this, watch.Rules, series.View, windows.Maturity, windows.Grid);
}

/// <inheritdoc cref="PairRule"/>
/// <typeparam name="TOptions">Its parameters.</typeparam>
public sealed class PairRule<TOptions> : PairRule
    where TOptions : RuleOptions, new()
{
    private readonly IReadOnlyList<RuleInput> _inputs;
    private readonly Func<TOptions, RuleInput, View, IPairRule> _make;

    /// <summary>A rule that reads the labeled prediction itself.</summary>
    public PairRule(string name, Func<TOptions, IPairRule> make)
        : base(name) => (_inputs, _make) = ([], (options, _, _) => make(options));

    /// <summary>A classical rule, which reads one number of it.</summary>
    public PairRule(string name, IReadOnlyList<RuleInput> inputs, Func<TOptions, IChangeRule> make)
        : base(name) => (_inputs, _make) = (inputs, (options, input, view) => new InputRule(make(options), input, view));

    /// <summary>The name of its section below <c>rules</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What the rule is, in sentences of Markdown.</summary>
    public string? Meaning { get; init; }

    /// <summary>In the order of documentation.</summary>
    public required IReadOnlyList<RuleParameter> Settings { get; init; }

    /// <summary>What is wrong between parameters, and at which; null: nothing.</summary>
    public Func<TOptions, (string Parameter, string Message)?> Fault { get; init; } = _ => null;

    /// <summary>What is promised about false alarms; nothing where nothing is said.</summary>
    public Func<TOptions, string>? Promises { get; init; }

    public override RuleSection Section => field ??= new(Key, Meaning ?? $"The `{Name}` rule; the defaults are River's.", new TOptions(), Settings, options => Fault((TOptions)options));

    public override IReadOnlyList<RuleInput> Inputs => _inputs;

    public override IPairRule Make(PairRuleOptions options, View view) =>
        _make((TOptions)options.Of(Section), Reads(options) ?? default, view);

    public override string? Promise(WatchOptions watch, DetectorSnapshot detector) => Promises?.Invoke((TOptions)watch.Rules.Of(Section));
}
