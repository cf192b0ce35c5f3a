namespace DriftWatch.Evaluation.Bench;

/// <summary>All streams of one scenario.</summary>
internal sealed class CellResult(Scenario scenario, IReadOnlyList<RuleSpec> rules, Crossings[] streams)
{
    public Scenario Scenario => scenario;

    public IReadOnlyList<RuleSpec> Rules => rules;

    public int Streams => streams.Length;

    public int IndexOf(RuleSpec rule)
    {
        for (int i = 0; i < rules.Count; i++)
        {
            if (ReferenceEquals(rules[i], rule)) return i;
        }

        return -1;
    }

    /// <summary>First alarms at a threshold, in predictions from the start; <see cref="Crossings.Never"/> where there was none.</summary>
    public IEnumerable<int> Firsts(RuleSpec rule, int level)
    {
        int index = IndexOf(rule);
        return streams.Select(stream => stream[index, level]);
    }

    /// <summary>Streams with an alarm anywhere.</summary>
    public int Fired(RuleSpec rule, int level) => Firsts(rule, level).Count(at => at != Crossings.Never);

    /// <summary>Predictions until the first alarm over the share of streams that had one: the mean run length if alarms come at a constant rate.</summary>
    public double? RunLength(RuleSpec rule, int level)
    {
        var firsts = Firsts(rule, level).ToList();
        int fired = firsts.Count(at => at != Crossings.Never);
        return fired == 0 ? null : firsts.Sum(at => at == Crossings.Never ? (double)scenario.Length : at) / fired;
    }

    /// <summary>A lower bound of the mean run length that supposes nothing: streams without an alarm count as if it came at their end.</summary>
    public double RunLengthAtLeast(RuleSpec rule, int level) => Firsts(rule, level).Average(at => at == Crossings.Never ? (double)scenario.Length : at);

    /// <summary>How fast a change was found by a rule with this threshold.</summary>
    public Delay DelayOf(RuleSpec rule, int level)
    {
        var after = Firsts(rule, level).Where(at => at == Crossings.Never || at > scenario.Stable)
            .Select(at => at == Crossings.Never ? double.PositiveInfinity : at - scenario.Stable).Order().ToList();
        return new Delay(
            streams.Length - after.Count,
            after.Count,
            Quantile(after, 0.5),
            Quantile(after, 0.95),
            after.Count(double.IsPositiveInfinity));
    }

    public static double? Quantile(IReadOnlyList<double> ascending, double share)
    {
        if (ascending.Count == 0) return null;
        double value = ascending[(int)Math.Ceiling(share * ascending.Count) - 1];
        return double.IsPositiveInfinity(value) ? null : value;
    }
}

/// <summary>Predictions from a change to the first alarm after it.</summary>
/// <param name="Already">Streams that had alarmed before the change: left out.</param>
/// <param name="Streams">The others.</param>
/// <param name="Median">Null where half of them missed it.</param>
/// <param name="P95">Null where more than one in twenty missed it.</param>
/// <param name="Missed">Those without an alarm by the end.</param>
internal readonly record struct Delay(int Already, int Streams, double? Median, double? P95, int Missed);
