namespace DriftWatch.Evaluation.Bench;

/// <summary>A rule under test and the thresholds at which it is looked at, of which one is its default.</summary>
internal sealed class RuleSpec
{
    /// <param name="name">As in the report.</param>
    /// <param name="usual">The default threshold, in units of the statistic.</param>
    /// <param name="levels">The other thresholds.</param>
    /// <param name="setting">A threshold in the words of the rule's own setting.</param>
    public RuleSpec(string name, double usual, IEnumerable<double> levels, Func<double, string> setting)
    {
        Name = name;
        Levels = [.. levels.Append(usual).Distinct().Order()];
        Usual = Array.IndexOf(Levels, usual);
        Setting = setting;
    }

    public string Name { get; }

    /// <summary>What distinguishes it within its family, where it stands for one of the settings that are tried; null: it has a column of its own.</summary>
    public string? Variant { get; init; }

    /// <summary>Ascending.</summary>
    public double[] Levels { get; }

    /// <summary>Which of <see cref="Levels"/> is the default.</summary>
    public int Usual { get; }

    public Func<double, string> Setting { get; }

    public int LevelOf(double value) => Array.IndexOf(Levels, value);

    public static IEnumerable<double> Geometric(double from, double to, int count) =>
        Enumerable.Range(0, count).Select(i => from * Math.Pow(to / from, i / (count - 1.0)));

    public static IEnumerable<double> Linear(double from, double to, double step) =>
        Enumerable.Range(0, (int)Math.Round((to - from) / step) + 1).Select(i => from + (i * step));
}
