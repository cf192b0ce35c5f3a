using DriftWatch.Core.Drift;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <summary>What starts over when a setting changes that stored state depends on.</summary>
public enum StatePart : byte
{
    /// <summary>Everything: what is stored would mean something else. A start is refused until the setting is put back or the state is reset.</summary>
    Everything,

    /// <summary>How records are told apart into series: they are registered again as they come, and everything goes on.</summary>
    Routes,

    /// <summary>The rule of the models that it concerns: evidence and running episode. Counts, windows, requests and cooldown go on, early warnings too.</summary>
    Rule,

    /// <summary>Their early warning, with its reference.</summary>
    EarlyWarning,

    /// <summary>The watch over their prediction sets. The reference and the other warnings go on.</summary>
    PredictionSets,
}

/// <summary>A setting that stored state depends on.</summary>
/// <param name="Name">As the configuration has it; of a policy, below <c>defaults</c> or <c>models.&lt;model&gt;</c>.</param>
/// <param name="Part">What starts over with another value.</param>
/// <param name="Meaning">What it does, to follow the name.</param>
/// <param name="Value">What is in force, in words; null where another setting says that it decides nothing.</param>
public sealed record StateSetting<T>(string Name, StatePart Part, string Meaning, Func<T, string?> Value);

/// <summary>What decides about a series: the policy of its model, and what of the monitor's settings takes part in it.</summary>
public readonly record struct SeriesPolicy(ModelOptions Model, MonitorOptions Monitor, View View = default)
{
    /// <summary>What decides on it.</summary>
    internal RulePolicy Rule => new(Model.Watch, Model.MaturityAge(Monitor.OutOfOrderness), Monitor.Pane);

    public static SeriesPolicy Of(SeriesKey series, MonitorOptions monitor) => new(monitor.For(series.Model), monitor, series.View);
}
