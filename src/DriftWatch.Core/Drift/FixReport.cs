using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>What is known of a fix, and from what: the seat for whoever compares predictions with and without it.</summary>
/// <remarks>
/// Law: a report is of the data from <paramref name="From"/> to <paramref name="Until"/> alone, and is decided when these are mature, so that the same records give the same reports in any order.
/// A comparison says <see cref="FixStanding.Better"/> or <see cref="FixStanding.Worse"/> once and may be looked at as often as one likes (anytime-valid).
/// </remarks>
/// <param name="Standing">What it has come to.</param>
/// <param name="Decided">Event time at which that could be known.</param>
/// <param name="From">Start of the data.</param>
/// <param name="Until">Their end.</param>
public sealed record FixReport(FixStanding Standing, EventTime Decided, EventTime From, EventTime Until)
{
    /// <summary>The method where a map answers under a version of its own, which the rule judges: what it found there.</summary>
    public const string OfMap = "map";

    /// <summary>How it was found: <c>paired</c>, <see cref="OfMap"/>, or the name of the rule.</summary>
    public string? Method { get; init; }

    /// <summary>Labeled predictions that were compared.</summary>
    public long Compared { get; init; }

    /// <summary>What the fix saves, in nats of log loss a prediction; negative where it costs. Null where nothing was compared.</summary>
    public double? Gain { get; init; }

    /// <summary>Where <see cref="Gain"/> lies, at all times together: each end holds but for <see cref="Comparison.CompareOptions.Alpha"/>, and 0 is outside where the test has decided. Null where there is none.</summary>
    public Interval? GainAtAllTimes { get; init; }

    /// <summary>Natural logarithm of the evidence, and of what it had to reach.</summary>
    public double? LogEvidence { get; init; }

    /// <inheritdoc cref="LogEvidence"/>
    public double? LogThreshold { get; init; }

    internal static FixReport Exchange(StateExchange state, FixReport? report) =>
        new(state.Kept(report?.Standing ?? default), state.Kept(report?.Decided ?? default), state.Kept(report?.From ?? default), state.Kept(report?.Until ?? default))
        {
            Method = state.Kept(report?.Method),
            Compared = state.Kept(report?.Compared ?? 0),
            Gain = state.Kept(report?.Gain),
            GainAtAllTimes = state.Kept(report?.GainAtAllTimes, static (each, ends) => new Interval(each.Kept(ends.Lower), each.Kept(ends.Upper))),
            LogEvidence = state.Kept(report?.LogEvidence),
            LogThreshold = state.Kept(report?.LogThreshold),
        };
}
