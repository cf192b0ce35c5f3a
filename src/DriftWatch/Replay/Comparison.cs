using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Replay;

/// <summary>What other libraries would print of the labeled predictions of a replay, per series: in total and per window, computed when it is written.</summary>
internal sealed class Comparison(SeriesPairs pairs, IReadOnlyList<string> libraries)
{
    /// <summary>The numbers of one window; null if it holds other pairs than were seen here: outcomes were taken back or assumed.</summary>
    public IReadOnlyList<ReferenceNumber>? Of(SeriesKey series, WindowSnapshot window)
    {
        pairs.Load(series);
        int from = pairs.PlaceOf(window.Start), to = pairs.PlaceOf(window.End);
        return Of(series, window, pairs.Confidences[from..to], pairs.Outcomes[from..to]);
    }

    /// <summary>The numbers of everything.</summary>
    public IReadOnlyList<ReferenceNumber>? OfTotal(SeriesKey series, WindowSnapshot total)
    {
        pairs.Load(series);
        return Of(series, total, pairs.Confidences, pairs.Outcomes);
    }

    private IReadOnlyList<ReferenceNumber>? Of(SeriesKey series, WindowSnapshot window, double[] confidences, bool[] outcomes) =>
        SeriesPairs.AreThoseOf(window, outcomes) ? [.. libraries.SelectMany(library => ReferenceLibraries.Numbers(library, series.View, confidences, outcomes))] : null;
}
