using System.Text;
using System.Xml.Linq;

namespace DriftWatch.Evaluation.Bench;

public sealed class BenchRunTests
{
    private static readonly BenchRequest Small = new() { Quick = true, Streams = 3, Calibrated = 20, StableLength = 2_500, Only = ["S0", "S8"] };

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        string[] documents = [.. new[] { 1, 3 }.Select(threads =>
        {
            var result = new BenchRunner(Small with { Only = ["S0"] }, new BenchJobs(_ => { }, TestContext.Current.CancellationToken, threads)).Run();
            using var output = new MemoryStream();
            BenchJson.Write(output, result);
            return Encoding.UTF8.GetString(output.ToArray());
        })];

        Assert.Equal(documents[0], documents[1]);
        Assert.Contains("KSWIN", documents[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Page_and_picture_are_well_formed()
    {
        var result = new BenchResult(Small);
        var stable = new Scenario("S0", "calibrated", ScoreLaw.D3) { Stable = 15_000, After = 0, IsSilent = true };
        var drift = new Scenario("S1", "T=1.5", ScoreLaw.D3) { Stable = 5_000, After = 10_000, Truth = new(1.5) };
        foreach (var scenario in new[] { stable, drift }) result.Cells.Add(Play(scenario));
        result.Calibration.Add(Play(stable));
        var slow = PeerFamily.All.Single(family => family.Name == "Page–Hinkley").Grid.First(peer => peer.Rule.Variant is not null);
        result.Chosen[(drift.Key, "Page–Hinkley")] = slow;
        result.ProductDelays[drift.Key] = new(ProductCells.Of(drift)!, 3, 0, 0, 1.5, 2.5);

        string page = new BenchReport(result, "driftwatch bench detect").Write();
        string[] lines = page.Split('\n');
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('|') && lines[i - 1].StartsWith('|')) Assert.Equal(Bars(lines[i - 1]), Bars(lines[i]));
        }

        Assert.Contains("## Where a rival is better", page, StringComparison.Ordinal);
        Assert.Contains("oracle CUSUM", page, StringComparison.Ordinal);
        Assert.Contains("| 3 600 (6 000) |", page, StringComparison.Ordinal);
        Assert.Matches(@"\([\d ]+\)(, \d early)? residual δ 0.001", page);
        Assert.Matches(@": 0 \(\.000 to \.56\d\)", page);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        var picture = XDocument.Parse(new BenchPlot(result, result.Cells[1]).Draw());
        Assert.True(picture.Descendants().Count(element => element.Name.LocalName == "path") > 6);
    }

    [Fact]
    public void Records_go_through_the_monitor_to_an_alarm_that_is_told_in_days_from_the_change()
    {
        var wrong = new ProductCell("wrong from the fourth day", ScoreLaw.D1) { Days = 8, Stable = 3, PerDay = 2400, Truth = new(1, 1.5), Dependence = Core.Drift.Dependence.Independent, Within = 2 };
        var result = ProductBench.Sum(wrong, [.. Enumerable.Range(1, 3).Select(seed => ProductBench.Play(wrong, (ulong)seed))]);

        Assert.Equal((3, 0, 0), (result.Streams, result.Early, result.Missed));
        Assert.InRange(result.Median!.Value, 1.0 / 24, 1);
        Assert.True(ProductTable.Met(result, [result]));
        Assert.Equal((3, 3), (result.Onsets, result.OnsetsHeld));
        Assert.InRange(result.OnsetWidth!.Value, 1.0 / 24, 1);
    }

    [Fact]
    public void A_promise_is_kept_where_the_upper_end_of_the_rate_is_below_it()
    {
        var calm = new ProductCell("calm", ScoreLaw.D1);
        ProductAlarm?[] Alarms(int of) => [.. Enumerable.Range(0, 200).Select(i => i < of ? new ProductAlarm(5, null) : (ProductAlarm?)null)];

        // A year's promise lets 90 days of 365 alarm: .247; Wilson's upper end is .245 for 37 of 200 and .250 for 38.
        Assert.True(ProductTable.Met(ProductBench.Sum(calm, Alarms(37)), []));
        Assert.False(ProductTable.Met(ProductBench.Sum(calm, Alarms(38)), []));
    }

    [Fact]
    public void Delays_leave_out_streams_that_had_alarmed_before_and_count_those_that_never_do()
    {
        var rule = new RuleSpec("r", 1, [2], t => $"{t}");
        var scenario = new Scenario("S1", "x", ScoreLaw.D1) { Stable = 100, After = 900 };
        Crossings[] streams = [.. new[] { 50, 150, 300, 600, -1 }.Select(at =>
        {
            var crossings = new Crossings([rule]);
            if (at > 0) crossings.Note(0, 1.5, at, 1);
            return crossings;
        })];
        var cell = new CellResult(scenario, [rule], streams);

        Assert.Equal(new Delay(1, 4, 200, null, 1), cell.DelayOf(rule, 0));
        Assert.Equal(0, cell.Fired(rule, 1));
        Assert.Equal((50 + 150 + 300 + 600 + 1000) / 4.0, cell.RunLength(rule, 0));
        Assert.Equal((50 + 150 + 300 + 600 + 1000) / 5.0, cell.RunLengthAtLeast(rule, 0));
        Assert.Null(cell.RunLength(rule, 1));
    }

    private static CellResult Play(Scenario scenario)
    {
        var variants = PeerFamily.All.Single(family => family.Name == "Page–Hinkley").Grid;
        var rules = RuleSet.For(scenario.Law, new Truth(1.5), variants).SelectMany(probe => probe.Rules).ToList();
        return new(scenario, rules, [.. Enumerable.Range(0, 3).Select(i => StreamRun.Play(scenario, BenchRandom.Seed(1, scenario.Key, i), RuleSet.For(scenario.Law, new Truth(1.5), variants)))]);
    }

    private static int Bars(string line) => line.Replace("\\|", "", StringComparison.Ordinal).Count(letter => letter == '|');
}
