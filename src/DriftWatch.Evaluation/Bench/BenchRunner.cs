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
        if (Drifting().Exists(cell => !cell.IsSilent)) Tune();
        // The rates of tuned thresholds are measured on S0, so it runs whenever drifts are compared.
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

    private IEnumerable<Scenario> Calibrated() => Scenarios.Stable(request.StableLength).Where(scenario => !request.Quick || scenario.Law == ScoreLaw.D3);

    // The oracle of the picture's drift is a rule like others on a stream where the drift never comes.
    private static Truth PicturedDrift(ScoreLaw law) =>
        Scenarios.Drifting.FirstOrDefault(cell => Pictured.Contains(cell.Key) && cell.Law == law)?.Truth ?? Truth.Calibrated;

    /// <summary>Thresholds by calibrated streams, then the other settings by drifting ones; neither are streams that anything is measured on.</summary>
    private void Tune()
    {
        foreach (var scenario in Calibrated())
        {
            if (Drifting().Exists(cell => cell.Law == scenario.Law))
                _result.Calibration.Add(Play(scenario, $"{scenario.Key}, tuning", request.Calibrated, () => RuleSet.For(scenario.Law, PicturedDrift(scenario.Law), PeerFamily.Every).Where(HasThreshold), null));
        }

        foreach (var cell in Drifting().Where(cell => !cell.IsSilent)) Choose(cell);
    }

    private static bool HasThreshold(Probe probe) => probe.Rules[0].Levels.Length > 1;

    private void Choose(Scenario cell)
    {
        var families = PeerFamily.All.Select(family => family with { Grid = [.. family.Grid.Where(peer => _result.TunedLevel(cell.Law, peer.Rule) is not null)] }).ToList();
        var tried = families.Where(family => family.Grid.Count > 1).SelectMany(family => family.Grid).ToList();
        var scenario = cell with { Stable = Math.Min(cell.Stable, 50_000), After = Math.Min(cell.After, 100_000) };
        string name = $"{cell.Key}, settings";
        var streams = jobs.Run(name, Fewer(10), i => StreamRun.Play(scenario, Seed(name, i), [.. tried.Select(peer => peer.Start())], rule => _result.TunedLevel(cell.Law, rule)!.Value));
        var result = new CellResult(scenario, [.. tried.Select(peer => peer.Rule)], streams);
        foreach (var family in families)
        {
            if (family.Grid.Count > 0) _result.Chosen[(cell.Key, family.Name)] = family.Grid.Count == 1 ? family.Grid[0] : family.Grid.MinBy(peer => Slowness(result.DelayOf(peer.Rule, _result.TunedLevel(cell.Law, peer.Rule)!.Value)))!;
        }
    }

    // A median if there is one; else the fewer miss it, the better. Of a rule that has mostly alarmed before nothing can be told.
    private static (double Median, int Missed) Slowness(Delay delay) =>
        delay.Streams > delay.Already ? (delay.Median ?? double.PositiveInfinity, delay.Missed) : (double.PositiveInfinity, int.MaxValue);

    private List<Peer> ChosenFor(Func<Scenario, bool> cells) =>
        [.. from cell in Drifting() where cells(cell) from family in PeerFamily.All where _result.Chosen.ContainsKey((cell.Key, family.Name)) select _result.Chosen[(cell.Key, family.Name)]];

    private void RunStable()
    {
        foreach (var scenario in Calibrated())
        {
            var variants = ChosenFor(cell => cell.Law == scenario.Law);
            _result.Cells.Add(Play(scenario, scenario.Key, request.Calibrated, () => RuleSet.For(scenario.Law, PicturedDrift(scenario.Law), variants), null));
            CountAlarms(scenario);
        }
    }

    private void CountAlarms(Scenario scenario)
    {
        var counts = jobs.Run($"{scenario.Key}, alarms", Math.Max(2, request.Calibrated / 4), i =>
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
        var variants = ChosenFor(cell => cell == scenario);
        _result.Cells.Add(Play(scenario, scenario.Key, request.Streams, () => RuleSet.For(scenario.Law, scenario.Truth, variants), pictured ? null : rule => Math.Max(rule.Usual, _result.TunedLevel(scenario.Law, rule) ?? rule.Usual)));
        if (!scenario.IsSilent && ProductCells.Of(scenario) is { } cell)
            _result.ProductDelays[scenario.Key] = ProductBench.Sum(cell, jobs.Run($"{scenario.Key}, product", Fewer(20), i => ProductBench.Play(cell, Seed($"{scenario.Key}, product", i))));
    }

    private CellResult Play(Scenario scenario, string name, int count, Func<IEnumerable<Probe>> start, Func<RuleSpec, int>? lastLevel)
    {
        var rules = start().SelectMany(probe => probe.Rules).ToList();
        var last = lastLevel is null ? null : rules.ToDictionary(rule => rule, lastLevel);
        var streams = jobs.Run(name, count, i => StreamRun.Play(scenario, Seed(name, i), [.. start()], last is null ? null : rule => last[rule]));
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
            if (request.Cell is { } part && !cell.Name.Contains(part, StringComparison.OrdinalIgnoreCase)) continue;
            // A share near the promise needs five times the streams that a median does.
            int streams = request.Quick ? 4 : cell.IsSilent ? 5 * request.Streams : request.Streams;
            _result.Product.Add(ProductBench.Sum(cell, jobs.Run($"S14, {cell.Name}", streams, i => ProductBench.Play(cell, Seed("S14 " + cell.Name, i)))));
        }
    }

    private int Fewer(int most) => Math.Max(2, Math.Min(request.Quick ? 4 : most, request.Streams));

    private ulong Seed(string name, int index) => BenchRandom.Seed(request.Seed, name, index);
}
