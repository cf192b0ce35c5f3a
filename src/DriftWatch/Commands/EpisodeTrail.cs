using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Kafka.Answering;

namespace DriftWatch.Commands;

/// <summary>What the service's events tell of one episode: enough to see that an answer to it would be passed over.</summary>
/// <param name="episode">Its id.</param>
internal sealed class EpisodeTrail(string episode)
{
    private readonly string _key = "episodes/" + episode;
    private EventLine? _newest;
    private bool _stands;

    /// <summary>Takes a record of a topic of events, or of what stands now.</summary>
    public void Read(KeptRecord record)
    {
        if (record.Key is { } key && Encoding.UTF8.GetString(key) == _key) _stands = record.Value is not null;
        if (EventLine.Of(record) is not { Sequence: { } number } line || line.Episode != episode) return;
        // Requests and the rest may lie in two topics; the numbers of an episode's events go through both. A request that was sent again has its old one.
        if (_newest is null || number > _newest.Sequence) _newest = line;
    }

    /// <summary>Why an answer would change nothing, to follow a colon; null: nothing is known against it.</summary>
    /// <param name="topics">Where it was looked.</param>
    public string? Objection(string topics)
    {
        if (_newest is null)
        {
            return _stands ? null
                : $"no event on {topics} names episode {episode}; is the id mistyped (driftwatch events tail --from-beginning --no-follow shows those there are), has retention taken its events, or was it never asked for";
        }

        if (_newest.Type is CloudEventWriter.ResolvedType or CloudEventWriter.SupersededType) return $"the episode is over, {_newest.ShortType} at {_newest.When}";
        return _newest.State == EpisodeState.Answered.Name() || _newest.State == EpisodeState.Dismissed.Name() ? $"{_newest.Answered}, and the first answer counts" : null;
    }
}
