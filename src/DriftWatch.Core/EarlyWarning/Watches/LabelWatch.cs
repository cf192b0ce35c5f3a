using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning.Watches;

/// <summary>What the labels of a window say about themselves.</summary>
/// <param name="Start">Start of the window of prediction time.</param>
/// <param name="End">Its end.</param>
/// <param name="Delay">How late they were against the reference; null before there is one.</param>
/// <param name="Selection">Whether early and late ones agree; null where they cannot be compared, and where a prediction without a label counts as negative.</param>
public sealed record LabelReading(EventTime Start, EventTime End, LabelDelayReading? Delay, LabelSelection? Selection)
{
    internal static LabelReading Exchange(StateExchange state, LabelReading? one) => new(
        state.Kept(one?.Start ?? default), state.Kept(one?.End ?? default), state.Kept(one?.Delay, LabelDelayReading.Exchange), state.Kept(one?.Selection, LabelSelection.Exchange));
}

/// <summary>Watches how late labels come, and whether early ones speak for all.</summary>
internal sealed class LabelWatch : IKeepsState
{
    private readonly EarlyWarningOptions _options;
    private readonly bool _selects;
    private readonly DelayReference _reference = new();
    private readonly WarningRun _delayed;
    private readonly WarningRun _selected;

    /// <param name="options">Its thresholds.</param>
    /// <param name="selects">Whether early and late labels can be compared: not where a label that does not come counts as negative.</param>
    public LabelWatch(EarlyWarningOptions options, bool selects)
    {
        (_options, _selects) = (options, selects);
        _delayed = new WarningRun(WarningKind.LabelDelay, options.Windows);
        _selected = new WarningRun(WarningKind.LabelSelection, options.Windows);
    }

    /// <summary>The newest window with enough labels.</summary>
    public LabelReading? Newest { get; private set; }

    public IEnumerable<Warning?> Warnings => [_delayed.Current, _selected.Current];

    /// <param name="start">Start of the window.</param>
    /// <param name="end">Its end.</param>
    /// <param name="window">Its labels.</param>
    /// <param name="reference">The series' reference, once there is one.</param>
    public void Judge(EventTime start, EventTime end, DelayTable window, ReferenceWindow? reference)
    {
        if (window.Labeled == 0) return;
        bool enough = window.Labeled >= _options.MinPredictions;
        LabelDelayReading? delay = null;
        if (BelongsToReference(start, end, reference)) _reference.Add(window);
        else if (enough) delay = _reference.Read(window);
        if (!enough) return;
        var selection = _selects ? LabelSelection.Of(window) : null;
        Newest = new(start, end, delay, selection);
        if (delay is not null) Judge(start, delay);
        if (selection is not null) Judge(start, selection);
    }

    public void Exchange(StateExchange state)
    {
        _reference.Exchange(state);
        _delayed.Exchange(state);
        _selected.Exchange(state);
        Newest = state.Kept(Newest, LabelReading.Exchange);
    }

    // By time, not by what was closed first: a jump of event time must give what small steps give.
    private bool BelongsToReference(EventTime start, EventTime end, ReferenceWindow? reference)
    {
        if (_options.Reference.From is { } from && start < from) return false;
        if (_options.Reference.To is { } to && end > to) return false;
        return reference is null || end <= reference.To || _reference.Labeled == 0;
    }

    private void Judge(EventTime start, LabelDelayReading delay)
    {
        bool moved = delay.Ratio >= _options.DelayRatio && delay.Z > _options.Z;
        _delayed.Judge(start, moved ? $"Labels take another time: half of them {Durations.About(delay.Median)} (before: {Durations.About(delay.ReferenceMedian)}), 19 of 20 {Durations.About(delay.P95)} ({Durations.About(delay.ReferenceP95)})." : null, delay.Ratio, delay.Z);
    }

    private void Judge(EventTime start, LabelSelection selection)
    {
        bool selected = selection.Spread >= _options.SelectionSpread && selection.Z > _options.Z;
        var (first, last) = (selection.Buckets[0], selection.Buckets[^1]);
        _selected.Judge(start, selected ? $"Early labels and late ones tell different stories: the gap is {100 * first.Gap:+0.0;−0.0} points among the first to come and {100 * last.Gap:+0.0;−0.0} among the last, so recent windows are biased by label delay." : null, selection.Spread, selection.Z);
    }
}
