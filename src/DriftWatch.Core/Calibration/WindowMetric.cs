namespace DriftWatch.Core.Calibration;

/// <summary>A calibration metric: one number of each window of each series.</summary>
public sealed record WindowMetric(string Name, string Title, string Meaning, WindowMetric.Formula Of) : Metric(Name, Title, Meaning)
{
    /// <summary>Null, never NaN or 0, where there is nothing to measure.</summary>
    public delegate double? Formula(in ReportInput input);

    /// <summary>Whether slices and further views have the gauge too, in families of their own.</summary>
    public bool OfParts { get; init; }

    /// <summary>Whether the gauge stands also below the least number of labeled predictions.</summary>
    public bool OfFew { get; init; }

    /// <summary>Importance of its column in the report of a replay: where the terminal is too narrow, the lowest goes first; null: no column.</summary>
    public int? Column { get; init; }

    /// <summary>Its place in a <see cref="CalibrationReport"/>.</summary>
    internal int Place { get; init; }
}
