using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>The message that brings an outcome.</summary>
/// <param name="Id">The id of the predictions that it addresses.</param>
/// <param name="Time">When the outcome came about.</param>
/// <param name="Value">What came true.</param>
/// <param name="Addressee">Whose predictions it addresses, among the <see cref="Series.Addressees"/>; 0: everyone's.</param>
/// <param name="Weight">With what probability it was asked for, as far as the record says.</param>
/// <param name="Source">Who says so, among the <see cref="SourceNames"/>.</param>
public readonly record struct Label(PredictionId Id, EventTime Time, LabelValue Value, int Addressee = Addressees.Everyone, SamplingWeight Weight = default, int Source = SourceNames.Unstated);

/// <summary>What a label says: a class by name, or directly whether the prediction was right.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Key">For <see cref="LabelKind.Class"/> the <see cref="ClassKey"/> of the class; otherwise 1 for right, 0 for wrong.</param>
public readonly record struct LabelValue(LabelKind Kind, ulong Key)
{
    public static readonly LabelValue Correct = new(LabelKind.Correctness, 1);
    public static readonly LabelValue Wrong = new(LabelKind.Correctness, 0);

    public static LabelValue Class(string name) => new(LabelKind.Class, ClassText.KeyOf(name));
}

public enum LabelKind : byte
{
    /// <summary>The class that came true (<c>"label": "cat"</c>, <c>1</c>, <c>true</c>).</summary>
    Class,

    /// <summary>Whether the prediction was right (<c>"correct": true</c>).</summary>
    Correctness,
}
