using System.Diagnostics;
using System.Globalization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Commands;

/// <summary>What is asked of a plan, and its answers.</summary>
internal sealed class PlanQuestion
{
    private static readonly double[] Gaps = [0.01, 0.02, 0.03, 0.05, 0.1, -0.01, -0.02, -0.03, -0.05, -0.1];
    private static readonly double[] Temperatures = [1.1, 1.25, 1.5, 2, 0.8];

    private readonly DriftOptions _drift;
    private readonly MonitorOptions _monitor;
    private readonly TimeSpan _maturity;
    private readonly NullBand _band;
    private readonly DetectionPlanner _planner;

    public PlanQuestion(CalibrationSketch claims, ModelOptions model, MonitorOptions monitor, double perDay, double overdispersion)
    {
        (_drift, _monitor, PerDay, Overdispersion) = (model.Drift, monitor, perDay, overdispersion);
        _maturity = model.MaturityAge(monitor.OutOfOrderness);
        _band = _drift.Tolerance is { } tolerance ? new(tolerance, _drift.LogOddsTolerance ?? 0) : ConfidenceProfile.Band(claims, _drift.LogOddsTolerance);
        _planner = new(claims, _band);
    }

    public double PerDay { get; }

    public double Overdispersion { get; }

    public string Policy
    {
        get
        {
            string rate = _drift.Guarantee switch
            {
                Guarantee.Time => $"one false alarm in {Durations.Format(_drift.FalseAlarmEvery)}",
                Guarantee.Predictions => $"one false alarm in {Number(_drift.FalseAlarmEveryPredictions)} predictions",
                Guarantee.Lifetime => $"a false alarm ever with probability {Number(_drift.FalseAlarmProbability)}",
                _ => throw new UnreachableException(),
            };
            return $"tolerance {ToleranceText.Of(_band)} ({ToleranceText.Examples(_band)}), at most {rate}, dependence {_drift.Dependence.ToString().ToLowerInvariant()}";
        }
    }

    /// <summary>What the figures leave out.</summary>
    public string Caveat => (_drift.Dependence == Dependence.Auto
            ? "Evidence counts from the end of the first day; until some weeks show how much days differ, φ is that of plausible shocks. A drift that is small beside its daily swings takes weeks, or is not found.\n"
            : "")
        + $"Half of all drifts are noticed sooner, half later; a decision comes {Durations.Format(_maturity)} after its predictions, when labels are in.";

    public IEnumerable<(string Drift, double? Predictions, double? Least)> Answers()
    {
        foreach (double gap in Gaps)
        {
            if (Math.Abs(gap) is var points && TryGap(gap) is { } truth)
                yield return Answer($"{100 * points:0} points too {(gap > 0 ? "low" : "high")}", truth);
        }

        foreach (double temperature in Temperatures)
            yield return Answer($"too {(temperature > 1 ? "extreme" : "tame")}, T = {Number(temperature)}", DetectionPlanner.Tilted(temperature, 0));
    }

    /// <summary>How long so many labels take, and until they are judged.</summary>
    public TimeSpan Time(double predictions)
    {
        double days = Math.Min(predictions / PerDay, 1e6) + _drift.PaneFor(_maturity, _monitor.Pane).TotalDays + _maturity.TotalDays;
        return TimeSpan.FromMinutes(Math.Ceiling(days * 24 * 60));
    }

    private (string, double?, double?) Answer(string drift, Func<double, double> truth)
    {
        var pane = _drift.PaneFor(_maturity, _monitor.Pane);
        double each = PerDay * pane.TotalDays;
        var budget = new AlarmBudget(_drift);
        double spent = budget.Spend(pane, (long)Math.Max(1, each));
        // Where dependence is open, blocks have half of the say.
        double threshold = budget.Threshold * (_drift.Dependence == Dependence.Auto ? 2 : 1);
        double phi = _drift.Dependence == Dependence.Clusters ? Math.Max(_drift.ClusterSize, Overdispersion) : Overdispersion;
        double information = _planner.Information(truth) / phi;
        double? least = information > 0 ? Math.Log(budget.Threshold / budget.Spend(pane, (long)Math.Max(1, each)) * Math.Max(1, each)) / information : null;
        return (drift, _planner.Plan(truth, threshold, spent, phi)?.Predictions, least);
    }

    private Func<double, double>? TryGap(double gap)
    {
        try
        {
            return _planner.Gap(gap);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // the claims leave no room for it
        }
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
