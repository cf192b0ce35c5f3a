using System.Diagnostics;
using DriftWatch.Core.Input;

namespace DriftWatch.Core.Joining;

/// <summary>What an entry of the <see cref="JoinTable"/> stands for.</summary>
internal enum EntryState : byte
{
    /// <summary>Not in use.</summary>
    Free,

    /// <summary>A prediction that waits for its label.</summary>
    Pending,

    /// <summary>A prediction whose outcome came out false; kept to catch duplicates.</summary>
    MatchedFalse,

    /// <summary>A prediction whose outcome came out true; kept to catch duplicates.</summary>
    MatchedTrue,

    /// <summary>A label that waits for its prediction and names a class.</summary>
    LabelClass,

    /// <summary>A label that waits for its prediction and says whether it was right.</summary>
    LabelCorrectness,

    /// <summary>A label that was given up before its bucket was swept; nobody finds it any more.</summary>
    Gone,
}

/// <summary>One id in the join table: 32 bytes, two to a cache line.</summary>
/// <remarks>Meta is 42 bits of event time, 19 bits of route, 3 bits of state.</remarks>
internal struct JoinEntry
{
    private const int RouteShift = 42;
    private const int StateShift = 61;
    private const ulong TimeMask = (1UL << RouteShift) - 1;
    private const ulong RouteMask = (1UL << (StateShift - RouteShift)) - 1;

    public ulong High;
    public ulong Low;

    /// <summary>The bits of a prediction's confidence, or the key of a label.</summary>
    public ulong Payload;
    private ulong _meta;

    public readonly PredictionId Id => new(High, Low);

    public readonly EntryState State => (EntryState)(_meta >> StateShift);

    /// <summary>Event time of the prediction or, while none has come, of the label.</summary>
    public readonly long Time => (long)(_meta & TimeMask);

    public readonly int Route => (int)((_meta >> RouteShift) & RouteMask);

    public readonly double Confidence => BitConverter.UInt64BitsToDouble(Payload);

    public readonly bool IsLabel => State is EntryState.LabelClass or EntryState.LabelCorrectness;

    public readonly bool IsMatched => State is EntryState.MatchedFalse or EntryState.MatchedTrue;

    /// <summary>The label that waits here.</summary>
    public readonly LabelValue Value =>
        new(State == EntryState.LabelClass ? LabelKind.Class : LabelKind.Correctness, Payload);

    public void Become(EntryState state) =>
        _meta = (_meta & ((1UL << StateShift) - 1)) | ((ulong)state << StateShift);

    public void Become(EntryState state, long time, int route, ulong payload)
    {
        Debug.Assert((ulong)time <= TimeMask, "The reader admits only times of 42 bits.");
        Debug.Assert((ulong)route <= RouteMask, "The route table admits only routes of 19 bits.");
        _meta = ((ulong)state << StateShift) | ((ulong)route << RouteShift) | (ulong)time;
        Payload = payload;
    }

    public void BecomeMatched(bool outcome) => Become(outcome ? EntryState.MatchedTrue : EntryState.MatchedFalse);

    public void BecomeMatched(in Prediction prediction, bool outcome) =>
        Become(
            outcome ? EntryState.MatchedTrue : EntryState.MatchedFalse,
            prediction.Time.Milliseconds,
            prediction.Route,
            BitConverter.DoubleToUInt64Bits(prediction.Confidence));

    public void BecomePending(in Prediction prediction) =>
        Become(EntryState.Pending, prediction.Time.Milliseconds, prediction.Route, BitConverter.DoubleToUInt64Bits(prediction.Confidence));

    public void BecomeLabel(in Label label) =>
        Become(label.Value.Kind == LabelKind.Class ? EntryState.LabelClass : EntryState.LabelCorrectness, label.Time.Milliseconds, 0, label.Value.Key);
}
