using DriftWatch.Core.Calibration;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>How the event time of a series is cut, and for how long it is held.</summary>
public sealed record WindowOptions
{
    /// <summary>The smallest stretch of event time that is kept and judged.</summary>
    public TimeSpan Pane { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A moment at which panes and windows start.</summary>
    public EventTime Origin { get; init; }

    /// <summary>Age at which a pane's labels count as in, and it is judged.</summary>
    public required TimeSpan Maturity { get; init; }

    /// <summary>Age from which no record reaches a pane any more.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>Widths of the tumbling windows that are shown; each a multiple of <see cref="Pane"/>.</summary>
    public IReadOnlyList<TimeSpan> Windows { get; init; } = [];

    /// <summary>How many sealed windows of each width are kept.</summary>
    public int WindowHistory { get; init; } = 168;

    /// <summary>Most panes held: what the retention needs and what records ahead of time make. Past it, records for new panes are refused and counted.</summary>
    public int MaxPanes { get; init; } = 50_000;

    /// <summary>Equal-width bins of the exported counters: a divisor of 60, at most 20.</summary>
    public int ExportedBins { get; init; } = 10;

    /// <summary>How sketches cut confidences.</summary>
    public Grid Grid { get; init; } = Grid.Default;
}
