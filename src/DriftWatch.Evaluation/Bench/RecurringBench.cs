using DriftWatch.Core.Drift.Rules;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S5: T = 1.5 for 5 000 predictions, calibrated for 20 000, again and again.</summary>
internal static class RecurringBench
{
    private const int Stable = 50_000;
    private const int On = 5_000;
    private const int Off = 20_000;
    private const int Episodes = 8;

    /// <summary>Alarms per episode of each rule on one stream.</summary>
    public static List<RecurringResult> Play(ulong seed)
    {
        var random = new BenchRandom(seed);
        var drive = new SeriesDrive(SeriesDrive.Independent(0.02), PaneProbe.Pane, TimeSpan.FromSeconds(10));
        var rules = RuleSet.AtDefaults.Select(rule => (rule.Name, Rule: rule.Make())).ToList();
        int[] alarms = new int[rules.Count];
        var drift = new Truth(1.5);
        for (int i = 0; i < Stable + (Episodes * (On + Off)); i++)
        {
            bool on = i >= Stable && (i - Stable) % (On + Off) < On;
            double z = ScoreLaw.D3.Draw(random), p = Truth.Sigma(z);
            bool y = random.Chance(on ? drift.Of(z, p) : p);
            drive.Add(p, y);
            for (int rule = 0; rule < alarms.Length; rule++)
            {
                if (rules[rule].Rule.Update(p, y) == RuleSignal.Change) alarms[rule]++;
            }
        }

        return [new("e-SR ε=.02", drive.Episodes / (double)Episodes), .. rules.Select((rule, i) => new RecurringResult(rule.Name, alarms[i] / (double)Episodes))];
    }

    public static IEnumerable<RecurringResult> Sum(IReadOnlyList<List<RecurringResult>> streams) =>
        streams[0].Select((first, i) => new RecurringResult(first.Rule, streams.Average(stream => stream[i].AlarmsPerEpisode)));
}
