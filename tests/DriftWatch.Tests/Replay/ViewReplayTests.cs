using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Replay;

/// <summary>Further views from files: CSV columns <c>probability.&lt;class&gt;</c> against a recomputation from the rows.</summary>
public sealed class ViewReplayTests : IDisposable
{
    private static readonly string[] Classes = ["cat", "dog", "bird"];
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Class_wise_series_and_their_mean_equal_a_recomputation_from_the_rows()
    {
        var rows = Rows(4000);
        var document = Replay(rows, ExtraView.ClassWise);

        for (int c = 0; c < Classes.Length; c++)
        {
            var series = View(document, $"class:{Classes[c]}");
            Assert.Equal(rows.Count, series.GetProperty("total").GetProperty("n").GetInt32());
            Assert.Equal(rows.Count(row => row.Truth == c), series.GetProperty("total").GetProperty("positives").GetInt32());
            Assert.Equal(Ece(rows, c), Ece(series.GetProperty("total")), 1e-12);
            foreach (var window in series.GetProperty("windows").EnumerateArray()) Assert.Equal(Ece(In(rows, window), c), Ece(window), 1e-12);
        }

        var whole = View(document, "top-label");
        foreach (var window in whole.GetProperty("windows").EnumerateArray().Append(whole.GetProperty("total")))
        {
            double expected = Enumerable.Range(0, 3).Average(c => Ece(window.GetRawText() == whole.GetProperty("total").GetRawText() ? rows : In(rows, window), c));
            Assert.Equal(expected, window.GetProperty("metrics").GetProperty("classwiseEce").GetDouble(), 1e-12);
        }
    }

    [Fact]
    public void The_order_of_the_rows_changes_no_byte()
    {
        var rows = Rows(1000);
        string sorted = Replay(rows, ExtraView.ClassWise, ExtraView.PerClass).GetRawText();
        rows.Reverse();
        Assert.Equal(sorted, Replay(rows, ExtraView.ClassWise, ExtraView.PerClass).GetRawText());
    }

    [Fact]
    public void Views_that_nobody_asked_for_are_not_there()
    {
        var document = Replay(Rows(100));
        Assert.Equal("top-label", document.GetProperty("series").EnumerateArray().Single().GetProperty("view").GetString());
        Assert.Equal(JsonValueKind.Null, View(document, "top-label").GetProperty("total").GetProperty("metrics").GetProperty("classwiseEce").ValueKind);
    }

    [Fact]
    public void A_binary_file_has_a_folded_view_and_its_comparison()
    {
        var document = _run.Json(
            "id,timestamp,probability\n1,1000,0.2\n2,2000,0.9\n3,3000,0.5\n",
            "id,timestamp,label\n1,4000,0\n2,5000,0\n3,6000,1\n",
            request => request with { Configured = Options(ExtraView.Folded), Compare = ["driftwatch"] });

        var total = View(document, "folded").GetProperty("total");
        Assert.Equal((3, 2, 2.2), (total.GetProperty("n").GetInt32(), total.GetProperty("positives").GetInt32(), Math.Round(total.GetProperty("sumProbability").GetDouble(), 12)));
        Assert.Equal((.2 + .9 + .5) / 3, Ece(total), 1e-12);
        Assert.Equal(Ece(total), total.GetProperty("compare")[1].GetProperty("value").GetDouble(), 1e-12);
    }

    private sealed record Row(int Id, double[] P, int Truth)
    {
        public long At => Id * 7_000L;
    }

    private JsonElement Replay(List<Row> rows, params ExtraView[] views) => _run.Json(
        $"id,timestamp,{string.Join(',', Classes.Select(name => $"probability.{name}"))}\n{string.Join('\n', rows.Select(row => $"{row.Id},{row.At},{string.Join(',', row.P.Select(p => p.ToString("R", CultureInfo.InvariantCulture)))}"))}\n",
        $"id,timestamp,label\n{string.Join('\n', rows.Select(row => $"{row.Id},{row.At + 60_000 + (row.Id % 7 * 1000)},{Classes[row.Truth]}"))}\n",
        request => request with { Configured = Options(views) });

    private static MonitorOptions Options(params ExtraView[] views) => new() { Default = new ModelOptions { Views = new ViewOptions { Kept = views } } };

    // Claims that are somewhat too sharp, and a class whose probability is often exactly 0.
    private static List<Row> Rows(int count)
    {
        var random = new Random(42);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            double a = Math.Round(random.NextDouble(), 3), b = i % 4 == 0 ? 0 : Math.Round((1 - a) * random.NextDouble(), 3);
            double[] p = [a, b, Math.Round(1 - a - b, 3)];
            double u = random.NextDouble() * p.Sum(Math.Sqrt);
            return new Row(i, p, u < Math.Sqrt(p[0]) ? 0 : u < Math.Sqrt(p[0]) + Math.Sqrt(p[1]) ? 1 : 2);
        })];
    }

    private static List<Row> In(List<Row> rows, JsonElement window)
    {
        long start = window.GetProperty("start").GetDateTimeOffset().ToUnixTimeMilliseconds(), end = window.GetProperty("end").GetDateTimeOffset().ToUnixTimeMilliseconds();
        return [.. rows.Where(row => row.At >= start && row.At < end)];
    }

    private static double Ece(List<Row> rows, int c)
    {
        var sums = new double[15];
        foreach (var row in rows)
        {
            int bin = 14;
            while (row.P[c] < (double)bin / 15) bin--;
            sums[bin] += row.P[c] - (row.Truth == c ? 1 : 0);
        }

        return sums.Sum(Math.Abs) / rows.Count;
    }

    private static double Ece(JsonElement window) => window.GetProperty("metrics").GetProperty("ece").GetDouble();

    private static JsonElement View(JsonElement document, string view) => document.GetProperty("series").EnumerateArray().Single(series => series.GetProperty("view").GetString() == view);
}
