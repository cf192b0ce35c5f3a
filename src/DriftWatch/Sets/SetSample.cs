using DriftWatch.Core.Hashing;
using DriftWatch.Core.Input;

namespace DriftWatch.Sets;

/// <summary>Which predictions go into a set that would be too large: those whose id's hash is below a bound, each then standing for 1 ÷ <paramref name="Rate"/>.</summary>
/// <remarks>
/// Nothing but the id decides, so a prediction and its label are in it together, the same ones whenever it is drawn, and a smaller sample is part of a larger one. The hash is not the one of the folds: each fold is sampled alike.
/// </remarks>
/// <param name="Rate">The share of predictions that is taken, in (0, 1].</param>
internal readonly record struct SetSample(double Rate)
{
    /// <summary>Keeps what is drawn apart from every other use of the hash.</summary>
    private const ulong Salt = 0x73616D706C652031;

    /// <summary>Standard deviations of the number drawn that are left as room: more than the bound comes out once in 30 000 sets.</summary>
    private const double Room = 4;

    /// <summary>All of them.</summary>
    public static readonly SetSample All = new(1);

    /// <summary>So many that about <paramref name="most"/> pairs are left, and hardly ever more.</summary>
    /// <param name="expected">Pairs that there are.</param>
    /// <param name="most">Most of them that are wanted.</param>
    public static SetSample Of(long expected, int most) => expected <= most ? All : new((double)most / expected * (1 - (Room / Math.Sqrt(most))));

    public bool IsAll => Rate >= 1;

    public bool Keeps(PredictionId id)
    {
        ulong state = id.High ^ Salt;
        return SplitMix64.Unit(ref state) < Rate;
    }

    /// <summary>The least of so many that chance leaves: fewer are missing.</summary>
    public long Least(long count) => IsAll ? count : (long)Math.Max(1, (count * Rate) - (Room * Math.Sqrt(count * Rate * (1 - Rate))));
}
