using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Json;
using Spectre.Console;

namespace DriftWatch.Replay;

/// <summary>Two policies over the same rows, side by side: which would have fired, when, and how near the other was.</summary>
/// <param name="First">What the first is called.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Second">What the other is called.</param>
/// <param name="Other">What came of that.</param>
internal sealed record PolicyComparison(string First, ReplayResult Result, string Second, ReplayResult Other)
{
    /// <summary>Series in the table; the document has all.</summary>
    private const int ShownSeries = 40;

    /// <summary>A table for people.</summary>
    public void Write(IAnsiConsole console)
    {
        var first = Result.Snapshot.Series.ToDictionary(one => one.Key);
        var other = Other.Snapshot.Series.ToDictionary(one => one.Key);
        var judged = first.Values.Concat(other.Values).Where(one => one.IsJudged).Select(one => one.Key).Distinct().ToList();
        console.WriteLine();
        console.Write(new Text($"Two policies: A is {First}, B is {Second}", new Style(decoration: Decoration.Bold)));
        console.WriteLine();
        var table = new FittingTable(
            ("series", Justify.Left, 9), ("A: episodes", Justify.Right, 8), ("B: episodes", Justify.Right, 8), ("A: first", Justify.Left, 7), ("B: first", Justify.Left, 7),
            ("A: ln E / alarm at", Justify.Right, 6), ("B: ln E / alarm at", Justify.Right, 6), ("A: requests", Justify.Right, 5), ("B: requests", Justify.Right, 5));
        foreach (var series in judged.OrderByDescending(series => series.IsWhole).ThenByDescending(series => Labeled(first, series)).ThenBy(series => series, SeriesOrder.Instance).Take(ShownSeries))
        {
            var (ofFirst, ofOther) = (Episodes(Result, series), Episodes(Other, series));
            table.Add(
                ReplayReport.Name(series), Number(ofFirst.Count), Number(ofOther.Count), Fired(ofFirst), Fired(ofOther), Evidence(first.GetValueOrDefault(series)), Evidence(other.GetValueOrDefault(series)),
                Number(Requests(Result, series)), Number(Requests(Other, series)));
        }

        table.WriteTo(console);
        if (judged.Count > ShownSeries) console.WriteLine($"{ShownSeries} of {judged.Count} series; --json has all.");
    }

    /// <summary>The member <c>comparePolicy</c>: what the second policy came to.</summary>
    public void WriteMember(Utf8JsonWriter json)
    {
        json.WriteStartObject("comparePolicy");
        json.WriteString("policy", Path.GetFileName(Second));
        json.WriteStartArray("series");
        foreach (var series in Other.Snapshot.Series.OrderBy(series => series.Key, SeriesOrder.Instance))
        {
            json.WriteStartObject();
            SnapshotJson.WriteSeries(json, series.Key);
            ReplayJson.WriteDrift(json, series, Other.Options.For(series.Key.Model));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        ReplayJson.WriteEpisodes(json, Other);
        ReplayJson.WriteEvents(json, Other);
        json.WriteEndObject();
    }

    private static long Labeled(Dictionary<SeriesKey, SeriesSnapshot> all, SeriesKey series) => all.GetValueOrDefault(series)?.Total.Labeled ?? 0;

    private static List<Episode> Episodes(ReplayResult result, SeriesKey series) => [.. result.Snapshot.Episodes.Where(episode => episode.Series == series && episode.Versions is null).OrderBy(episode => episode.Fired)];

    private static int Requests(ReplayResult result, SeriesKey series) => result.Requests.Count(request => request.Series == series && request.Kind == RequestKind.Requested);

    private static string Fired(List<Episode> episodes) => episodes.Count > 0 ? episodes[0].Fired.ToString() : "–";

    private static string Evidence(SeriesSnapshot? series) => $"{ReplayDriftReport.Number(series?.Detector?.LogEvidence ?? series?.Detector?.Statistic)} / {ReplayDriftReport.Number(series?.Detector?.LogThreshold ?? series?.Detector?.Limit)}";

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
