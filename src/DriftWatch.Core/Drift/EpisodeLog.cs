using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift;

/// <summary>The episodes of all series, the newest of them: running ones are replaced as they change.</summary>
internal sealed class EpisodeLog(int capacity) : IKeepsState
{
    private readonly List<Episode> _episodes = [];
    private Episode[]? _captured;

    /// <summary>Takes the newest state of an episode; its first one if <paramref name="before"/> is another episode or none.</summary>
    public void Note(Episode? before, Episode now)
    {
        if (ReferenceEquals(before, now)) return;
        _captured = null;
        int place = before is null ? -1 : _episodes.LastIndexOf(before);
        if (place >= 0 && before!.Onset == now.Onset && before.Recovered is null) _episodes[place] = now;
        else _episodes.Add(now);
        if (_episodes.Count > capacity) _episodes.RemoveAt(0);
    }

    public void Exchange(StateExchange state)
    {
        state.Mark("episodes");
        state.Exchange(_episodes, static (StateExchange each, ref Episode episode) => episode = Episode.Exchange(each, episode));
        if (!state.IsReading) return;
        _episodes.RemoveRange(0, Math.Max(0, _episodes.Count - capacity)); // it may have been larger then
        _captured = null;
    }

    /// <summary>Drops the running episode of a series whose rule starts over: nobody will say when it ends.</summary>
    public void Forget(SeriesKey series)
    {
        _episodes.RemoveAll(episode => episode.Series == series && episode.Recovered is null);
        _captured = null;
    }

    /// <summary>Gives series the names that they have now.</summary>
    public void Rename(IReadOnlyDictionary<SeriesKey, SeriesKey> names)
    {
        for (int i = 0; i < _episodes.Count; i++)
        {
            if (names.TryGetValue(_episodes[i].Series, out var now)) _episodes[i] = _episodes[i] with { Series = now };
        }
    }

    /// <summary>Oldest first, in an order that does not depend on how series are numbered.</summary>
    public IReadOnlyList<Episode> Capture() =>
        _captured ??= [.. _episodes.OrderBy(e => e.Fired.Milliseconds).ThenBy(e => e.Series.ToString(), StringComparer.Ordinal)];
}
