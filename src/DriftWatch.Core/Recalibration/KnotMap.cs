using System.Collections.Immutable;

namespace DriftWatch.Core.Recalibration;

/// <summary>Straight lines between knots, level beyond the first and the last: an isotonic map.</summary>
public sealed class KnotMap : CalibrationMap
{
    /// <param name="claims">Where the knots are, ascending.</param>
    /// <param name="values">What to expect there.</param>
    /// <exception cref="ArgumentException">There are no knots, or not as many values, or claims that do not ascend.</exception>
    public KnotMap(ImmutableArray<double> claims, ImmutableArray<double> values)
        : base(MapMethod.Isotonic)
    {
        if (claims.Length == 0 || claims.Length != values.Length) throw new ArgumentException($"{claims.Length} knots and {values.Length} values do not make a map.");
        for (int knot = 1; knot < claims.Length; knot++)
        {
            if (!(claims[knot] > claims[knot - 1])) throw new ArgumentException($"Knot {knot} at {claims[knot]:R} does not lie above {claims[knot - 1]:R}.");
            if (!(values[knot] >= values[knot - 1])) throw new ArgumentException($"Knot {knot} with {values[knot]:R} lies below {values[knot - 1]:R}.");
        }

        (Claims, Values) = (claims, values);
    }

    public ImmutableArray<double> Claims { get; }

    public ImmutableArray<double> Values { get; }

    /// <summary>How many levels it has: its effective number of parameters.</summary>
    public int Levels => 1 + Enumerable.Range(1, Values.Length - 1).Count(knot => Values[knot] > Values[knot - 1]);

    /// <summary>Not where it is level: claims that differed become one.</summary>
    public override bool KeepsOrder => false;

    public override double Apply(double claim)
    {
        int above = CountUpTo(Claims, claim);
        if (above == 0) return Values[0];
        if (above == Claims.Length) return Values[^1];
        double share = (claim - Claims[above - 1]) / (Claims[above] - Claims[above - 1]);
        return Values[above - 1] + (share * (Values[above] - Values[above - 1]));
    }

    /// <summary>How many of the ascending <paramref name="places"/> are at most <paramref name="claim"/>.</summary>
    internal static int CountUpTo(ImmutableArray<double> places, double claim)
    {
        int low = 0, high = places.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (places[middle] <= claim) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
