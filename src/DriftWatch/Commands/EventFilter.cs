namespace DriftWatch.Commands;

/// <summary>Which events are shown.</summary>
/// <param name="Model">Of which model; null: of all.</param>
/// <param name="Episode">Of which episode; null: of all.</param>
/// <param name="Types">Of which types, in short or in full; none: of all.</param>
internal sealed record EventFilter(string? Model, string? Episode, IReadOnlyList<string> Types)
{
    /// <summary>As it was asked for, to follow a name; empty: all are shown.</summary>
    public override string ToString() => string.Concat(Model is null ? "" : $" --model {Model}", Episode is null ? "" : $" --episode {Episode}", string.Concat(Types.Select(type => $" --type {type}")));

    public bool Admits(EventLine line) =>
        (Model is null || line.Model == Model) && (Episode is null || line.Episode == Episode) && (Types.Count == 0 || Types.Contains(line.ShortType) || Types.Contains(line.Type));
}
