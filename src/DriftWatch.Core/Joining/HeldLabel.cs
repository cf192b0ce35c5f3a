using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>What the entry of a matched prediction knows of its label, in 8 bytes: when it was, and, where it stands for the label too, all of it.</summary>
/// <remarks>42 bits of time, then whether the label is held here, whether it says correctness, whom it addresses in relation to the prediction, and its class as a number of <see cref="LabelClasses"/>.</remarks>
internal readonly record struct HeldLabel(ulong Word)
{
    private const int HeldBit = 42, CorrectnessBit = 43, ScopeShift = 44, NumberShift = 46;
    private const ulong TimeMask = (1UL << HeldBit) - 1;

    public HeldLabel(EventTime time, bool correctness, LabelScope scope, int number)
        : this((ulong)time.Milliseconds | (1UL << HeldBit) | (correctness ? 1UL << CorrectnessBit : 0) | ((ulong)scope << ScopeShift) | ((ulong)number << NumberShift))
    {
    }

    /// <summary>The time of a label that is held elsewhere, or not at all.</summary>
    public static HeldLabel Elsewhere(EventTime time) => new((ulong)time.Milliseconds);

    public long Time => (long)(Word & TimeMask);

    /// <summary>Whether the entry stands for the label too.</summary>
    public bool IsHere => (Word >> HeldBit & 1) != 0;

    public bool IsCorrectness => (Word >> CorrectnessBit & 1) != 0;

    public LabelScope Scope => (LabelScope)(Word >> ScopeShift & 3);

    /// <summary>The class by its number; of correctness, 1 for right.</summary>
    public int Number => (int)(Word >> NumberShift);
}

/// <summary>Whom a label addresses, seen from a prediction that it addresses.</summary>
internal enum LabelScope : byte
{
    Everyone,
    ItsModel,
    ItsVersion,
}
