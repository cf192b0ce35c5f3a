namespace DriftWatch.Core.Drift.Rules;

/// <summary>The parameters of a rule as the configuration has them, below <c>rules</c>.</summary>
/// <param name="Key">The name of the section.</param>
/// <param name="Meaning">What the rule is, in sentences of Markdown.</param>
/// <param name="Defaults">What holds where nothing is set.</param>
/// <param name="Parameters">In the order of documentation.</param>
/// <param name="Fault">What is wrong between parameters, each of which is fine by itself, and at which; null: nothing.</param>
public sealed record RuleSection(string Key, string Meaning, RuleOptions Defaults, IReadOnlyList<RuleParameter> Parameters, Func<RuleOptions, (string Parameter, string Message)?> Fault)
{
    /// <summary>Those of the parameters that evidence depends on.</summary>
    public IEnumerable<RuleState> State => Parameters
        .Where(parameter => parameter.State is not null)
        .Select(parameter => new RuleState($"rules.{Key}.{parameter.Name}", parameter.State!, policy => parameter.Text(policy.Watch.Rules.Of(this))));
}

/// <summary>One parameter of a rule.</summary>
public abstract class RuleParameter
{
    private protected RuleParameter()
    {
    }

    /// <summary>The key, in camel case.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in sentences of Markdown.</summary>
    public required string Meaning { get; init; }

    /// <summary>Why evidence depends on it, to follow the name; null where it may change from one run to the next.</summary>
    public required string? State { get; init; }

    /// <summary>What is in force, in words.</summary>
    public abstract string Text(RuleOptions options);

    public static RuleParameter Number<T>(string name, double least, double most, Func<T, double> get, Func<T, double, T> with, string meaning, string? state)
        where T : RuleOptions => Of(name, least, most, get, with, meaning, state);

    public static RuleParameter Whole<T>(string name, int least, int most, Func<T, int> get, Func<T, int, T> with, string meaning, string? state)
        where T : RuleOptions => Of(name, least, most, get, with, meaning, state);

    public static RuleParameter Flag<T>(string name, Func<T, bool> get, Func<T, bool, T> with, string meaning, string? state)
        where T : RuleOptions => Of(name, false, true, get, with, meaning, state);

    public static RuleParameter Side<T>(Func<T, RuleSide> get, Func<T, RuleSide, T> with)
        where T : RuleOptions => Of("side", RuleSide.Both, RuleSide.Down, get, with, "Which way the mean must move to count.", state: null);

    private static RuleParameter<TValue> Of<T, TValue>(string name, TValue least, TValue most, Func<T, TValue> get, Func<T, TValue, T> with, string meaning, string? state)
        where T : RuleOptions =>
        new(least, most, options => get((T)options), (options, value) => with((T)options, value)) { Name = name, Meaning = meaning, State = state };
}

/// <summary>A parameter and the values that it may have.</summary>
public sealed class RuleParameter<TValue>(TValue least, TValue most, Func<RuleOptions, TValue> get, Func<RuleOptions, TValue, RuleOptions> with) : RuleParameter
{
    /// <summary>The least value, where there is one.</summary>
    public TValue Least { get; } = least;

    public TValue Most { get; } = most;

    public TValue Get(RuleOptions options) => get(options);

    public RuleOptions With(RuleOptions options, TValue value) => with(options, value);

    // Invariant globalization is on, so that numbers have no culture.
    public override string Text(RuleOptions options) => FormattableString.Invariant($"{get(options)}");
}
