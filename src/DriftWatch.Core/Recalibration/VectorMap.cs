using System.Collections.Immutable;

namespace DriftWatch.Core.Recalibration;

/// <summary>Softmax of slope × ln p + intercept, class by class: temperature where all slopes are one and all intercepts 0, vector scaling otherwise (Guo et al. 2017).</summary>
public sealed class VectorMap : CalibrationMap
{
    /// <summary>Probabilities below it are taken as it.</summary>
    public const double Clip = 1.0 / (1L << 52);

    /// <exception cref="ArgumentException">Fewer than two classes, or not as many intercepts as slopes.</exception>
    public VectorMap(MapMethod method, ImmutableArray<double> slopes, ImmutableArray<double> intercepts)
        : base(method)
    {
        if (slopes.Length < 2 || slopes.Length != intercepts.Length) throw new ArgumentException($"{slopes.Length} slopes and {intercepts.Length} intercepts do not make a map.");
        (Slopes, Intercepts) = (slopes, intercepts);
        KeepsOrder = slopes[0] > 0 && slopes.All(slope => slope == slopes[0]) && intercepts.All(each => each == intercepts[0]);
    }

    public ImmutableArray<double> Slopes { get; }

    public ImmutableArray<double> Intercepts { get; }

    public override int Classes => Slopes.Length;

    public override bool KeepsOrder { get; }

    /// <summary>Of a binary model's claim for the positive class, which is the second.</summary>
    public override double Apply(double claim)
    {
        Span<double> mapped = stackalloc double[2];
        Apply([1 - claim, claim], mapped);
        return mapped[1];
    }

    public override void Apply(ReadOnlySpan<double> claims, Span<double> into)
    {
        if (claims.Length != Classes) throw new ArgumentException($"The map has {Classes} classes, the vector {claims.Length}.", nameof(claims));
        double largest = double.NegativeInfinity;
        for (int i = 0; i < claims.Length; i++)
        {
            into[i] = (Slopes[i] * Math.Log(Math.Clamp(claims[i], Clip, 1))) + Intercepts[i];
            largest = Math.Max(largest, into[i]);
        }

        double sum = 0;
        for (int i = 0; i < claims.Length; i++) sum += into[i] = Math.Exp(into[i] - largest);
        for (int i = 0; i < claims.Length; i++) into[i] /= sum;
    }
}
