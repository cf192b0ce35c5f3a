namespace DriftWatch.Commands;

/// <summary>Which events are shown.</summary>
/// <param name="Model">Of which model; null: of all.</param>
/// <param name="Episode">Of which episode; null: of all.</param>
/// <param name="Types">Of which types, in short or in full; none: of all.</param>
internal sealed record EventFilter(string? Model, string? Episode, IReadOnlyList<string> Types)
{
    public bool Admits(EventLine line) =>
        (Model is null || line.Model == Model) && (Episode is null || line.Episode == Episode) && (Types.Count == 0 || Types.Contains(line.ShortType) || Types.Contains(line.Type));
}
