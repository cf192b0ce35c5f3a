using DriftWatch.Core.State;

namespace DriftWatch.Core.Monitoring;

/// <summary>Labels that joined no prediction, by cause; of those that met one outside its interval, also by how far they were from it.</summary>
/// <remarks>A label that meets several predictions outside their intervals counts for each of them: the question is whose lead or horizon is wrong.</remarks>
internal sealed class OrphanCounts : IKeepsState
{
    private readonly long[] _early = new long[LabelDelays.UpperBounds.Count + 1];
    private readonly long[] _late = new long[LabelDelays.UpperBounds.Count + 1];
    private long _earlyMilliseconds;
    private long _lateMilliseconds;
    private long _noPrediction;
    private long _otherModel;

    /// <summary>All of them. More than the causes add up to where an older version counted some without.</summary>
    public long Total { get; private set; }

    /// <summary>A label met a prediction outside its interval.</summary>
    /// <param name="delay">Event time from the prediction to the label.</param>
    public void Meet(TimeSpan delay)
    {
        Total++;
        if (delay < TimeSpan.Zero)
        {
            _early[LabelDelays.BucketOf(-delay)]++;
            _earlyMilliseconds -= (long)delay.TotalMilliseconds;
        }
        else
        {
            _late[LabelDelays.BucketOf(delay)]++;
            _lateMilliseconds += (long)delay.TotalMilliseconds;
        }
    }

    /// <summary>A label was given up that met no prediction which it addresses.</summary>
    /// <param name="sawOther">Whether its id had predictions of others.</param>
    public void GiveUp(bool sawOther)
    {
        Total++;
        if (sawOther) _otherModel++;
        else _noPrediction++;
    }

    /// <summary>Takes over what an older version counted without a cause.</summary>
    public void Begin(long total) => Total = total;

    /// <summary>The causes; <see cref="Total"/> is older and kept elsewhere.</summary>
    public void Exchange(StateExchange state)
    {
        state.Exchange(_early);
        state.Exchange(_late);
        state.Exchange(ref _earlyMilliseconds);
        state.Exchange(ref _lateMilliseconds);
        state.Exchange(ref _noPrediction);
        state.Exchange(ref _otherModel);
    }

    public OrphanSnapshot Capture() => new()
    {
        Total = Total,
        NoPrediction = _noPrediction,
        OtherModel = _otherModel,
        Early = new([.. _early], _earlyMilliseconds / 1000.0),
        Late = new([.. _late], _lateMilliseconds / 1000.0),
    };
}
