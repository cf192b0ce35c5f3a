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

    /// <summary>A prediction whose outcome came out false; kept to catch duplicates, and for its label.</summary>
    MatchedFalse,

    /// <summary>A prediction whose outcome came out true; kept to catch duplicates, and for its label.</summary>
    MatchedTrue,

    /// <summary>A label that names a class.</summary>
    LabelClass,

    /// <summary>A label that says whether the prediction was right.</summary>
    LabelCorrectness,

    /// <summary>Given up before its bucket was swept; nobody finds it any more.</summary>
    Gone,
}

/// <summary>A prediction or a label in the join table: 32 bytes, two to a cache line.</summary>
/// <remarks>Meta is 42 bits of event time, 19 bits of route, 3 bits of state. A label has 17 bits of addressee and two marks where a prediction has its route.</remarks>
internal struct JoinEntry
{
    private const int RouteShift = 42;
    private const int StateShift = 61;
    private const int AddresseeMask = (1 << 17) - 1;
    private const int SettledMark = 1 << 17;
    private const int SawOtherMark = 1 << 18;
    private const ulong TimeMask = (1UL << RouteShift) - 1;
    private const ulong RouteMask = (1UL << (StateShift - RouteShift)) - 1;

    public ulong High;
    public ulong Low;

    /// <summary>The bits of a prediction's confidence, or the key of a label; of a matched prediction perhaps its <see cref="HeldLabel"/>.</summary>
    public ulong Payload;
    private ulong _meta;

    public readonly PredictionId Id => new(High, Low);

    public readonly EntryState State => (EntryState)(_meta >> StateShift);

    /// <summary>Event time of the prediction or of the label.</summary>
    public readonly long Time => (long)(_meta & TimeMask);

    public readonly int Route => (int)((_meta >> RouteShift) & RouteMask);

    /// <summary>Of a label: whom it addresses.</summary>
    public readonly int Addressee => Route & AddresseeMask;

    /// <summary>Of a label: whether it has met a prediction that it addresses.</summary>
    public readonly bool IsSettled => (Route & SettledMark) != 0;

    /// <summary>Of a label: whether it has seen a prediction that it does not address, as far as it matters.</summary>
    public readonly bool SawOther => (Route & SawOtherMark) != 0;

    public readonly double Confidence => BitConverter.UInt64BitsToDouble(Payload);

    public readonly bool IsLabel => State is EntryState.LabelClass or EntryState.LabelCorrectness;

    public readonly bool IsMatched => State is EntryState.MatchedFalse or EntryState.MatchedTrue;

    /// <summary>Of a label: what it says.</summary>
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

    public void BecomeLabel(in Label label, bool settled, bool sawOther = false) =>
        Become(
            label.Value.Kind == LabelKind.Class ? EntryState.LabelClass : EntryState.LabelCorrectness,
            label.Time.Milliseconds,
            label.Addressee | (settled ? SettledMark : sawOther ? SawOtherMark : 0),
            label.Value.Key);

    /// <summary>Of a label: it has met a prediction that it addresses; what else it saw says nothing any more.</summary>
    public void Settle() => Become(State, Time, Addressee | SettledMark, Payload);

    /// <summary>Of a label: it has seen a prediction that it does not address.</summary>
    public void SeeOther() => Become(State, Time, Addressee | SawOtherMark, Payload);
}
