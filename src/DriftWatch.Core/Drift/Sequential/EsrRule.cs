using System.Globalization;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;
using static System.FormattableString;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The row of the default rule. Its policy is a section of its own: early warnings state their false alarms by it under every rule.</summary>
public sealed class EsrRule : DriftRule
{
    private EsrRule()
        : base("e-sr")
    {
    }

    /// <summary>What decides how evidence is gathered, whatever it speaks against: for every sequential test.</summary>
    public static IReadOnlyList<RuleState> Gathering { get; } =
    [
        new("drift.pane", "is what is judged together", policy => Invariant($"{policy.Watch.Drift.PaneFor(policy.Maturity, policy.Pane)}")),
        Of("guarantee", "decides what every pane has spent", drift => Invariant($"{drift.Guarantee}")),
        Of("dependence", "decides how evidence is gathered", drift => Invariant($"{drift.Dependence}")),
        Of("clusterSize", "tempers the evidence", drift => drift.Dependence == Dependence.Clusters ? Invariant($"{drift.ClusterSize}") : null),
        Of("block", "cuts the blocks", drift => drift.Dependence is Dependence.Auto or Dependence.Blocks ? Invariant($"{drift.Block}") : null),
    ];

    /// <remarks>After <see cref="Gathering"/>, of which its state is made.</remarks>
    public static EsrRule Row { get; } = new();

    public override IReadOnlyList<RuleState> State { get; } =
    [
        .. Gathering,
        Of("tolerance", "is what evidence speaks against", drift => Invariant($"{drift.Tolerance}")),
        Of("logOddsTolerance", "is what evidence speaks against", drift => Invariant($"{drift.LogOddsTolerance}")),
        Of("nullHypothesis", "is what evidence speaks against", drift => drift.NullHypothesis == NullHypothesis.Conditional ? null : drift.NullHypothesis.Name()),
        Of("missingLabels", "decides what missing labels have counted as", drift => Invariant($"{drift.Missing}")),
    ];

    public override bool JudgesAcrossVersions => true;

    public override IDriftDetector Create(SeriesKey series, WatchOptions watch, WindowOptions windows, AlarmFamily? family, SharedOnset? sharedOnset) =>
        new EsrDetector(watch.Drift, windows.Pane, windows.Maturity, windows.Origin, family, sharedOnset: sharedOnset, leads: series.IsWhole, grid: windows.Grid, series: series);

    public override string Summary(WatchOptions watch) => Invariant(
        $"outcomes differ from claims by more than {watch.Drift.Tolerance?.ToString("R", CultureInfo.InvariantCulture) ?? "2 points or a fifth of the odds"}, with {AlarmStatement.Of(watch.Drift)}");

    public override string Describe(RecalibrationRequest request) => request.Kind == RequestKind.Resolved ? EvidenceIsOver(request) : Evidence(request);

    public override DriftOptions? FalseAlarms(WatchOptions watch) => watch.Drift;

    /// <remarks>Where both tolerances hold together, what they allow depends on the claims.</remarks>
    public override double? Bound(WatchOptions watch, RequestKind kind, in Finding finding) =>
        finding is { Detector: { ToleranceForm: ToleranceForm.Tighter, Tolerance: { } points, LogOddsTolerance: { } logOdds }, Evidence: { } evidence }
            ? new NullBand(points, logOdds, form: ToleranceForm.Tighter).Mean(evidence)
            : finding.Detector?.Tolerance ?? watch.Drift.Tolerance;

    public override TimeSpan Stretch(RulePolicy policy) => policy.Watch.Drift.PaneFor(policy.Maturity, policy.Pane);

    private static string Evidence(RecalibrationRequest request)
    {
        string how = request switch
        {
            { LogEvidence: { } evidence, LogThreshold: <= 0 and var threshold } => Invariant($"Judgments are rarer here than the false alarms that are allowed, so any evidence suffices (ln E {OneDigit(evidence)}, alarm at {OneDigit(threshold)})"),
            { LogEvidence: { } evidence, LogThreshold: { } threshold } => Invariant($"Evidence ln E {OneDigit(evidence)} exceeds the {OneDigit(threshold)} that an alarm needs"),
            _ => "The evidence suffices",
        };
        string promise = request.Guarantee is { } guarantee ? $" ({guarantee})" : "";
        string worse = request.Question == Question.Drifted ? ", and it is worse than it was" : "";
        return $"{how}{promise}: {DecisionText.What(request)} over {DecisionText.Labeled(request)}{worse}.";
    }

    // No −0.0.
    private static string OneDigit(double value) => Invariant($"{Math.Round(value, 1) + 0.0:0.0}");

    private static string EvidenceIsOver(RecalibrationRequest request)
    {
        string how = request.Detector is { LogRecovery: { } recovery, LogRecoveryThreshold: { } needed } && recovery >= needed
            ? Invariant($"evidence that the drift is over, ln E {OneDigit(recovery)}, has reached the {OneDigit(needed)} that it needs")
            : "outcomes now deviate the other way, which is another episode";
        return $"This episode is over: {how}.";
    }

    private static RuleState Of(string name, string meaning, Func<DriftOptions, string?> value) => new("drift." + name, meaning, policy => value(policy.Watch.Drift));
}
