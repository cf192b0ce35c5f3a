using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Replay;

/// <summary>What came out of a replay: all that the JSON document and the report tell.</summary>
internal sealed record ReplayResult
{
    /// <summary>Rows of the predictions file, readable or not.</summary>
    public required long PredictionRows { get; init; }

    /// <summary>Rows of the labels file, readable or not.</summary>
    public required long LabelRows { get; init; }

    /// <summary>Rows that were not accepted, by reason; reasons that did not occur are absent.</summary>
    public required IReadOnlyList<(RejectReason Reason, long Rows)> Rejected { get; init; }

    /// <summary>The first unreadable rows, with file and line.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Why nothing was judged, in sentences with the fix; empty: something was. Silence without data is no praise.</summary>
    public IReadOnlyList<string> NothingJudged { get; init; } = [];

    /// <summary>What probably went wrong with the whole file, in sentences with the fix.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How long the slowest label took.</summary>
    public required TimeSpan LongestDelay { get; init; }

    public required MonitorOptions Options { get; init; }

    public required MonitorSnapshot Snapshot { get; init; }

    /// <summary>Decisions in order: what would have been published.</summary>
    public required IReadOnlyList<RecalibrationRequest> Requests { get; init; }

    /// <summary>The labeled predictions one by one; null if nobody asked, or there were more than replay holds.</summary>
    public SeriesPairs? Pairs { get; init; }

    /// <summary>Whether other libraries' numbers were asked for.</summary>
    public bool Compares { get; init; }

    /// <summary>Other libraries' numbers; null if nobody asked, or there were more pairs than replay holds.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>Whether exact tests and intervals were asked for.</summary>
    public bool AsksExact { get; init; }

    /// <summary>Them; null if nobody asked, or there were more pairs than replay holds.</summary>
    public ExactNumbers? Exact { get; init; }

    /// <summary>Labels whose prediction never came in time, those that still waited at the end of the file among them: nothing more will come.</summary>
    public long Orphaned => Snapshot.Join.Orphaned + Snapshot.Join.WaitingLabels;

    public long Late => Snapshot.Join.LatePredictions + Snapshot.Join.LateLabels;
}
