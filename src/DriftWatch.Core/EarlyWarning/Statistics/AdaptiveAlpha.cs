using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>The alpha to ask for so that the share of misses comes out as wanted in the long run, whatever the stream does (Gibbs and Candès 2021).</summary>
/// <remarks>
/// alpha ← alpha + gamma · w · (target − share of misses) after each pane, w being its labeled predictions, at most ten: labels come in panes, and a
/// step of a thousand at once would swing. Law: over any panes so far, |weighted mean share of misses − target| ≤ (1 + 10 gamma) ÷ (gamma Σw), for any data at all. It is
/// not a probability; it can be below 0 (hold everything) and above 1 (hold nothing) for a while.
/// </remarks>
internal sealed class AdaptiveAlpha : IKeepsState
{
    public const int MostAtOnce = 10;

    private readonly double _target;
    private readonly double _gamma;

    /// <param name="target">The share of misses that is allowed, in (0, 1).</param>
    /// <param name="gamma">Step.</param>
    public AdaptiveAlpha(double target, double gamma) => (_target, _gamma, Value) = (target, gamma, target);

    public double Value { get; private set; }

    /// <summary>Takes what sets made with <see cref="Value"/> did on a pane.</summary>
    public void Update(in CoverageReading pane)
    {
        if (pane.Coverage is { } coverage) Value += _gamma * Math.Min(MostAtOnce, pane.Labeled) * (_target - (1 - coverage));
    }

    public void Exchange(StateExchange state) => Value = state.Kept(Value);

    /// <summary>The sets to use now.</summary>
    public PredictionSets? Sets(CalibrationSketch reference) => PredictionSets.Of(reference, Value, Series.View.Binary);
}
