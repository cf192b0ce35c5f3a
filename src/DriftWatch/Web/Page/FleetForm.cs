using DriftWatch.Core.Monitoring;
using DriftWatch.Json;

namespace DriftWatch.Web.Page;

/// <summary>The search over the table of models: a form that works by itself, and as one types where the script runs.</summary>
internal static class FleetForm
{
    /// <param name="html">Where to.</param>
    /// <param name="view">What is shown.</param>
    /// <param name="listed">How many series match.</param>
    public static void Write(HtmlWriter html, PageView view, int listed)
    {
        var (selection, fleet) = (view.Selection, view.Selection.Fleet);
        html.Add($"""<form class="find" method="get" action="" role="search" aria-label="Models and slices" data-live-form><label><span class="said">Search</span><input type="search" name="find" value="{fleet.Find}" maxlength="200" placeholder="model, version or slice" autocomplete="off" spellcheck="false"></label>""");
        html.Add($"""<label><span class="said">State</span><select name="state"><option value="">any state</option>""");
        foreach (var state in Enum.GetValues<CalibrationState>().Reverse()) html.Add($"""<option value="{state.Name()}"{(fleet.State == state ? Chosen : Markup.Empty)}>{Show.State(state)}</option>""");
        html.Add($"""</select></label><label class="check"><input type="checkbox" name="slices" value="1"{(fleet.Slices ? Checked : Markup.Empty)}>slices too</label>""");
        // What else the address says stays as it is where no script runs.
        if (selection.Series is { } series)
        {
            Kept(html, "model", series.Key.Model);
            Kept(html, "version", series.Key.Version);
            Kept(html, "slice", series.Key.Slice?.ToString() ?? "");
        }

        html.Add($"""<button type="submit">Find</button><output aria-live="polite">{Show.Count(listed)} of {Show.Count(Of(view))} {(fleet.Slices || fleet.Find.Length > 0 ? "models and slices" : "model versions")}</output></form>""");
    }

    private static int Of(PageView view)
    {
        var all = FleetFilter.None with { Slices = view.Selection.Fleet.Slices || view.Selection.Fleet.Find.Length > 0 };
        return view.Snapshot.Monitor.Series.Count(all.Lists);
    }

    private static void Kept(HtmlWriter html, string name, string value)
    {
        if (value.Length > 0) html.Add($"""<input type="hidden" name="{name}" value="{value}">""");
    }

    private static readonly Markup Chosen = new(" selected"), Checked = new(" checked");
}
