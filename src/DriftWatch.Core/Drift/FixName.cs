using DriftWatch.Core.State;
using static System.FormattableString;

namespace DriftWatch.Core.Drift;

/// <summary>What an answer says is in use: a calibration map, another version of the model, or both.</summary>
/// <param name="Map">Checksum of the map; null: none is named.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Method">How it maps.</param>
/// <param name="ModelVersion">The version of the model that has come; null: none is named.</param>
public sealed record FixName(string? Map, int? Revision, string? Method, string? ModelVersion)
{
    private const int ShownOfChecksum = 12;

    /// <summary>For people: <c>map 3 (platt, 3f9a…)</c>, <c>version 8</c>.</summary>
    public override string ToString() => string.Join(" and ", Parts());

    internal static FixName Exchange(StateExchange state, FixName? fix) => new(state.Kept(fix?.Map), state.Kept(fix?.Revision), state.Kept(fix?.Method), state.Kept(fix?.ModelVersion));

    private IEnumerable<string> Parts()
    {
        string[] details = [.. new[] { Method, Map is { Length: > ShownOfChecksum } checksum ? checksum[..ShownOfChecksum] + "…" : Map }.OfType<string>()];
        if (Revision is not null || details.Length > 0) yield return Invariant($"map{(Revision is { } revision ? $" {revision}" : "")}{(details.Length > 0 ? $" ({string.Join(", ", details)})" : "")}");
        if (ModelVersion is { } version) yield return Invariant($"version {version}");
    }
}
