using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>How long a drift goes on before it is noticed: by streams through the detector that the service runs, a calm month and then the drift.</summary>
/// <remarks>Panes are drawn whole: how many claims of each fine bin, and how many come true and are labeled in time. Of the join only that is played, it decides nothing else here.</remarks>
internal sealed class PlanSimulation
{
    /// <summary>Days before the drift, in which it is learnt how much days differ, and days after it that are played.</summary>
    public const int Calm = 30, Most = 90;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1), BatchAt = TimeSpan.FromHours(2);
    private readonly PlanStream _asked;
    private readonly TimeSpan _pane;
    private readonly BenchJobs _jobs;
    private readonly (double Claim, double Share)[] _claims;
    private readonly (PlanState State, double Shock, ulong Seed)[] _calm;

    /// <param name="asked">What is asked.</param>
    /// <param name="streams">How many are drawn for each drift.</param>
    /// <param name="seed">What they are drawn from.</param>
    /// <param name="jobs">Runs them.</param>
    public PlanSimulation(PlanStream asked, int streams, ulong seed, BenchJobs jobs)
    {
        (_asked, _jobs) = (asked, jobs);
        _pane = asked.Drift.PaneFor(asked.Maturity, TimeSpan.FromMinutes(1));
        _claims = [.. Enumerable.Range(0, asked.Claims.Grid.Count).Where(bin => asked.Claims[bin].Predictions > 0).Select(bin => (asked.Claims.Grid.Midpoints[bin], (double)asked.Claims[bin].Predictions / asked.Claims.Predictions))];
        _calm = jobs.Run("a calm month", streams, i => Rest(BenchRandom.Seed(seed, "plan", i)));
    }

    /// <param name="drift">What it is called.</param>
    /// <param name="truth">How often a claim comes true from its first day on.</param>
    /// <returns>Days of data that the alarm needed, of each stream in order; infinite: none within <see cref="Most"/>.</returns>
    public double[] Play(string drift, Func<double, double> truth)
    {
        double[] days = _jobs.Run(drift, _calm.Length, i => Play(_calm[i], truth));
        Array.Sort(days);
        return days;
    }

    // A stream that alarmed while it was calm is drawn anew: what is asked is how long a drift takes.
    private (PlanState, double, ulong) Rest(ulong seed)
    {
        while (true)
        {
            var (versions, random) = (new PlanVersions(_asked, _pane), new BenchRandom(seed));
            double shock = _asked.Shocks * random.Normal();
            seed = random.Next();
            if (Run(versions, random, 0, Calm, ref shock, claim => claim) is null) return (versions.Save(), shock, seed);
        }
    }

    private double Play((PlanState State, double Shock, ulong Seed) calm, Func<double, double> truth)
    {
        double shock = calm.Shock;
        return Run(PlanVersions.Restore(_asked, _pane, calm.State), new BenchRandom(calm.Seed), Calm, Calm + Most, ref shock, truth) ?? double.PositiveInfinity;
    }

    private double? Run(PlanVersions versions, BenchRandom random, int from, int to, ref double shock, Func<double, double> truth)
    {
        List<Finding> findings = [];
        var pane = new CalibrationSketch(_asked.Claims.Grid);
        double labeledShare = 1 - _asked.Unlabeled, positivesInTime = _asked.InTime(true), negativesInTime = _asked.InTime(false);
        long panes = (long)Math.Ceiling((to - from) * Day / _pane);
        for (long i = 0; i < panes; i++)
        {
            var start = EventTime.Earliest + (from * Day) + (i * _pane);
            if (i > 0 && (int)(i * _pane / Day) != (int)((i - 1) * _pane / Day)) shock = (_asked.Memory * shock) + (Math.Sqrt(1 - (_asked.Memory * _asked.Memory)) * _asked.Shocks * random.Normal());
            pane.Clear();
            double all = Expected(start) / labeledShare;
            foreach (var (claim, share) in _claims)
            {
                long predictions = random.Poisson(all * share), labeled = random.Binomial(predictions, labeledShare);
                double chance = truth(claim);
                if (shock != 0) chance = Truth.Sigma(Math.Log(chance / (1 - chance)) + shock);
                long positives = random.Binomial(labeled, chance), negatives = random.Binomial(labeled - positives, negativesInTime);
                positives = random.Binomial(positives, positivesInTime);
                if (positives > 0) pane.AddLabeled(claim, true, positives);
                if (negatives > 0) pane.AddLabeled(claim, false, negatives);
                for (long left = predictions - positives - negatives; left > 0; left--) pane.AddPrediction(claim);
            }

            if (pane.Predictions > 0) versions.Observe(start, pane, findings);
            versions.AdvanceTo(start + _pane, findings);
            foreach (var finding in findings)
            {
                if (finding.Kind == FindingKind.Drift) return (finding.Until - EventTime.Earliest) / Day - from;
            }

            findings.Clear();
        }

        return null;
    }

    /// <summary>Predictions of a pane that would get their label if none were missing or late: a share of the day's, or all or none where they come at once.</summary>
    private double Expected(EventTime start)
    {
        if (!_asked.Batch || _pane >= Day) return _asked.PerDay * (_pane / Day);
        var hour = TimeSpan.FromTicks((start - EventTime.Earliest).Ticks % Day.Ticks);
        return hour <= BatchAt && BatchAt < hour + _pane ? _asked.PerDay : 0;
    }
}
