using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>What a plan is made for.</summary>
internal sealed record PlanStream
{
    /// <summary>Where the claims are.</summary>
    public required CalibrationSketch Claims { get; init; }

    /// <summary>The policy.</summary>
    public required DriftOptions Drift { get; init; }

    /// <summary>Age of panes when they are judged.</summary>
    public required TimeSpan Maturity { get; init; }

    /// <summary>Predictions that get their label, a day.</summary>
    public required double PerDay { get; init; }

    /// <summary>Share of predictions whose label never comes.</summary>
    public double Unlabeled { get; init; }

    /// <summary>Shocks on the log-odds that all outcomes of a day share: standard deviation, and memory from day to day.</summary>
    public double Shocks { get; init; }

    /// <inheritdoc cref="Shocks"/>
    public double Memory { get; init; }

    /// <summary>Slices that share the false-alarm rate with the whole.</summary>
    public int Slices { get; init; }
}

/// <summary>How long a drift goes on before it is noticed: by streams through the detector that the service runs, a calm month and then the drift.</summary>
/// <remarks>Panes are drawn whole: how many claims of each fine bin, and how many come true. What the join does is not played, it decides nothing here.</remarks>
internal sealed class PlanSimulation
{
    /// <summary>Days before the drift, in which it is learnt how much days differ, and days after it that are played.</summary>
    public const int Calm = 30, Most = 90;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly PlanStream _asked;
    private readonly TimeSpan _pane;
    private readonly BenchJobs _jobs;
    private readonly (double Claim, double Share)[] _claims;
    private readonly (byte[] State, double Shock, ulong Seed)[] _calm;

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
    private (byte[], double, ulong) Rest(ulong seed)
    {
        while (true)
        {
            var (detector, random) = (NewDetector(), new BenchRandom(seed));
            double shock = _asked.Shocks * random.Normal();
            seed = random.Next();
            if (Run(detector, random, 0, Calm, ref shock, claim => claim) is null) return (StateExchange.Write(detector), shock, seed);
        }
    }

    private double Play((byte[] State, double Shock, ulong Seed) calm, Func<double, double> truth)
    {
        var detector = NewDetector();
        StateExchange.Read(detector, calm.State);
        double shock = calm.Shock;
        return Run(detector, new BenchRandom(calm.Seed), Calm, Calm + Most, ref shock, truth) ?? double.PositiveInfinity;
    }

    private double? Run(EsrDetector detector, BenchRandom random, int from, int to, ref double shock, Func<double, double> truth)
    {
        List<Finding> findings = [];
        var pane = new CalibrationSketch(_asked.Claims.Grid);
        double each = _asked.PerDay * (_pane / Day), all = each / (1 - _asked.Unlabeled);
        long panes = (long)Math.Ceiling((to - from) * Day / _pane);
        for (long i = 0; i < panes; i++)
        {
            var start = EventTime.Earliest + (from * Day) + (i * _pane);
            if (i > 0 && (int)(i * _pane / Day) != (int)((i - 1) * _pane / Day)) shock = (_asked.Memory * shock) + (Math.Sqrt(1 - (_asked.Memory * _asked.Memory)) * _asked.Shocks * random.Normal());
            pane.Clear();
            foreach (var (claim, share) in _claims)
            {
                long predictions = random.Poisson(all * share), labeled = random.Binomial(predictions, each / all);
                double chance = truth(claim);
                if (shock != 0) chance = Truth.Sigma(Math.Log(chance / (1 - chance)) + shock);
                long positives = random.Binomial(labeled, chance);
                if (positives > 0) pane.AddLabeled(claim, true, positives);
                if (labeled > positives) pane.AddLabeled(claim, false, labeled - positives);
                for (long left = predictions - labeled; left > 0; left--) pane.AddPrediction(claim);
            }

            detector.Observe(start, pane, findings);
            detector.AdvanceTo(start + _pane, findings);
            foreach (var finding in findings)
            {
                if (finding.Kind == FindingKind.Drift) return (finding.Until - EventTime.Earliest) / Day - from;
            }

            findings.Clear();
        }

        return null;
    }

    private EsrDetector NewDetector()
    {
        var family = new AlarmFamily();
        for (int member = 0; member <= _asked.Slices; member++) family.Saw(family.Join(), EventTime.Earliest);
        return new(_asked.Drift, _pane, _asked.Maturity, EventTime.Earliest, family, grid: _asked.Claims.Grid);
    }
}
