using System.Diagnostics;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Where the sequential detector stands, as others see it: what it shows of its evidence, and what it waits for.</summary>
/// <param name="Options">The policy.</param>
/// <param name="Budget">Its false alarms.</param>
/// <param name="Census">What is known of the claims; null where that decides nothing.</param>
/// <param name="Completeness">How many labels had come.</param>
/// <param name="Evidence">Null until it is known what is tolerated.</param>
/// <param name="Alarm">The episode that lasts; null if there is none.</param>
internal readonly record struct EsrStanding(DriftOptions Options, AlarmBudget Budget, ConfidenceProfile? Census, Completeness Completeness, SeriesEvidence? Evidence, Alarm? Alarm)
{
    /// <summary>From here on missing labels hide what anybody would call drift.</summary>
    private const double NotableShare = 0.1;

    /// <summary>What the evidence has to reach.</summary>
    public required double Threshold { get; init; }

    /// <summary>How many series share the false-alarm rate.</summary>
    public required int SharedBy { get; init; }

    /// <summary>Whether the model over all its versions is among those.</summary>
    public required bool SharedAcrossVersions { get; init; }

    public required bool HasReference { get; init; }

    /// <summary>The end of what was judged.</summary>
    public required EventTime JudgedTo { get; init; }

    /// <summary>Starts of its first data, and of the first that evidence is made of; null: there are none.</summary>
    public required (EventTime Seen, EventTime Judged)? First { get; init; }

    public DetectorSnapshot Capture()
    {
        var waits = WaitsFor;
        var snapshot = new DetectorSnapshot
        {
            Rule = DriftRule.ESr.Name,
            LogEvidence = Log(Evidence?.Total),
            LogThreshold = Math.Log(Threshold),
            LogEvidenceRelative = Log(Evidence?.Relative),
            LogRecoveryThreshold = Alarm is null ? null : Math.Log(Budget.RecoveryThreshold),
            Direction = Alarm?.Found.Direction,
            Region = Alarm?.Found.Region,
            Temperature = Alarm?.Found.Temperature,
            Onset = Alarm?.Onset,
            OnsetInterval = Alarm?.Found.OnsetInterval,
            Completeness = Completeness.Share,
            Waiting = Waiting(waits),
            WaitsFor = waits,
            SharedBy = SharedBy,
            SharedAcrossVersions = SharedAcrossVersions,
            NullHypothesis = Options.NullHypothesis,
        };
        if (Evidence is not { } evidence) return snapshot with { Tolerance = Options.Tolerance, LogOddsTolerance = Options.LogOddsTolerance };
        if (Alarm is null && IsPending)
        {
            var strongest = evidence.Bets.Strongest();
            var onset = evidence.Bets.OnsetOf(strongest);
            snapshot = snapshot with
            {
                Region = evidence.Bets.RegionOf(strongest),
                Onset = onset,
                OnsetInterval = IntervalOf(strongest, onset, JudgedTo),
                Direction = evidence.Since(onset) is { } data ? evidence.Bets.PatternOf(strongest, data.Sketch).Direction : null,
            };
        }

        return snapshot with
        {
            LogEvidenceIgnoringMissing = Log(evidence.IgnoringMissing),
            LogEvidenceLifetime = Log(evidence.Lifetime),
            LogRecovery = Alarm is { } alarm ? Log(evidence.RecoveryOf(alarm)) : null,
            Overdispersion = evidence.Temper,
            Block = evidence.Blocks?.Width,
            Blocks = evidence.Blocks?.Count,
            BlockAutocorrelation = evidence.Blocks?.Autocorrelation,
            Tolerance = evidence.Band.Tolerance,
            LogOddsTolerance = evidence.Band.LogOddsTolerance,
            ToleranceForm = evidence.Band.Form,
        };

        static double? Log(double? value) => value is > 0 ? Math.Log(value.Value) : null;
    }

    /// <summary>What there is to say where the evidence suffices.</summary>
    /// <param name="strongest">The component that says most.</param>
    /// <param name="at">The end of what was judged.</param>
    /// <param name="maturity">How much later that is decided.</param>
    public (Finding Found, CalibrationSketch Data, DriftPattern Pattern) Find(EvidenceComponent strongest, EventTime at, TimeSpan maturity)
    {
        var evidence = Evidence!;
        var (start, data) = evidence.Since(evidence.Bets.OnsetOf(strongest))!.Value;
        var pattern = evidence.Bets.PatternOf(strongest, data);
        var direction = pattern.Direction;
        (double, double)? region = null;
        if (evidence.Bets.RegionOf(strongest) is { } local && DriftPattern.IsConfined(data, local)) (direction, region) = (Direction.Local, local);
        var found = new Finding(FindingKind.Drift, at + maturity, start, at, data, direction, Math.Log(evidence.Total))
        {
            Region = region,
            OnsetInterval = IntervalOf(strongest, start, at),
            Question = evidence.Relative >= Threshold ? Question.Drifted : Question.Miscalibrated,
            Temperature = direction is Direction.Overconfident or Direction.Underconfident ? evidence.Bets.TemperatureOf(strongest) : null,
            LogThreshold = Math.Log(Threshold),
            Detector = Capture(),
        };
        return (found, data, pattern);
    }

    /// <summary>Where the onset lies, as far as there are data: what is shown as its start is in it.</summary>
    private OnsetInterval? IntervalOf(EvidenceComponent component, EventTime start, EventTime judgedTo)
    {
        if (Evidence?.Bets.IntervalOf(component) is not var (from, to)) return null;
        if (start < from) from = start;
        // No calm was seen in what was judged: what the claims were learnt from says nothing against an earlier change.
        if (First is var (seen, judged) && from <= judged) from = seen;
        return new(from, to < judgedTo ? to : judgedTo);
    }

    private bool IsPending => (Evidence?.Total ?? 0) >= Threshold / EsrDetector.PendingShare;

    private bool IsWithheldByMissing => Evidence?.IgnoringMissing >= Threshold / EsrDetector.PendingShare && !IsPending;

    private DetectorWait WaitsFor
    {
        get
        {
            if (Census is { IsComplete: false }) return DetectorWait.LearningClaims;
            if (Alarm is not null) return DetectorWait.None;
            if (Options.Dependence == Dependence.Auto && Evidence?.Temper is null) return DetectorWait.LearningDependence;
            bool misses = 1 - Completeness.Share > NotableShare || IsWithheldByMissing;
            bool reckons = Options.Missing == MissingLabels.WorstCase || (Options.Missing == MissingLabels.Reference && (!HasReference || IsWithheldByMissing));
            return misses && reckons ? DetectorWait.MissingLabels : DetectorWait.None;
        }
    }

    private string? Waiting(DetectorWait waits) => waits switch
    {
        DetectorWait.LearningClaims => $"Learns what the model claims: {Census!.Predictions} of {ConfidenceProfile.Enough} predictions.",
        DetectorWait.LearningDependence => $"Gathers the first {Durations.About(Options.Block ?? SeriesEvidence.Day)}: what it says counts when it is over, since outcomes of a day may share a cause.",
        DetectorWait.MissingLabels => $"Waits for labels: {1 - Completeness.Share:0 %} are missing when panes mature, and {(IsWithheldByMissing ? "at their worst they would explain what is seen" : "any gap smaller than that could be theirs")}{(Options.Missing == MissingLabels.Reference && !HasReference ? ", as long as there is no reference" : "")}.",
        DetectorWait.None => null,
        _ => throw new UnreachableException(),
    };
}
