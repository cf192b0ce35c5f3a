namespace DriftWatch.Series;

/// <summary>Which question the confidences of a series answer.</summary>
public enum View : byte
{
    /// <summary>Confidence is P(positive); the outcome is whether the event came true.</summary>
    Binary,

    /// <summary>Confidence is P(top class); the outcome is whether the top class was right.</summary>
    TopLabel,
}

/// <summary>A named part of a model's traffic: one dimension and one value of it.</summary>
public sealed record Slice(string Dimension, string Value)
{
    /// <summary>The value that stands for all those past the bound on slices.</summary>
    public const string Other = "__other__";

    public override string ToString() => $"{Dimension}={Value}";
}

/// <summary>What a calibration is kept for: a model, its version, and all of its traffic or one slice of it.</summary>
public sealed record SeriesKey(string Model, string Version, Slice? Slice, View View)
{
    public override string ToString() => Slice is null ? $"{Model}/{Version}" : $"{Model}/{Version}/{Slice}";
}

public static class Views
{
    /// <summary>The name used in JSON.</summary>
    public static string Name(this View view) => view == View.Binary ? "binary" : "top-label";
}
