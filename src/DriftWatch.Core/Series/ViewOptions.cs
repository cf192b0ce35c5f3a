namespace DriftWatch.Core.Series;

/// <summary>Looks at a model's predictions besides the main one. None is kept unless it is asked for.</summary>
public enum ExtraView : byte
{
    /// <summary><see cref="View.Folded"/>, of binary models.</summary>
    Folded,

    /// <summary><see cref="View.PredictedClass"/>: one series for each class that is predicted.</summary>
    PerClass,

    /// <summary><see cref="View.OneClass"/>: one series for each class of the probability vectors.</summary>
    ClassWise,
}

/// <summary>Which extra views of a model are kept, and their bound.</summary>
public sealed record ViewOptions
{
    public IReadOnlyList<ExtraView> Kept { get; init; } = [];

    /// <summary>Classes of one model version with series of their own in each of the views by class, first come first served.</summary>
    /// <remarks>Predictions of further classes fold into <see cref="Slice.Other"/>; further classes of vectors are left out. Both are counted.</remarks>
    public int MaxClasses { get; init; } = 20;

    /// <summary>Whether the extra views are judged too. Each then has alarms of its own on predictions that another series judges already.</summary>
    public bool Watched { get; init; }

    public bool Keeps(ExtraView view) => Kept.Contains(view);
}
