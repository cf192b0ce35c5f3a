namespace DriftWatch.Core.Recalibration;

/// <summary>How long the gain of a map would have lasted on past data: maps fitted at every past block, tried on the blocks after.</summary>
/// <param name="Blocks">Blocks after the fit over which the gain, averaged over all fits, stayed above zero.</param>
/// <param name="Looked">Blocks after the fit that at least <see cref="LeastFits"/> fits could be tried on: if <paramref name="Blocks"/> is as large, the gain lasted as long as anybody could see.</param>
/// <param name="Gains">The mean gain in nats by blocks since the fit, from the first after it on.</param>
public sealed record Lasting(int Blocks, int Looked, IReadOnlyList<double> Gains)
{
    public const int LeastFits = 3;

    private const int MostFits = 60;

    internal static Lasting Of(IBlocks blocks, MapMethod method, int blocksOfFit)
    {
        int first = Math.Min(blocksOfFit, Math.Max(1, blocks.Count / 2));
        var (sums, weights, fits) = (new double[blocks.Count], new double[blocks.Count], new int[blocks.Count]);
        int stride = Math.Max(1, (blocks.Count - first) / MostFits);
        for (int end = first; end < blocks.Count; end += stride)
        {
            if (blocks.Fit(method, Math.Max(0, end - blocksOfFit), end).Map is not { } map) continue;
            for (int block = end; block < blocks.Count; block++)
            {
                var (sum, weight) = blocks.Gain(map, block);
                sums[block - end] += sum;
                weights[block - end] += weight;
                fits[block - end]++;
            }
        }

        int looked = Array.FindIndex(fits, count => count < LeastFits);
        if (looked < 0) looked = fits.Length;
        double[] gains = [.. Enumerable.Range(0, looked).Select(age => sums[age] / weights[age])];
        int lasted = Array.FindIndex(gains, gain => !(gain > 0));
        return new(lasted < 0 ? looked : lasted, looked, gains);
    }
}
