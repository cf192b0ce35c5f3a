namespace DriftWatch.Replay;

/// <summary>What a replay does, one after the other.</summary>
internal enum ReplayStage
{
    /// <summary>Predictions and labels are read, each by a thread, and the predictions are put in order.</summary>
    Read,

    /// <summary>Labels are put in order, and the slowest is found.</summary>
    Order,

    /// <summary>All is joined, counted and judged.</summary>
    Play,

    /// <summary>The picture of all windows, with the exact AUROC of each.</summary>
    Report,
}
