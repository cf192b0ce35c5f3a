using System.Diagnostics;
using System.Globalization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Evaluation.Bench;

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
    private readonly PlanStream _stream;
    private readonly PlanSimulation _simulation;
    private readonly Lazy<List<(string Name, PlanSimulation Without)>> _limits;

    /// <param name="stream">What is asked; its claims, policy and maturity are put in.</param>
    /// <param name="claims">Where the claims are.</param>
    /// <param name="model">The policy.</param>
    /// <param name="monitor">Where the model is watched.</param>
    /// <param name="streams">How many streams are played for each drift.</param>
    /// <param name="jobs">Plays them.</param>
    public PlanQuestion(Func<CalibrationSketch, DriftOptions, TimeSpan, PlanStream> stream, CalibrationSketch claims, ModelOptions model, MonitorOptions monitor, int streams, BenchJobs jobs)
    {
        (_drift, _monitor) = (model.Drift, monitor);
        _maturity = model.MaturityAge(monitor.OutOfOrderness);
        _stream = stream(claims, _drift, _maturity);
        Streams = streams;
        _simulation = new(_stream, streams, seed: 1, jobs);
        // A quarter of the streams: which of several limits is the greatest shows in medians of few.
        _limits = new(() => [.. PlanLimits.Of(_stream).Select(limit => (limit.Name, new PlanSimulation(limit.Without, Math.Max(3, streams / 4), seed: 1, jobs)))]);
        _band = _drift.Tolerance is { } tolerance ? new(tolerance, _drift.LogOddsTolerance ?? 0) : ConfidenceProfile.Band(claims, _drift.LogOddsTolerance);
        _planner = new(claims, _band);
    }

    /// <summary>Labeled predictions a day.</summary>
    public double PerDay => _stream.PerDay;

    /// <summary>How many streams were played for each drift.</summary>
    public int Streams { get; }

    /// <summary>What the streams are like.</summary>
    public PlanStream Stream => _stream;

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
    public string Caveat =>
        $"By {Streams} streams a drift, played through the detector of the service: {PlanSimulation.Calm} calm days, then the drift, {PlanSimulation.Most} days at most. Half of all drifts are noticed sooner, 95 % by the second time; a decision comes {Durations.Format(_maturity)} after its predictions, when labels are in, which is counted. Last column: what would shorten that time most if it were away, and to what."
        + (_drift.Dependence == Dependence.Auto && _stream.Shocks == 0 ? "\nOutcomes of a day share no shocks here. Where they do (--shocks), a drift that is small beside them takes weeks, or is not found." : "");

    public IEnumerable<PlanAnswer> Answers()
    {
        foreach (double gap in Gaps)
        {
            if (Math.Abs(gap) is var points && TryGap(gap) is { } truth)
                yield return Answer($"{100 * points:0} points too {(gap > 0 ? "low" : "high")}", truth);
        }

        foreach (double temperature in Temperatures)
            yield return Answer($"too {(temperature > 1 ? "extreme" : "tame")}, T = {Number(temperature)}", DetectionPlanner.Tilted(temperature, 0));
    }

    /// <summary>Labeled predictions of so many days; of batches, whole ones.</summary>
    public double Labels(double days) => (_stream.Batch ? Math.Ceiling(days) : days) * PerDay;

    /// <summary>So many days of data, and until they are judged, in whole hours.</summary>
    public TimeSpan Time(double days) => TimeSpan.FromHours(Math.Ceiling(((days + _maturity.TotalDays) * 24) - 1e-6));

    private PlanAnswer Answer(string drift, Func<double, double> truth)
    {
        double information = _planner.Information(truth);
        if (information <= 0) return new(drift, null, null, null, true, null);
        var pane = _drift.PaneFor(_maturity, _monitor.Pane);
        double each = Math.Max(1, PerDay * pane.TotalDays);
        var budget = new AlarmBudget(_drift);
        double least = Math.Log(budget.Threshold / budget.Spend(pane, (long)each) * each) / information;
        double[] days = _simulation.Play(drift, truth);
        double? median = CellResult.Quantile(days, 0.5);
        return new(drift, median, CellResult.Quantile(days, 0.95), least, false, Limit(drift, truth, median));
    }

    /// <summary>What a drift is held up by most: without it half of the streams would be noticed soonest.</summary>
    private PlanLimit? Limit(string drift, Func<double, double> truth, double? median)
    {
        List<PlanLimit> without = [.. _limits.Value.Select(limit => (limit.Name, Days: CellResult.Quantile(limit.Without.Play(drift, truth), 0.5))).Where(limit => limit.Days is not null).Select(limit => new PlanLimit(limit.Name, Time(limit.Days!.Value)))];
        if (median is { } days) without.Add(new("the wait for labels", Time(days) - Time(0)));
        var greatest = without.MinBy(limit => limit.Without);
        return median is { } known && greatest?.Without >= Time(known) ? null : greatest;
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

/// <summary>How long one drift goes on.</summary>
/// <param name="Drift">Which.</param>
/// <param name="Median">Days of data that half of the streams need; null: more than half were not noticed in the time that is played.</param>
/// <param name="P95">Days of data that 95 % of the streams need; null likewise.</param>
/// <param name="Least">Labeled predictions that any rule with this rate of false alarms and this tolerance needs.</param>
/// <param name="Tolerated">Whether it is within the tolerance, and never noticed.</param>
/// <param name="Limit">What holds it up most; null: nothing that could be away, or nothing that would help within the time that is played.</param>
internal sealed record PlanAnswer(string Drift, double? Median, double? P95, double? Least, bool Tolerated, PlanLimit? Limit);

/// <summary>What holds a drift up, and after what time half of the streams would be noticed without it.</summary>
internal sealed record PlanLimit(string Name, TimeSpan Without);
