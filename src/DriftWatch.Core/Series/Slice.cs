using DriftWatch.Core.State;

namespace DriftWatch.Core.Series;

/// <summary>A named part of a model's traffic: one dimension and one value of it.</summary>
public sealed record Slice(string Dimension, string Value)
{
    /// <summary>The value that stands for all those past the bound on slices.</summary>
    public const string Other = "__other__";

    public override string ToString() => $"{Dimension}={Value}";

    internal static Slice Exchange(StateExchange state, Slice? slice) => new(state.KeptText(slice?.Dimension), state.KeptText(slice?.Value));
}
