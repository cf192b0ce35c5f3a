using System.Diagnostics;

namespace DriftWatch.Core.Series;

/// <summary>Which question the confidences of a series answer.</summary>
/// <remarks>Each record is counted in one main view, <see cref="Binary"/> or <see cref="TopLabel"/>; the others are further looks at the same predictions, kept where they are asked for.</remarks>
public enum View : byte
{
    /// <summary>Confidence is P(positive); the outcome is whether the event came true.</summary>
    Binary,

    /// <summary>Confidence is P(top class); the outcome is whether the top class was right.</summary>
    TopLabel,

    /// <summary>A binary model's confidence in the side that it predicts, max(p, 1 − p); the outcome is whether that side came true.</summary>
    Folded,

    /// <summary>Top-label predictions of one class only: of those that said "cat", how many were?</summary>
    PredictedClass,

    /// <summary>One class against the rest, of every vector: confidence is P(cat), whatever was predicted; the outcome is whether it was a cat.</summary>
    OneClass,
}

public static class Views
{
    /// <summary>The confidence of the side that a binary model predicts; at ½ that is the positive one.</summary>
    public static double Fold(double confidence) => Math.Max(confidence, 1 - confidence);

    /// <summary>Whether a binary model predicts the positive side.</summary>
    public static bool ClaimsPositive(double confidence) => confidence >= 0.5;

    /// <summary>Whether the predicted side came true.</summary>
    public static bool Fold(double confidence, bool outcome) => ClaimsPositive(confidence) == outcome;

    /// <summary>Whether every record has such a view of its own.</summary>
    public static bool IsMain(this View view) => view is View.Binary or View.TopLabel;

    /// <summary>The view in which the same predictions are counted whether or not anybody asks for more.</summary>
    public static View Main(this View view) => view is View.Binary or View.Folded ? View.Binary : View.TopLabel;

    /// <summary>Whether the outcome itself says that the prediction was right; of the others a threshold of ½ decides.</summary>
    public static bool OutcomeIsRightness(this View view) => view is View.TopLabel or View.PredictedClass or View.Folded;

    /// <summary>The name used in JSON; of views of one class, what stands before the class (see <see cref="SeriesKey.ViewName"/>).</summary>
    public static string Name(this View view) => view switch
    {
        View.Binary => "binary",
        View.TopLabel => "top-label",
        View.Folded => "folded",
        View.PredictedClass => "predicted",
        View.OneClass => "class",
        _ => throw new UnreachableException(),
    };
}
