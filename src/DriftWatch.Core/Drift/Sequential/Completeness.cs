using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The share of predictions that had their label when their pane was judged, over the newest ones; where labels are asked for by chance, of the labels expected.</summary>
internal sealed class Completeness : IKeepsState
{
    private const long Kept = 20_000;

    private long _predictions;
    private long _labeled;

    /// <summary>Null before the first prediction.</summary>
    public double? Share => _predictions == 0 ? null : Math.Min(1, (double)_labeled / _predictions);

    /// <param name="pane">What was judged.</param>
    /// <param name="weighted">Whether each label stands for the predictions that it was chosen among: then it need not be known how many were expected.</param>
    public void Add(CalibrationSketch pane, bool weighted = false)
    {
        _predictions += weighted ? pane.Predictions : (long)Math.Ceiling(pane.ExpectedLabels);
        _labeled += weighted ? (long)pane.Weight : pane.Labeled;
        if (_predictions < 2 * Kept) return;
        (_predictions, _labeled) = (_predictions / 2, _labeled / 2);
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _predictions);
        state.Exchange(ref _labeled);
    }
}
