namespace DriftWatch.Core.Recalibration;

/// <summary>What came of a fit: a map, or why there is none.</summary>
/// <param name="Map">Null if there is none.</param>
/// <param name="Refusal">In words, to follow "no map: "; null if there is one.</param>
/// <param name="Errors">Standard errors of the parameters, in their order, where outcomes are independent; null where they are not known.</param>
public sealed record Fitted(CalibrationMap? Map, string? Refusal, IReadOnlyList<double>? Errors = null)
{
    internal static Fitted Refused(string why) => new(null, why);

    internal static Fitted Of(CalibrationMap map, IReadOnlyList<double>? errors = null) => new(map, null, errors);
}
