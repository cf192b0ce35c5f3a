using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning.Watches;

/// <summary>What the labels of a mature window say against the reference.</summary>
/// <param name="Start">Start of the window.</param>
/// <param name="End">Its end.</param>
/// <param name="Completeness">Which share of its predictions got their label.</param>
/// <param name="Attribution">What its accuracy owes to traffic and what to calibration; null below the least number of labeled predictions.</param>
/// <param name="Coverage">What prediction sets did; null where there are none.</param>
public sealed record OutcomeReading(
    EventTime Start, EventTime End, CompletenessReading Completeness, AccuracyAttribution? Attribution, CoverageReading? Coverage)
{
    internal static OutcomeReading Exchange(StateExchange state, OutcomeReading? one) => new(
        state.Kept(one?.Start ?? default),
        state.Kept(one?.End ?? default),
        CompletenessReading.Exchange(state, one?.Completeness ?? default),
        state.Kept(one?.Attribution, AccuracyAttribution.Exchange),
        state.Kept(one?.Coverage, CoverageReading.Exchange));
}

/// <summary>Compares every mature window with the reference.</summary>
internal sealed class OutcomeWatch : IKeepsState
{
    private readonly EarlyWarningOptions _options;
    private readonly WarningRun _incomplete;
    private readonly WarningRun _worse;

    public OutcomeWatch(EarlyWarningOptions options)
    {
        _options = options;
        _incomplete = new WarningRun(WarningKind.Completeness, options.Windows);
        _worse = new WarningRun(WarningKind.Accuracy, options.Windows);
    }

    /// <summary>The newest window that had enough predictions.</summary>
    public OutcomeReading? Newest { get; private set; }

    public IEnumerable<Warning?> Warnings => [_incomplete.Current, _worse.Current];

    public void Exchange(StateExchange state)
    {
        _incomplete.Exchange(state);
        _worse.Exchange(state);
        Newest = state.Kept(Newest, OutcomeReading.Exchange);
    }

    public void Judge(EventTime start, EventTime end, CalibrationSketch window, ReferenceWindow reference, PredictionSets? sets)
    {
        if (window.Predictions < _options.MinPredictions || CompletenessReading.Of(window, reference) is not { } completeness) return;
        var attribution = window.Labeled >= _options.MinPredictions ? reference.Explain(window) : null;
        Newest = new(start, end, completeness, attribution, sets?.Read(window));

        bool incomplete = completeness.Drop >= _options.CompletenessDrop && completeness.Z < -_options.Z;
        _incomplete.Judge(start, incomplete ? $"{Words.Percent(completeness.Share)} of the predictions got their label, {Words.Percent(completeness.Reference)} did in {reference}: missing labels may hide errors." : null, completeness.Drop, completeness.Z);
        if (attribution is not { } change) return;
        // Hours differ in how hard they are, and days share shocks: what windows of the reference differed is no news.
        double beyond = change.Deviation > 0 ? Math.Max(0, -change.Change - reference.Dispersion.Accuracy) / change.Deviation : 0;
        bool worse = -change.Change >= _options.AccuracyDrop && beyond > _options.Z;
        _worse.Judge(start, worse ? $"Accuracy fell from {Words.Percent(change.ReferenceAccuracy)} to {Words.Percent(change.Accuracy)}: {Words.Parts(change.Traffic, change.Calibration)} (against {reference})." : null, -change.Change, -beyond);
    }
}
