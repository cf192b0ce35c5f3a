using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift;

/// <summary>The versions that a finding of a model over all its versions rests on, by name.</summary>
public sealed record JudgedVersions(IReadOnlyList<string> Names)
{
    public bool Equals(JudgedVersions? other) => other is not null && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    public override int GetHashCode() => Names.Aggregate(Names.Count, HashCode.Combine);

    public override string ToString() => string.Join(", ", Names);

    internal static JudgedVersions Exchange(StateExchange state, JudgedVersions? versions)
    {
        List<string> names = [.. versions?.Names ?? []];
        state.Exchange(names, static (StateExchange each, ref string name) => each.ExchangeText(ref name));
        return new(names);
    }
}
