using System.Diagnostics;
using System.Numerics;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Joining;

/// <summary>What became of everything that came to the join.</summary>
/// <remarks>
/// Every prediction ends in exactly one of matched, expired, evicted, duplicate, late, or is still pending. Every label has one fate, its first: joined (one prediction or several),
/// duplicate, orphaned, unreadable, late, evicted, or it still waits.
/// </remarks>
internal sealed class JoinTally : IKeepsState
{
    public long Predictions;
    public long Labels;
    public long JoinedLabels;
    public long Matched;
    public long Expired;
    public long Orphaned;
    public long Unreadable;
    public long DuplicatePredictions;
    public long DuplicateLabels;
    public long Corrected;
    public long LatePredictions;
    public long LateLabels;
    public long EvictedPredictions;
    public long EvictedLabels;
    public long EvictedMatched;
    public long WaitingLabels;

    private int[] _pending = [];
    private long _waitingPredictions;

    /// <summary>Predictions of one route that wait for their label.</summary>
    public int Pending(int route) => route < _pending.Length ? _pending[route] : 0;

    /// <summary>A prediction begins to wait.</summary>
    public void Hold(int route)
    {
        if (route >= _pending.Length) Array.Resize(ref _pending, (int)BitOperations.RoundUpToPowerOf2((uint)route + 16));
        _pending[route]++;
        _waitingPredictions++;
    }

    /// <summary>A prediction waits no more.</summary>
    public void Release(int route)
    {
        _pending[route]--;
        _waitingPredictions--;
    }

    /// <summary>The first fate of a label that has met a prediction.</summary>
    public void CountLabel(Arrival fate)
    {
        switch (fate)
        {
            case Arrival.Matched or Arrival.Corrected:
                JoinedLabels++;
                break;
            case Arrival.Duplicate:
                DuplicateLabels++;
                break;
            case Arrival.Orphaned:
                Orphaned++;
                break;
            case Arrival.Unreadable:
                Unreadable++;
                break;
            default:
                throw new UnreachableException($"A label that met a prediction is not {fate}.");
        }
    }

    /// <summary>All that was counted. What waits now is not: it is in the table, from which it is counted again.</summary>
    public void Exchange(StateExchange state)
    {
        ExchangeFates(state);
        if (state is { IsReading: true, Remaining: 0 }) JoinedLabels = Matched + Corrected; // from when a label joined one prediction at most
        else state.Exchange(ref JoinedLabels);
    }

    /// <summary>The counts that every version has had: what epochs are held against when they are done again.</summary>
    public void ExchangeFates(StateExchange state)
    {
        state.Mark("join");
        state.Exchange(ref Predictions);
        state.Exchange(ref Labels);
        state.Exchange(ref Matched);
        state.Exchange(ref Expired);
        state.Exchange(ref Orphaned);
        state.Exchange(ref Unreadable);
        state.Exchange(ref DuplicatePredictions);
        state.Exchange(ref DuplicateLabels);
        state.Exchange(ref Corrected);
        state.Exchange(ref LatePredictions);
        state.Exchange(ref LateLabels);
        state.Exchange(ref EvictedPredictions);
        state.Exchange(ref EvictedLabels);
        state.Exchange(ref EvictedMatched);
    }

    public JoinCounts Capture() => new()
    {
        Predictions = Predictions,
        Labels = Labels,
        JoinedLabels = JoinedLabels,
        Matched = Matched,
        Expired = Expired,
        Orphaned = Orphaned,
        Unreadable = Unreadable,
        DuplicatePredictions = DuplicatePredictions,
        DuplicateLabels = DuplicateLabels,
        Corrected = Corrected,
        LatePredictions = LatePredictions,
        LateLabels = LateLabels,
        Evicted = EvictedPredictions + EvictedLabels + EvictedMatched,
        EvictedPredictions = EvictedPredictions,
        EvictedLabels = EvictedLabels,
        Pending = _waitingPredictions,
        WaitingLabels = WaitingLabels,
    };

    /// <summary>What these entries contradict; null if nothing.</summary>
    public string? FindFault(IReadOnlyCollection<JoinEntry> entries)
    {
        if (entries.Count(e => e.State == EntryState.Pending) != _waitingPredictions) return "Pending predictions are counted.";
        if (entries.Count(e => e is { IsLabel: true, IsSettled: false }) != WaitingLabels) return "Waiting labels are counted.";
        for (int route = 0; route < _pending.Length; route++)
        {
            if (entries.Count(e => e.State == EntryState.Pending && e.Route == route) != _pending[route]) return "Pending predictions are counted by route.";
        }

        return null;
    }

    [Conditional("DEBUG")]
    public void AssertEveryFate(int entries)
    {
        Debug.Assert(_waitingPredictions + WaitingLabels <= entries, "What waits has an entry.");
        Debug.Assert(
            Predictions == Matched + Expired + EvictedPredictions + DuplicatePredictions + LatePredictions + _waitingPredictions,
            "Every prediction has exactly one fate.");
        Debug.Assert(
            Labels == JoinedLabels + DuplicateLabels + Orphaned + Unreadable + LateLabels + EvictedLabels + WaitingLabels,
            "Every label has exactly one fate.");
    }
}
