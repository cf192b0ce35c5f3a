using System.Globalization;
using System.Text.Json;

namespace DriftWatch.Replay;

/// <summary>Other libraries' numbers beside ours, from the files that a user has.</summary>
public sealed class ComparisonTests : IDisposable
{
    // Golden vector A (statistics §4.2): confidences on edges, where the libraries differ.
    private static readonly double[] P = [0, .1, .2, .3, .3, .4, .5, .6, .6, .7, .8, .9, .95, 1, 1];
    private static readonly int[] Y = [0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0];
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("torchmetrics", 10, .29666666666666663, 1e-12)]
    [InlineData("torchmetrics", 15, .32333333333333336, 1e-12)]
    [InlineData("guo", 10, .316666671137015, 1e-7)]
    [InlineData("netcal", 10, .25, 1e-12)]
    [InlineData("kumar", 15, .3166666666666667, 1e-12)]
    [InlineData("tfp", 10, .30333333333333334, 1e-12)]
    [InlineData("sklearn", 5, .15666666666666665, 1e-12)]
    [InlineData("driftwatch", 10, .30333333333333334, 1e-12)]
    public void A_file_of_confidences_on_edges_gives_each_librarys_number(string library, int bins, double expected, double precision)
    {
        var total = Total(Compared("all"));
        var number = total.First(one => one.Library == library && one.Measure == "ece" && one.Bins == bins);
        Assert.Equal(expected, number.Value!.Value, precision);
    }

    [Fact]
    public void Every_library_of_the_list_says_something_under_its_own_name_with_its_rule()
    {
        var total = Total(Compared("all"));
        Assert.Equal(ReferenceLibraries.All.Select(library => library.Name), total.Select(one => one.Library).Distinct());
        Assert.All(total, one => Assert.NotEqual("", one.Rule));
        Assert.All(total, one => Assert.NotNull(one.Value));
    }

    [Fact]
    public void Windows_are_compared_pair_by_pair_whatever_the_order_of_the_rows()
    {
        var document = Compared("driftwatch,netcal");
        var windows = document.GetProperty("series")[0].GetProperty("windows").EnumerateArray().ToList();

        Assert.Equal(3, windows.Count);
        foreach (var window in windows)
        {
            double own = Numbers(window).First(one => one is { Library: "driftwatch", Measure: "ece", Bins: 15 }).Value!.Value;
            Assert.Equal(window.GetProperty("metrics").GetProperty("ece").GetDouble(), own, 1e-12);
        }

        Assert.Equal(document.ToString(), Compared("netcal,driftwatch", reversed: true).ToString());
    }

    [Fact]
    public void Without_being_asked_nothing_is_compared()
    {
        var document = Compared("");
        Assert.All(
            document.GetProperty("series").EnumerateArray().Select(series => series.GetProperty("total")),
            window => Assert.False(window.TryGetProperty("compare", out _)));
    }

    [Fact]
    public void More_pairs_than_replay_holds_are_not_compared()
    {
        var document = Document("netcal", with: request => request with { MaxPairs = 14 });
        Assert.Equal(JsonValueKind.Null, document.GetProperty("series")[0].GetProperty("total").GetProperty("compare").ValueKind);
    }

    [Fact]
    public void A_top_label_file_takes_torchmetrics_multiclass_path()
    {
        string predictions = "id,timestamp,predicted,confidence\n1,1000,a,0.55\n2,1001,a,0.55\n3,1002,c,0.6\n4,1003,a,0.9\n";
        string labels = "id,timestamp,label\n1,2000,b\n2,2001,c\n3,2002,c\n4,2003,a\n";
        var total = Total(_run.Json(predictions, labels, request => request with { Compare = ["torchmetrics"] }));
        Assert.All(total, one => Assert.Contains("float32", one.Rule, StringComparison.Ordinal));
        Assert.Equal((1.1 + .4 + .1) / 4, total.First(one => one is { Measure: "ece", Bins: 15 }).Value!.Value, 1e-6);
    }

    [Theory]
    [InlineData("netcal,sklearn", "netcal,sklearn")]
    [InlineData("scikit-learn, Netcal,netcal", "netcal,sklearn")]
    [InlineData("temperature_scaling", "guo")]
    [InlineData("t-cal,tensorflow-probability", "tfp,tcal")]
    public void Libraries_go_by_short_and_long_names(string given, string expected)
    {
        Assert.Equal(expected.Split(','), ReferenceLibraries.Parse([given], out string? unknown));
        Assert.Null(unknown);
    }

    [Fact]
    public void A_name_that_is_no_library_is_named()
    {
        ReferenceLibraries.Parse(["netcal,keras,jax"], out string? unknown);
        Assert.Equal("keras", unknown);
    }

    private JsonElement Compared(string libraries, bool reversed = false) => Document(libraries, reversed);

    private JsonElement Document(string libraries, bool reversed = false, Func<ReplayRequest, ReplayRequest>? with = null)
    {
        var rows = Enumerable.Range(0, P.Length);
        if (reversed) rows = rows.Reverse();
        string predictions = string.Join('\n', rows.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i / 6 * 3_600_000L},{P[i]}")));
        string labels = string.Join('\n', rows.Select(i => $"{i},{(i / 6 * 3_600_000L) + 500},{Y[i]}"));
        return _run.Json(
            $"id,timestamp,probability\n{predictions}\n",
            $"id,timestamp,label\n{labels}\n",
            request => (with ?? (same => same))(request with { Compare = ReferenceLibraries.Parse([libraries], out _) }));
    }

    private static List<ReferenceNumber> Total(JsonElement document) => Numbers(document.GetProperty("series")[0].GetProperty("total"));

    private static List<ReferenceNumber> Numbers(JsonElement window) =>
    [
        .. window.GetProperty("compare").EnumerateArray().Select(one => new ReferenceNumber(
            one.GetProperty("library").GetString()!,
            one.GetProperty("measure").GetString()!,
            one.GetProperty("bins").ValueKind == JsonValueKind.Null ? null : one.GetProperty("bins").GetInt32(),
            one.GetProperty("rule").GetString()!,
            one.GetProperty("value").ValueKind == JsonValueKind.Null ? null : one.GetProperty("value").GetDouble())),
    ];
}
