namespace DriftWatch.Core.Recalibration;

/// <summary>When a map is worth a change: what the gate asks for.</summary>
public sealed record RecalibrationTerms
{
    /// <summary>Labeled predictions that a fit takes. The default is 1000: with fewer, half of the slope that is found is chance.</summary>
    public int MinLabeled { get; init; } = 1000;

    /// <summary>Labeled predictions of the rarer outcome. The default is 50.</summary>
    public int MinRarer { get; init; } = 50;

    /// <summary>The least gain worth a change, in nats a prediction. The default is 1e-4.</summary>
    public double MinGain { get; init; } = 1e-4;

    /// <summary>Normal quantile of the gain's lower bound. The default is 2.33: one chance in a hundred.</summary>
    public double GainQuantile { get; init; } = 2.33;

    /// <summary>By how much a map that is not strictly increasing may lower the AUROC. The default is 0.002.</summary>
    public double MaxAurocDrop { get; init; } = 0.002;

    /// <summary>The largest change of a claim that needs no evidence of its own. The default is 0.3.</summary>
    public double MaxChange { get; init; } = 0.3;

    /// <summary>An ECE that is good enough to keep the present map. The default is 0.01.</summary>
    public double GoodEnough { get; init; } = 0.01;

    /// <summary>Overdispersion that is known of the stream; the larger of this and what blocks show counts. The default is 1.</summary>
    public double Overdispersion { get; init; } = 1;

    /// <summary>From this overdispersion on a map has to help the next block, too, before it is accepted. The default is 1.5.</summary>
    public double DependentFrom { get; init; } = 1.5;

    /// <summary>Blocks that a map of the past is fitted to. The default is 14: two weeks of days.</summary>
    public int BlocksOfFit { get; init; } = 14;

    /// <summary>AUROC of the time when the model was good; null if it is not known.</summary>
    public double? ReferenceAuroc { get; init; }
}
