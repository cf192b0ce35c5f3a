namespace DriftWatch.Evaluation.Bench;

/// <summary>Plays one stream to all rules at once.</summary>
internal static class StreamRun
{
    /// <param name="scenario">The kind of stream.</param>
    /// <param name="seed">Which one.</param>
    /// <param name="probes">The rules, new ones.</param>
    /// <param name="lastLevel">Per rule, the threshold past which nobody asks; null: all are asked for.</param>
    public static Crossings Play(Scenario scenario, ulong seed, IReadOnlyList<Probe> probes, Func<RuleSpec, int>? lastLevel = null)
    {
        var rules = probes.SelectMany(probe => probe.Rules).ToList();
        var crossings = new Crossings(rules);
        var random = new BenchRandom(seed);
        var running = new List<Running>();
        foreach (var probe in probes)
        {
            int first = running.Sum(one => one.Probe.Rules.Count);
            running.Add(new(probe, first, [.. probe.Rules.Select(rule => lastLevel?.Invoke(rule) ?? rule.Levels.Length - 1)]));
        }

        for (int seen = 1; seen <= scenario.Length && running.Count > 0; seen++)
        {
            var draw = scenario.Next(random, seen - 1);
            for (int i = running.Count - 1; i >= 0; i--)
            {
                if (!running[i].Probe.Add(draw)) continue;
                if (running[i].Note(crossings, seen)) running.RemoveAt(i);
            }
        }

        return crossings;
    }

    private sealed class Running(Probe probe, int first, int[] lastLevel)
    {
        private readonly bool[] _passed = new bool[lastLevel.Length];
        private int _left = lastLevel.Length;

        public Probe Probe => probe;

        /// <summary>Notes all its rules.</summary>
        /// <returns>Whether none is left that anybody asks for.</returns>
        public bool Note(Crossings crossings, int seen)
        {
            for (int rule = 0; rule < lastLevel.Length; rule++)
            {
                if (_passed[rule] || !crossings.Note(first + rule, probe.Statistic(rule), seen, lastLevel[rule])) continue;
                _passed[rule] = true;
                probe.Drop(rule);
                _left--;
            }

            return _left == 0;
        }
    }
}
