namespace DriftWatch.Core.Recalibration;

/// <summary>A fitted map from what a model claims to what may be expected.</summary>
/// <remarks>
/// Immutable. Defined for every claim in [0, 1] and every vector of them; gives a probability, never NaN. <see cref="Apply(double)"/> is what the map's ONNX form computes, operation by operation.
/// </remarks>
public abstract class CalibrationMap
{
    private protected CalibrationMap(MapMethod method) => Method = method;

    public MapMethod Method { get; }

    /// <summary>Whether larger claims always give larger probabilities; of vectors, whether classes keep their order. Then discrimination cannot change.</summary>
    public abstract bool KeepsOrder { get; }

    /// <summary>How many classes it maps at once; 2 for a map of one claim.</summary>
    public virtual int Classes => 2;

    /// <summary>What to expect where <paramref name="claim"/>, of the positive class, was made.</summary>
    public abstract double Apply(double claim);

    /// <summary>The same for a vector, classes in the order of the fit; a map of one claim takes (negative, positive).</summary>
    public virtual void Apply(ReadOnlySpan<double> claims, Span<double> into)
    {
        if (claims.Length != 2) throw new ArgumentException($"A map of one claim takes two classes, not {claims.Length}.", nameof(claims));
        into[1] = Apply(claims[1]);
        into[0] = 1 - into[1];
    }
}
