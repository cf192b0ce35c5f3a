using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>What detectors kept of dependence before shocks were reckoned with (decision 46): passed over, as it lacks what a shock is told from.</summary>
/// <remarks>Blocks and their scales are gathered anew; evidence, episodes and data go on.</remarks>
internal static class FormerDependence
{
    private const int Scales = 5;
    private const int StretchesKept = 60;
    private const int BlocksKept = 128;
    private const int NumbersOfSums = 3 + (2 * 7);
    private const int Lengths = 4;
    private const int OptionalNumbers = 4; // the middle of the claims, two scales, the autocorrelation

    /// <summary>Variances over stretches from a pane to a week.</summary>
    public static void SkipScales(StateExchange state)
    {
        for (int i = 0; i < Scales; i++)
        {
            long total = state.KeptWithin(0, 0, long.MaxValue, "a number of stretches");
            state.Exchange(new float[Math.Min(total, StretchesKept)]);
            state.Kept((EventTime?)null);
            Skip(state, 2);
            state.Kept(TimeSpan.Zero);
        }

        state.Kept((double?)null);
        state.Kept(false);
    }

    /// <summary>Blocks of one to eight days.</summary>
    public static void SkipBlocks(StateExchange state)
    {
        long past = state.KeptWithin(0, 0, BlocksKept, "base blocks of the past");
        for (long i = 0; i < past; i++)
        {
            state.Kept(default(EventTime));
            Skip(state, 4);
        }

        for (int i = 0; i < 2; i++)
        {
            state.Kept(0L);
            Skip(state, NumbersOfSums);
        }

        state.Kept((EventTime?)null);
        state.Kept((EventTime?)null);
        state.KeptWithin(0, 0, Lengths - 1, "a length of blocks");
        for (int i = 0; i < OptionalNumbers; i++) state.Kept((double?)null);
    }

    private static void Skip(StateExchange state, int numbers)
    {
        for (int i = 0; i < numbers; i++) state.Kept(0.0);
    }
}
