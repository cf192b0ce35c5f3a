using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;
using Microsoft.AspNetCore.Http;

namespace DriftWatch.Web.Page;

/// <summary>Which series the table of models lists, and in which order. Read from the query string, so that a link shows the same to others.</summary>
/// <param name="Find">Words of which each must stand in model, version, slice or state; in the query <c>find</c>.</param>
/// <param name="State">Only series in this state; null: all. In the query <c>state</c>, by the name that metrics and API use.</param>
/// <param name="Slices">Whether slices are listed besides whole traffic; in the query <c>slices=1</c>.</param>
/// <param name="Order">By which column; in the query <c>sort</c>.</param>
/// <param name="Reversed">Whether the order is turned round; in the query <c>sort=-…</c>.</param>
internal sealed record FleetFilter(string Find, CalibrationState? State, bool Slices, FleetOrder Order, bool Reversed)
{
    private const int LongestFind = 200;

    public static readonly FleetFilter None = new("", null, false, FleetOrder.State, false);

    private readonly string[] _words = Find.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static FleetFilter Read(IQueryCollection query)
    {
        string find = query["find"].ToString().Trim(), sort = query["sort"].ToString(), state = query["state"].ToString();
        bool reversed = sort.StartsWith('-');
        CalibrationState? wanted = null;
        foreach (var one in Enum.GetValues<CalibrationState>())
        {
            if (one.Name() == state) wanted = one;
        }

        return new(find.Length > LongestFind ? find[..LongestFind] : find, wanted, query["slices"] == "1", Enum.TryParse(sort.TrimStart('-'), ignoreCase: true, out FleetOrder order) && Enum.IsDefined(order) ? order : FleetOrder.State, reversed);
    }

    /// <summary>Whether anything is left out.</summary>
    public bool Narrows => _words.Length > 0 || State is not null;

    /// <summary>Whether the series is listed. A word that a slice has lists the slice, asked for or not.</summary>
    public bool Lists(SeriesSnapshot series)
    {
        if (!series.Key.View.IsMain() || (State is { } state && CalibrationStates.Of(series) != state)) return false;
        if (series.Key.Slice is null) return _words.All(word => Has(series, word));
        return (Slices || _words.Any(word => Contains(series.Key.Slice.ToString(), word))) && _words.All(word => Has(series, word));
    }

    /// <summary>Whether a model over all its versions is listed.</summary>
    public bool Lists(string model, AcrossVersionsSnapshot across) =>
        (State is null || CalibrationStates.Of(across) == State) && _words.All(word => Contains(model, word) || Contains("all versions", word) || Contains(CalibrationStates.Of(across).Name(), word));

    /// <summary>The parts of the query string that say this.</summary>
    public IEnumerable<string> Query()
    {
        if (Find.Length > 0) yield return "find=" + Uri.EscapeDataString(Find);
        if (State is { } state) yield return "state=" + state.Name();
        if (Slices) yield return "slices=1";
        if (Order != FleetOrder.State || Reversed) yield return $"sort={(Reversed ? "-" : "")}{Order.ToString().ToLowerInvariant()}";
    }

    /// <summary>The series in order: what is worst, largest or newest first; names from A on.</summary>
    public IEnumerable<SeriesSnapshot> Sorted(IEnumerable<SeriesSnapshot> series, Func<SeriesSnapshot, WindowSnapshot?> window)
    {
        var worstFirst = series.OrderByDescending(CalibrationStates.Of).ThenBy(s => s.Key.Model, StringComparer.Ordinal).ThenBy(s => s.Key.Slice is not null).ThenByDescending(s => s.LastPrediction ?? default);
        var sorted = Order switch
        {
            FleetOrder.State => worstFirst,
            FleetOrder.Model => worstFirst.OrderBy(s => s.Key.Model, StringComparer.Ordinal).ThenBy(s => s.Key.Version, StringComparer.Ordinal).ThenBy(s => s.Key.Slice?.ToString(), StringComparer.Ordinal),
            FleetOrder.Ece => worstFirst.OrderByDescending(s => window(s)?.Metrics.Ece ?? -1),
            FleetOrder.Evidence => worstFirst.OrderByDescending(s => s.Detector is { LogEvidence: { } evidence, LogThreshold: { } needed } ? evidence - needed : double.NegativeInfinity),
            FleetOrder.Gap => worstFirst.OrderByDescending(s => Math.Abs(window(s)?.Metrics.Gap ?? 0)),
            FleetOrder.Labeled => worstFirst.OrderByDescending(s => window(s)?.Labeled ?? -1),
            FleetOrder.Coverage => worstFirst.OrderByDescending(s => window(s)?.Metrics.Coverage ?? -1),
            FleetOrder.Newest => worstFirst.OrderByDescending(s => s.LastMatch ?? default),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return Reversed ? sorted.Reverse() : sorted;
    }

    private static bool Has(SeriesSnapshot series, string word) =>
        Contains(series.Key.Model, word) || Contains(series.Key.Version, word) || Contains(series.Key.Slice?.ToString(), word) || Contains(Show.State(CalibrationStates.Of(series), series.Detector?.WaitsFor), word);

    private static bool Contains(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>A column that the table of models may be in the order of.</summary>
internal enum FleetOrder
{
    State,
    Model,
    Ece,
    Evidence,
    Gap,
    Labeled,
    Coverage,
    Newest,
}
