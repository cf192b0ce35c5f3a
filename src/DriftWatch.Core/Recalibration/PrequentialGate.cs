using MathNet.Numerics.Distributions;
using static System.FormattableString;

namespace DriftWatch.Core.Recalibration;

/// <summary>Would the map of the past have helped the next block? What shocks that pass do not survive.</summary>
/// <param name="Gains">Block by block from the second on: the mean gain of the map fitted to the blocks before, within ± 0.1 nats; 0 where none could be fitted.</param>
/// <param name="LowerBound">Of the mean gain, one-sided at 95 %, with Student's law and neighboring blocks that resemble each other; null with fewer than five blocks.</param>
/// <param name="Evidence">The most that bets on a gain have won: past 20 there is at most one chance in 20 that there is none (Ville's inequality).</param>
public sealed record PrequentialGate(IReadOnlyList<double> Gains, double? LowerBound, double Evidence)
{
    public const int LeastBlocks = 5;

    public const double EnoughEvidence = 20;

    private const double MostGain = 0.1;

    private static readonly double[] Stakes = [0.1, 0.25, 0.5, 0.75];

    public bool Passed => LowerBound > 0 || Evidence >= EnoughEvidence;

    internal static PrequentialGate Of(IBlocks blocks, MapMethod method, int blocksOfFit)
    {
        List<double> gains = [];
        for (int block = 1; block < blocks.Count; block++)
        {
            double gain = 0;
            if (blocks.Fit(method, Math.Max(0, block - blocksOfFit), block).Map is { } map)
            {
                var (sum, weight) = blocks.Gain(map, block);
                gain = Math.Clamp(sum / weight, -MostGain, MostGain);
            }

            gains.Add(gain);
        }

        return Of(gains);
    }

    internal static PrequentialGate Of(List<double> gains) => new(gains, gains.Count < LeastBlocks ? null : Lower(gains), Bet(gains));

    /// <summary>Why it is asked.</summary>
    internal static string Asks(double overdispersion) => Invariant($"outcomes share causes (φ = {overdispersion:0.#}), so a map has to help the next block too: ");

    /// <summary>That it cannot be answered yet.</summary>
    internal static string Lacks(int blocks, double overdispersion) => Asks(overdispersion) + $"{LeastBlocks + 1} blocks are needed to see that, there are {blocks}";

    private static double Lower(List<double> gains)
    {
        int count = gains.Count;
        double mean = gains.Average(), squares = gains.Sum(gain => (gain - mean) * (gain - mean)), neighbors = 0;
        if (squares == 0) return mean;
        for (int i = 1; i < count; i++) neighbors += (gains[i] - mean) * (gains[i - 1] - mean);
        // A mean of blocks that resemble their neighbors is known less well than their number says.
        double memory = Math.Clamp(neighbors / squares, 0, 0.85);
        double error = Math.Sqrt(squares / (count - 1) / count * (1 + memory) / (1 - memory));
        return mean - (StudentT.InvCDF(0, 1, count - 1, 0.95) * error);
    }

    private static double Bet(List<double> gains)
    {
        double[] won = [.. Stakes.Select(_ => 1.0)];
        double most = 1;
        foreach (double gain in gains)
        {
            for (int i = 0; i < won.Length; i++) won[i] *= 1 + (Stakes[i] * gain / MostGain);
            most = Math.Max(most, won.Average());
        }

        return most;
    }
}
