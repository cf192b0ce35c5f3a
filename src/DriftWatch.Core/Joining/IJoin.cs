using DriftWatch.Core.Agreement;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Brings predictions and labels together, one record after the other: <see cref="PredictionJoiner"/>, or what a joiner on another thread has found already.</summary>
public interface IJoin
{
    JoinCounts Counts { get; }

    /// <summary>How the newest record stood to each of its counterparts; valid until the next call.</summary>
    ReadOnlySpan<Meeting> Meetings { get; }

    /// <summary>What the newest record changed of what sources say of predictions; valid until the next call.</summary>
    ReadOnlySpan<VerdictChange> VerdictChanges { get; }

    /// <summary>What the newest record says of requests that several versions of a model have scored; valid until the next call.</summary>
    ReadOnlySpan<Encounter> Encounters { get; }

    JoinResult Add(in Prediction prediction);

    JoinResult Add(in Label label);

    /// <summary>Tells how far event time has come: what leaves by then is handed to the sink.</summary>
    void AdvanceTo(EventTime watermark);
}
