namespace DriftWatch.Evaluation.Bench;

/// <summary>When each rule's statistic first reached each of its thresholds, in predictions from the start of a stream.</summary>
/// <remarks>A rule is not started anew before its first alarm, so one pass serves all thresholds.</remarks>
internal sealed class Crossings(IReadOnlyList<RuleSpec> rules)
{
    private readonly int[][] _first = [.. rules.Select(rule => Enumerable.Repeat(Never, rule.Levels.Length).ToArray())];
    private readonly int[] _next = new int[rules.Count];

    public const int Never = -1;

    public int this[int rule, int level] => _first[rule][level];

    /// <summary>Notes a rule's statistic after <paramref name="seen"/> predictions.</summary>
    /// <returns>Whether it has passed <paramref name="lastLevel"/>.</returns>
    public bool Note(int rule, double statistic, int seen, int lastLevel)
    {
        double[] levels = rules[rule].Levels;
        int next = _next[rule];
        while (next < levels.Length && statistic >= levels[next]) _first[rule][next++] = seen;
        _next[rule] = next;
        return next > lastLevel;
    }
}
