using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Drift;

/// <summary>A row of the <see cref="RuleCatalogue"/>: everything that the rest of DriftWatch asks of a rule besides what its detector does.</summary>
/// <remarks>Whoever would ask which rule it is asks here for what depends on it, so that a further rule is a file and a row.</remarks>
/// <param name="name">The name in configuration, stored state, events, API and reports.</param>
public abstract class DriftRule(string name)
{
    /// <summary>Sequential tests against a tolerance, with a stated false-alarm rate (statistics §6.3). The default.</summary>
    public static DriftRule ESr => EsrRule.Row;

    /// <summary>ECE against a threshold, with hysteresis. States no false-alarm rate.</summary>
    public static DriftRule Threshold => ThresholdRule.Row;

    public string Name { get; } = name;

    /// <summary>What evidence depends on: with another value it would speak about something else.</summary>
    public abstract IReadOnlyList<RuleState> State { get; }

    /// <summary>Its parameters below <c>rules</c>; null where it has a section of its own, since others read that too.</summary>
    public virtual RuleSection? Section => null;

    /// <summary>What it can read of a labeled prediction, its usual input first; empty where that is not for choosing.</summary>
    public virtual IReadOnlyList<RuleInput> Inputs => [];

    /// <summary>What it reads of a labeled prediction under these options.</summary>
    public RuleInput? Reads(PairRuleOptions options) => Inputs.Count == 0 ? null : options.Input ?? Inputs[0];

    /// <summary>Whether it judges the windows of the threshold policy, so that they are worth showing beside its bounds.</summary>
    public virtual bool JudgesWindows => false;

    /// <summary>Whether it also judges a model over all its versions: it states a false-alarm rate, and what a version has taught can be handed on.</summary>
    public virtual bool JudgesAcrossVersions => false;

    /// <summary>A detector for a series.</summary>
    /// <param name="series">Whose.</param>
    /// <param name="watch">What decides on its model.</param>
    /// <param name="windows">How its event time is cut.</param>
    /// <param name="family">The series that share its false-alarm rate; null: it alone.</param>
    /// <param name="sharedOnset">What its model version's whole traffic and slices share; null: nothing.</param>
    public abstract IDriftDetector Create(SeriesKey series, WatchOptions watch, WindowOptions windows, AlarmFamily? family, SharedOnset? sharedOnset);

    /// <summary>When a request is made, to follow "a request when".</summary>
    public virtual string Summary(WatchOptions watch) => $"rule {Name} signals a change";

    /// <summary>A decision in one sentence for people.</summary>
    public virtual string Describe(RecalibrationRequest request) => request.Kind == RequestKind.Resolved
        ? $"Rule {Name} signalled the next change: this episode is over, another begins."
        : $"Rule {Name} signalled a change{(request.Guarantee is { } promise ? $" ({promise})" : "")}; over {DecisionText.Labeled(request)}: {DecisionText.What(request)}.";

    /// <summary>What is promised about false alarms, in words; null where nothing is.</summary>
    public virtual string? Promise(WatchOptions watch, DetectorSnapshot detector) => detector.SharedBy is { } shared ? AlarmStatement.Of(watch, shared, detector.SharedAcrossVersions) : null;

    /// <summary>The policy of false alarms that it goes by; null where it goes by none.</summary>
    public virtual DriftOptions? FalseAlarms(WatchOptions watch) => null;

    /// <summary>What the ECE of the evidence is to be held against; null where it looks at something else.</summary>
    public virtual double? Bound(WatchOptions watch, RequestKind kind, in Finding finding) => null;

    /// <summary>The stretch of event time that panes must fit into.</summary>
    public virtual TimeSpan Stretch(RulePolicy policy) => policy.Watch.Threshold.Window;

    public override string ToString() => Name;
}
