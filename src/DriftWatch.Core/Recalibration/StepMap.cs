using System.Collections.Immutable;

namespace DriftWatch.Core.Recalibration;

/// <summary>One level a bin: histogram binning. Bins are closed on the left.</summary>
public sealed class StepMap : CalibrationMap
{
    /// <param name="edges">Inner edges, ascending.</param>
    /// <param name="values">One more: what to expect in each bin.</param>
    /// <exception cref="ArgumentException">Edges do not ascend, or the numbers do not fit.</exception>
    public StepMap(ImmutableArray<double> edges, ImmutableArray<double> values)
        : base(MapMethod.Histogram)
    {
        if (values.Length != edges.Length + 1) throw new ArgumentException($"{edges.Length} inner edges and {values.Length} values do not make a map.");
        for (int edge = 1; edge < edges.Length; edge++)
        {
            if (!(edges[edge] > edges[edge - 1])) throw new ArgumentException($"Edge {edge} at {edges[edge]:R} does not lie above {edges[edge - 1]:R}.");
        }

        (Edges, Values) = (edges, values);
    }

    public ImmutableArray<double> Edges { get; }

    public ImmutableArray<double> Values { get; }

    public override bool KeepsOrder => false;

    public override double Apply(double claim) => Values[KnotMap.CountUpTo(Edges, claim)];
}
