using System.Diagnostics;
using DriftWatch.Core.Drift.Rules;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Runs the experiments of the detection benchmark, one after the other, each on all processors.</summary>
internal sealed class BenchRunner(BenchRequest request, BenchJobs jobs, FlightsBench.Replay? replay = null)
{
    /// <summary>Cells of which all thresholds are looked at, for the picture.</summary>
    public static readonly string[] Pictured = ["S1 D3 T=1.5", "S1 D1 T=1.25"];

    private readonly BenchResult _result = new(request);

    public BenchResult Run()
    {
        var clock = Stopwatch.StartNew();
        if (request.Only.Count == 0) _result.Costs.AddRange(CostBench.Measure());
        if (request.Only.Count == 0) _result.Exactness = ExactnessBench.Play(request.Seed);
        // Thresholds of equal false-alarm rate come from S0, so it runs whenever drifts are compared.
        if (request.Runs("S0") || Drifting().Count > 0) RunStable();
        foreach (var cell in Drifting()) RunDrift(cell);
        if (request.Runs("S1")) RunDirections();
        if (request.Runs("S5")) _result.Recurring.AddRange(RecurringBench.Sum(jobs.Run("S5", Fewer(20), i => RecurringBench.Play(Seed("S5", i)))));
        if (request.Runs("S9"))
        {
            bool[] fired = jobs.Run("S9 relative", request.Quick ? 4 : request.Streams, i => RelativeBench.Play(Seed("S9 relative", i)));
            _result.RelativeFromStart = (fired.Count(one => one), fired.Length);
        }

        if (request.Runs("S10")) RunShocks();
        if (request.Runs("S11")) RunLateLabels();
        if (request.Runs("S12")) _result.Fleet = FleetBench.Sum(jobs.Run("S12 fleets", request.Fleets, i => FleetBench.Play(Seed("S12", i))));
        if (request.Runs("S13") && request.Flights is { } folder && replay is not null) RunFlights(folder, new(replay));
        if (request.Runs("S14")) RunProduct();
        _result.Elapsed = clock.Elapsed;
        return _result;
    }

    private List<Scenario> Drifting() =>
        [.. Scenarios.Drifting.Concat(Scenarios.Benign).Where(cell => request.Runs(cell.Id) && (!request.Quick || IsQuick(cell)))];

    // One drift, one harmless change and one within tolerance say whether the machinery works.
    private static bool IsQuick(Scenario cell) => cell.Key is "S1 D3 T=1.5" or "S7 D3 mean logit 2.5→1.5" or "S8 D3 T=1.05";

    private void RunStable()
    {
        foreach (var scenario in Scenarios.Stable(request.StableLength))
        {
            if (request.Quick && scenario.Law != ScoreLaw.D3) continue;
            // The oracle of the picture's drift is a rule like others on a stream where the drift never comes.
            var drift = Scenarios.Drifting.FirstOrDefault(cell => Pictured.Contains(cell.Key) && cell.Law == scenario.Law)?.Truth ?? Truth.Calibrated;
            _result.Cells.Add(Play(scenario, drift, null));
            CountAlarms(scenario);
        }
    }

    private void CountAlarms(Scenario scenario)
    {
        var counts = jobs.Run($"{scenario.Key}, alarms", Fewer(10), i =>
        {
            var random = new BenchRandom(Seed(scenario.Key, i));
            var rules = RuleSet.AtDefaults.Select(rule => rule.Make()).ToArray();
            int[] alarms = new int[rules.Length];
            for (int n = 0; n < scenario.Length; n++)
            {
                var draw = scenario.Next(random, n);
                for (int rule = 0; rule < rules.Length; rule++)
                {
                    if (rules[rule].Update(draw.P, draw.Y) == RuleSignal.Change) alarms[rule]++;
                }
            }

            return alarms;
        });
        for (int rule = 0; rule < RuleSet.AtDefaults.Count; rule++)
        {
            _result.AlarmsPerMillion[(scenario.Law.Name, RuleSet.AtDefaults[rule].Name)] = counts.Average(alarms => alarms[rule]) * 1e6 / scenario.Length;
        }
    }

    private void RunDrift(Scenario scenario)
    {
        bool pictured = Pictured.Contains(scenario.Key);
        _result.Cells.Add(Play(scenario, scenario.Truth, pictured ? null : rule => Math.Max(rule.Usual, _result.TunedLevel(scenario.Law, rule) ?? rule.Usual)));
    }

    private CellResult Play(Scenario scenario, Truth drift, Func<RuleSpec, int>? lastLevel)
    {
        var rules = RuleSet.For(scenario.Law, drift).SelectMany(probe => probe.Rules).ToList();
        var last = lastLevel is null ? null : rules.ToDictionary(rule => rule, lastLevel);
        var streams = jobs.Run(scenario.Key, request.Streams, i => StreamRun.Play(
            scenario, Seed(scenario.Key, i), RuleSet.For(scenario.Law, drift), last is null ? null : rule => last[rule]));
        return new CellResult(scenario, rules, streams);
    }

    private void RunDirections()
    {
        foreach (var cell in DirectionBench.Cells.Where(cell => request.Runs(cell.Id) && (!request.Quick || IsQuick(cell))))
        {
            _result.Directions.Add(DirectionBench.Sum(cell, jobs.Run($"{cell.Key}, direction", Fewer(20), i => DirectionBench.Play(cell, Seed(cell.Key + " direction", i)))));
        }
    }

    private void RunShocks()
    {
        int days = request.Quick ? 10 : ShockBench.StableDays;
        foreach (double deviation in request.Quick ? [0.3] : new[] { 0, 0.3, 0.6 })
        {
            var streams = jobs.Run($"S10, shocks of {deviation}", Fewer(request.Streams / 2), i => ShockBench.Play(deviation, days, Seed($"S10 {deviation}", i)));
            _result.Shocks.AddRange(ShockBench.Sum(deviation, days, streams));
        }
    }

    private void RunLateLabels()
    {
        int length = request.Quick ? 50_000 : 200_000, mechanism = 0;
        foreach (string name in LateLabelBench.Mechanisms)
        {
            int which = mechanism++;
            var fired = jobs.Run($"S11, {name}", request.Streams, i => LateLabelBench.Play(which, length, Seed($"S11 {name}", i)));
            _result.LateLabels.Add(new(name, "missing at their worst", fired.Length, fired.Count(one => one.WorstCase)));
            _result.LateLabels.Add(new(name, "missing ignored", fired.Length, fired.Count(one => one.Ignored)));
        }

        var warmUps = jobs.Run("S11, warm-up", Fewer(20), i => LateLabelBench.WarmUp(length / 2, Seed("S11 warm-up", i)));
        for (int rule = 0; rule < warmUps[0].Count; rule++)
        {
            int at = rule;
            _result.LateLabels.Add(new("positives answered later, from the first prediction", warmUps[0][rule].Rule, warmUps.Length, warmUps.Count(one => one[at].Fired)));
        }
    }

    private void RunFlights(string folder, FlightsBench flights)
    {
        string twin = Path.Combine(Path.GetTempPath(), $"driftwatch-twin-{Environment.ProcessId}.csv");
        try
        {
            FlightsBench.WriteTwin(folder, twin);
            // One after the other: a replay holds both files in memory.
            foreach (var rule in FlightsBench.Rules) _result.Flights.AddRange(jobs.Run($"S13, {rule.Name}", 1, _ => flights.Play(rule, folder, twin)));
        }
        finally
        {
            File.Delete(twin);
        }
    }

    private void RunProduct()
    {
        foreach (var cell in ProductCells.Calibrated.Concat(ProductCells.Drifting))
        {
            if (request.Quick && !ProductCells.IsQuick(cell)) continue;
            // A share near the promise needs five times the streams that a median does.
            int streams = request.Quick ? 4 : cell.IsSilent ? 5 * request.Streams : request.Streams;
            _result.Product.Add(ProductBench.Sum(cell, jobs.Run($"S14, {cell.Name}", streams, i => ProductBench.Play(cell, Seed("S14 " + cell.Name, i)))));
        }
    }

    private int Fewer(int most) => Math.Max(2, Math.Min(request.Quick ? 4 : most, request.Streams));

    private ulong Seed(string name, int index) => BenchRandom.Seed(request.Seed, name, index);
}
