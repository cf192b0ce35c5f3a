namespace DriftWatch.Core.Recalibration;

/// <summary>Labeled predictions block by block, in order of time: what maps of the past are tried on.</summary>
internal interface IBlocks
{
    int Count { get; }

    /// <summary>Fits the blocks from <paramref name="first"/> up to, and without, <paramref name="end"/>.</summary>
    Fitted Fit(MapMethod method, int first, int end);

    /// <summary>What a map saves on a block, in nats, and the weight that it is a sum over.</summary>
    (double Sum, double Weight) Gain(CalibrationMap map, int block);
}
