using System.Text.Json;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Chaos;

/// <summary>The windows of the JSON API, or of a replay, held against those of the oracle.</summary>
internal sealed class WindowPage(Oracle oracle, string whose)
{
    private readonly HashSet<WindowKey> _seen = [];

    public long Pairs { get; private set; }

    public long Lost { get; private set; }

    public long Doubled { get; private set; }

    public long Differ { get; private set; }

    /// <summary>The first differences, in words.</summary>
    public List<string> Examples { get; } = [];

    /// <summary>All windows that an instance shows.</summary>
    public static async Task<WindowPage> Of(Instance instance, Oracle oracle, string whose)
    {
        using var http = new HttpClient();
        var page = new WindowPage(oracle, whose);
        foreach (string model in oracle.Windows.Keys.Select(w => w.Model).Distinct())
        {
            foreach (string width in new[] { "1s", "10s" })
            {
                using var series = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{instance.Address}/api/v1/series?model={model}&slice=*&window={width}")));
                page.Take(series.RootElement.GetProperty("series"));
            }
        }

        page.End();
        return page;
    }

    public void Count(Tally tally)
    {
        tally.Pairs += Pairs;
        tally.Lost += Lost;
        tally.Doubled += Doubled;
        tally.WindowsThatDiffer += Differ;
        foreach (string example in Examples) Program.Say(example);
    }

    /// <summary>Takes an array of series as <c>/api/v1/series</c> and <c>driftwatch replay --json</c> write it.</summary>
    public void Take(JsonElement series)
    {
        foreach (var one in series.EnumerateArray())
        {
            string slice = one.GetProperty("slice") is { ValueKind: JsonValueKind.Object } named ? string.Join(',', named.EnumerateObject().Select(s => $"{s.Name}={s.Value.GetString()}")) : "";
            string model = one.GetProperty("model").GetString()!, version = one.GetProperty("version").GetString()!;
            foreach (var window in one.GetProperty("windows").EnumerateArray())
            {
                long start = Milliseconds(window, "start");
                Compare(new WindowKey(model, version, slice, (Milliseconds(window, "end") - start) / 1000, start), window);
            }
        }
    }

    /// <summary>Counts what never came.</summary>
    public void End()
    {
        foreach (var (key, sketch) in oracle.Windows.Where(w => !_seen.Contains(w.Key))) Differs(key, $"is missing, with {sketch.Predictions} predictions", sketch.Predictions, 0);
    }

    private void Compare(WindowKey key, JsonElement window)
    {
        long predictions = window.GetProperty("predictions").GetInt64(), labeled = window.GetProperty("n").GetInt64();
        if (!oracle.Windows.TryGetValue(key, out var expected))
        {
            if (predictions > 0) Differs(key, $"has {predictions} predictions and should not be", 0, predictions);
            return;
        }

        if (!_seen.Add(key)) Differs(key, "is there twice", 0, labeled);
        // Each pair once: in the narrow windows of the whole traffic.
        if (key is { Slice: "", WidthSeconds: 1 }) Pairs += labeled;
        if (predictions != expected.Predictions) Differs(key, $"predictions {predictions}, should be {expected.Predictions}", expected.Predictions, predictions);
        else if (labeled != expected.Labeled) Differs(key, $"pairs {labeled}, should be {expected.Labeled}", expected.Labeled, labeled);
        else if (Difference(window, expected) is { } what) Differs(key, what, 0, 0);
    }

    private static string? Difference(JsonElement window, CalibrationSketch expected)
    {
        if (window.GetProperty("positives").GetInt64() != expected.Positives) return $"positives {window.GetProperty("positives")}, should be {expected.Positives}";
        if (!Same(window, expected.SumConfidence)) return $"sumProbability {window.GetProperty("sumProbability")}, should be {expected.SumConfidence:R}";
        var bins = window.GetProperty("bins");
        var cells = new SketchCell[bins.GetArrayLength()];
        expected.Coarsen(cells);
        for (int i = 0; i < cells.Length; i++)
        {
            var bin = bins[i];
            if (bin.GetProperty("n").GetInt64() != cells[i].Labeled || bin.GetProperty("positives").GetInt64() != cells[i].Positives || !Same(bin, (double)cells[i].SumConfidence / (1UL << 63))) return $"bin {i} is {bin}, should be {cells[i]}";
        }

        return null;
    }

    /// <summary>To the last bit: what is printed is the shortest text that reads back as the same number.</summary>
    private static bool Same(JsonElement holder, double expected) =>
        BitConverter.DoubleToInt64Bits(holder.GetProperty("sumProbability").GetDouble()) == BitConverter.DoubleToInt64Bits(expected);

    private void Differs(WindowKey key, string what, long expected, long found)
    {
        Differ++;
        if (key is { Slice: "", WidthSeconds: 1 })
        {
            Lost += Math.Max(0, expected - found);
            Doubled += Math.Max(0, found - expected);
        }

        if (Examples.Count < 20) Examples.Add($"{whose}: {key.Model} {key.Version} {key.Slice} {key.WidthSeconds} s from {DateTimeOffset.FromUnixTimeMilliseconds(key.Start):HH:mm:ss}: {what}");
    }

    private static long Milliseconds(JsonElement window, string name) => window.GetProperty(name).GetDateTimeOffset().ToUnixTimeMilliseconds();
}
