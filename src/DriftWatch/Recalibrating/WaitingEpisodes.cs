using DriftWatch.Options;

namespace DriftWatch.Recalibrating;

/// <summary>Episodes whose verdict was <c>wait</c>, and when each is looked at again.</summary>
/// <remarks>Made of the audit topic at every start, so it knows after a crash what it knew before: which attempt an episode has come to, and when that was.</remarks>
internal sealed class WaitingEpisodes(RecalibrationOptions options)
{
    private readonly Dictionary<string, (Decision Last, DateTimeOffset Due)> _waiting = new(StringComparer.Ordinal);

    public int Count => _waiting.Count;

    /// <summary>Takes note of the newest decision on an episode.</summary>
    /// <param name="decision">Without what was fitted: it is not kept.</param>
    /// <param name="waits">Whether its verdict is <c>wait</c>.</param>
    /// <param name="at">When that was.</param>
    /// <returns>When it is looked at again; null: never.</returns>
    public DateTimeOffset? Note(Decision decision, bool waits, DateTimeOffset at)
    {
        string episode = decision.Request.Episode;
        _waiting.Remove(episode);
        if (!waits || decision.Asked is null || (decision.Attempt ?? 1) >= options.MaxAttempts) return null;
        _waiting.Add(episode, (decision, at + options.RetryAfter));
        return at + options.RetryAfter;
    }

    /// <summary>The last decisions on those that are due, the longest first.</summary>
    public IReadOnlyList<Decision> Due(DateTimeOffset now) => [.. _waiting.Values.Where(one => one.Due <= now).OrderBy(one => one.Due).Select(one => one.Last)];

    public void Drop(string episode) => _waiting.Remove(episode);

    /// <summary>Puts off those that are due: what they need cannot be read now.</summary>
    public void Postpone(DateTimeOffset until)
    {
        foreach (var (episode, one) in _waiting.ToList()) if (one.Due < until) _waiting[episode] = one with { Due = until };
    }
}
