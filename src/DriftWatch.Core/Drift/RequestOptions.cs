namespace DriftWatch.Core.Drift;

/// <summary>Whether and how often a recalibration is asked for; the same for every rule.</summary>
public sealed record RequestOptions
{
    /// <summary>Whether requests are sent; the model is judged and shown either way.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Least time between two requests of one series.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Event time without a prediction after which a version has gone, if another of its model has come.</summary>
    public TimeSpan SupersededAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Event time from an answer that brings a fix, in which predictions must prove it.</summary>
    public TimeSpan ProveWithin { get; init; } = TimeSpan.FromDays(7);
}
