using DriftWatch.Core.State;

namespace DriftWatch.Core.Series;

/// <summary>What a calibration is kept for: a model, its version, and all of its traffic or one slice of it.</summary>
/// <param name="Model">Model name.</param>
/// <param name="Version">Model version; empty if the records name none.</param>
/// <param name="Slice">The slice; null: all traffic.</param>
/// <param name="View">Which question its confidences answer.</param>
/// <param name="Class">The class that the question is about, for <see cref="View.PredictedClass"/> and <see cref="View.OneClass"/>; null otherwise.</param>
public sealed record SeriesKey(string Model, string Version, Slice? Slice, View View, string? Class = null)
{
    /// <summary>Whether it is a model version itself: all of its traffic, each prediction once. Every other series is a part or another look.</summary>
    public bool IsWhole => Slice is null && View.IsMain();

    /// <summary>The name of the view in JSON: <c>binary</c>, <c>top-label</c>, <c>folded</c>, <c>predicted:cat</c>, <c>class:cat</c>.</summary>
    public string ViewName => Class is null ? View.Name() : $"{View.Name()}:{Class}";

    public override string ToString()
    {
        string name = Slice is null ? $"{Model}/{Version}" : $"{Model}/{Version}/{Slice}";
        return View.IsMain() ? name : $"{name} ({ViewName})";
    }

    internal static SeriesKey Exchange(StateExchange state, SeriesKey? key) => new(
        state.KeptText(key?.Model), state.KeptText(key?.Version), state.Kept(key?.Slice, Slice.Exchange), state.Kept(key?.View ?? default), state.Kept(key?.Class));
}
