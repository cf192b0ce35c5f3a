namespace DriftWatch.Core.Drift;

/// <summary>The threshold rule with hysteresis: simple, without a stated false-alarm rate.</summary>
public sealed record ThresholdOptions
{
    /// <summary>Width of the tumbling windows that are judged; a multiple of the pane.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Raise when the lower end of the ECE's interval exceeds this.</summary>
    public double Raise { get; init; } = 0.05;

    /// <summary>Clear when the upper end of the interval is below this.</summary>
    public double Clear { get; init; } = 0.03;

    /// <summary>How many windows in a row it takes, to raise and to clear.</summary>
    public int Windows { get; init; } = 3;

    /// <summary>Labeled predictions that a window needs to be judged; smaller ones neither end nor start a run.</summary>
    public int MinLabeled { get; init; } = 500;
}
