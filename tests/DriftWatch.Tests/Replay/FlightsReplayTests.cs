using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using DriftWatch.Support;

namespace DriftWatch.Replay;

/// <summary>Replay against tables that others computed from the same flights in one go.</summary>
public sealed class FlightsReplayTests(FlightsReplayTests.FullRun full) : IClassFixture<FlightsReplayTests.FullRun>
{
    private static readonly EventTime Origin = EventTime.From(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static readonly (string Column, string Metric)[] Metrics =
    [
        ("base_rate", "baseRate"), ("mean_probability", "meanProbability"), ("signed_gap", "gap"), ("ece10", "ece10"), ("ece15", "ece"),
        ("mce15", "mce"), ("brier", "brier"), ("log_loss", "logLoss"), ("accuracy", "accuracy"), ("auroc", "auroc"),
    ];

    [Theory]
    [InlineData("daily", 1, 2)]
    [InlineData("hourly", 24, 46)]
    public void The_sample_gives_the_numbers_of_the_batch_tables(string table, int windowsPerDay, int rows)
    {
        string folder = Examples();
        var replay = Replay(folder, request => request with { Windows = [TimeSpan.FromDays(1) / windowsPerDay] });

        Assert.Equal(rows, AssertEqual(Path.Combine(folder, $"expected-{table}.csv"), replay.GetProperty("series")[0].GetProperty("windows").EnumerateArray()));
    }

    [Fact]
    public void With_a_horizon_of_a_day_the_three_slow_labels_of_the_sample_expire()
    {
        var join = Replay(Examples(), request => request with { Horizon = TimeSpan.FromDays(1) }).GetProperty("join");

        Assert.Equal(33694 - 3, join.GetProperty("matched").GetInt64());
        Assert.Equal(3, join.GetProperty("expired").GetInt64());
        Assert.Equal(3, join.GetProperty("orphaned").GetInt64());
        Assert.Equal(0, join.GetProperty("pending").GetInt64());
    }

    [Fact]
    public void Slices_of_the_sample_add_up_to_the_whole()
    {
        var series = Replay(Examples(), request => request with { Slices = ["origin"] }).GetProperty("series").EnumerateArray().ToList();

        Assert.Equal(JsonValueKind.Null, series[0].GetProperty("slice").ValueKind);
        Assert.All(series[1..], one => Assert.Equal(3, one.GetProperty("slice").GetProperty("origin").GetString()!.Length));
        foreach (string count in new[] { "n", "positives", "predictions" })
        {
            Assert.Equal(series[0].GetProperty("total").GetProperty(count).GetInt64(), series[1..].Sum(one => one.GetProperty("total").GetProperty(count).GetInt64()));
        }
    }

    [Theory]
    [InlineData("weekly", 7 * 24, 20)]
    [InlineData("daily", 24, 140)]
    [InlineData("hourly", 1, 3276)]
    public void All_flights_give_the_numbers_of_the_batch_tables(string table, int hours, int rows)
    {
        string folder = SharedData.Folder("flights");
        var width = TimeSpan.FromHours(hours);
        var windows = full.AllLabels.GetProperty("series")[0].GetProperty("windows").EnumerateArray()
            .Where(window => window.GetProperty("end").GetDateTimeOffset() - window.GetProperty("start").GetDateTimeOffset() == width);

        Assert.Equal(rows, AssertEqual(Path.Combine(folder, $"{table}.csv"), windows));
    }

    [Fact]
    public void All_flights_give_the_total_of_the_batch_table()
    {
        string folder = SharedData.Folder("flights");

        Assert.Equal(1, AssertEqual(Path.Combine(folder, "total.csv"), [full.AllLabels.GetProperty("series")[0].GetProperty("total")]));
    }

    [Fact]
    public void All_flights_within_a_day_give_the_numbers_of_the_batch_table_and_the_others_expire()
    {
        string folder = SharedData.Folder("flights");
        var windows = full.LabelsOfADay.GetProperty("series")[0].GetProperty("windows").EnumerateArray().ToList();

        Assert.Equal(20, AssertEqual(Path.Combine(folder, "weekly_horizon24h.csv"), windows));
        Assert.Equal(
            Table(Path.Combine(folder, "weekly_horizon24h.csv")).Select(row => (long)row["expired"]!),
            windows.Select(window => window.GetProperty("predictions").GetInt64() - window.GetProperty("n").GetInt64()));
        Assert.Equal(32, full.LabelsOfADay.GetProperty("join").GetProperty("expired").GetInt64());
    }

    [Fact]
    public void All_flights_give_the_reliability_diagrams_of_the_batch_table()
    {
        string folder = SharedData.Folder("flights");
        var bins = full.LabelsOfADay.GetProperty("series")[0].GetProperty("windows").EnumerateArray();
        var weekly = full.AllLabels.GetProperty("series")[0].GetProperty("windows").EnumerateArray()
            .Where(window => window.GetProperty("end").GetDateTimeOffset() - window.GetProperty("start").GetDateTimeOffset() == TimeSpan.FromDays(7)).ToList();

        Assert.Equal(20, bins.Count());
        var expected = Table(Path.Combine(folder, "reliability15.csv")).ToList();
        Assert.Equal(20 * 15, expected.Count);
        for (int row = 0; row < expected.Count; row++)
        {
            var bin = weekly[row / 15].GetProperty("bins")[row % 15];
            Assert.Equal((long)expected[row]["n"]!, bin.GetProperty("n").GetInt64());
            Assert.Equal((long)expected[row]["positives"]!, bin.GetProperty("positives").GetInt64());
            AssertClose((double)expected[row]["sum_probability"]!, bin.GetProperty("sumProbability").GetDouble(), $"row {row}");
        }
    }

    [Theory]
    [InlineData("adwin", RuleInput.Residual, 474)]
    public void A_classical_rule_on_all_flights_opens_as_many_episodes_as_River_counts_alarms(string rule, RuleInput? input, int alarms)
    {
        var episodes = Replay(SharedData.Folder("flights"), request => request with { Windows = [TimeSpan.FromDays(7)], Rule = RuleCatalogue.All.Single(one => one.Name == rule), Input = input })
            .GetProperty("episodes").EnumerateArray().ToList();

        Assert.Equal(alarms, episodes.Count);
        Assert.All(episodes, episode => Assert.Equal(rule, episode.GetProperty("rule").GetString()));
        Assert.All(episodes.Zip(episodes.Skip(1)), two => Assert.Equal(two.Second.GetProperty("fired").GetString(), two.First.GetProperty("recovered").GetString()));
    }

    [Fact]
    public void The_policy_for_flights_finds_the_stormy_winter_and_the_quiet_spring_and_nothing_else()
    {
        var episodes = ReplayFlights(Policy(), Path.Combine(SharedData.Folder("flights"), "labels.csv.gz"));
        var day = new DateTimeOffset(2001, 2, 12, 0, 0, 0, TimeSpan.Zero);

        Assert.InRange(episodes.Count, 2, 8);
        var low = episodes.First(e => e.GetProperty("direction").GetString() == "shift-up");
        Assert.True(low.GetProperty("fired").GetDateTimeOffset() <= day.AddDays(28), $"fired {low.GetProperty("fired")}");
        Assert.True(low.GetProperty("recovered").GetDateTimeOffset() <= new DateTimeOffset(2001, 4, 30, 0, 0, 0, TimeSpan.Zero), $"over {low.GetProperty("recovered")}");
        var high = episodes.First(e => e.GetProperty("direction").GetString() == "shift-down");
        Assert.True(high.GetProperty("fired").GetDateTimeOffset() <= day.AddDays(95), $"fired {high.GetProperty("fired")}");
    }

    [Fact]
    public void A_perfect_model_on_the_same_traffic_raises_nothing()
    {
        string twin = Path.Combine(Path.GetTempPath(), $"driftwatch-twin-{Environment.ProcessId}.csv");
        try
        {
            FlightsTwin.Write(SharedData.Folder("flights"), twin);
            Assert.Empty(ReplayFlights(Policy(), twin));
            Assert.Empty(ReplayFlights(new MonitorOptions { Windows = [TimeSpan.FromDays(7)] }, twin));
        }
        finally
        {
            File.Delete(twin);
        }
    }

    [Fact]
    public void Without_a_policy_the_flights_raise_few_alarms() => Assert.InRange(full.LabelsOfADay.GetProperty("episodes").GetArrayLength(), 0, 8);

    [Fact]
    public void With_a_sixth_of_the_labels_cut_off_nothing_is_raised_and_it_says_why_it_waits()
    {
        // Late flights are answered late: read after three hours the sign of the gap is turned.
        var request = Request(Path.Combine(SharedData.Folder("flights"), "labels.csv.gz")) with { Configured = Policy(), Horizon = new TimeSpan(3, 40, 0) };
        var result = new Replayer(request, new ReplayMeter()).Run(() => Stream.Null);
        var series = Assert.Single(result.Snapshot.Series);

        Assert.InRange((double)series.Matched / series.Predictions, .82, .86);
        Assert.Empty(result.Snapshot.Episodes);
        Assert.Contains("Waits for labels", series.Detector!.Waiting, StringComparison.Ordinal);
    }

    private static ReplayRequest Request(string labels) => ReplayRun.Request(Path.Combine(SharedData.Folder("flights"), "predictions.csv.gz"), labels, request => request with { Model = "flights", Windows = [TimeSpan.FromDays(7)] });

    private static List<JsonElement> ReplayFlights(MonitorOptions options, string labels) =>
        [.. JsonDocument.Parse(ReplayRun.Document(Request(labels) with { Configured = options, Horizon = TimeSpan.FromDays(1) })).RootElement.GetProperty("episodes").EnumerateArray()];

    private static MonitorOptions Policy([CallerFilePath] string here = "")
    {
        var loaded = Options.ConfigLoader.Load(new Options.ConfigSources { File = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "examples", "flights.yaml") });
        Assert.Empty(loaded.Faults);
        return loaded.Options.Monitor;
    }

    private static int AssertEqual(string table, IEnumerable<JsonElement> windows)
    {
        var expected = Table(table).ToList();
        var actual = windows.ToList();
        Assert.Equal(expected.Count, actual.Count);
        for (int row = 0; row < expected.Count; row++)
        {
            var (want, have) = (expected[row], actual[row]);
            string place = $"{Path.GetFileName(table)} row {row + 1}";
            Assert.Equal((long)want["start_ms"]!, have.GetProperty("start").GetDateTimeOffset().ToUnixTimeMilliseconds());
            Assert.Equal((long)want["n"]!, have.GetProperty("n").GetInt64());
            Assert.Equal((long)want["positives"]!, have.GetProperty("positives").GetInt64());
            AssertClose((double)want["sum_probability"]!, have.GetProperty("sumProbability").GetDouble(), $"{place} sum_probability");
            foreach (var (column, metric) in Metrics)
            {
                var value = have.GetProperty("metrics").GetProperty(metric);
                if (want[column] is not { } number) Assert.True(value.ValueKind == JsonValueKind.Null, $"{place} {column}: {value}");
                else AssertClose((double)number, value.GetDouble(), $"{place} {column}");
            }
        }

        return actual.Count;
    }

    private static void AssertClose(double expected, double actual, string place) =>
        Assert.True(Math.Abs(actual - expected) <= (1e-9 * Math.Abs(expected)) + 1e-15, $"{place}: expected {expected:R}, was {actual:R}");

    // Numbers as decimals, so that counts and times are exact; empty ones are null.
    private static IEnumerable<Dictionary<string, decimal?>> Table(string file)
    {
        string[] lines = File.ReadAllLines(file);
        string[] header = lines[0].Split(',');
        return lines[1..].Select(line => header.Zip(line.Split(',')).ToDictionary(
            cell => cell.First,
            cell => cell.Second.Length == 0 ? (decimal?)null : decimal.Parse(cell.Second, NumberStyles.Float, CultureInfo.InvariantCulture)));
    }

    private static JsonElement Replay(string folder, Func<ReplayRequest, ReplayRequest> with)
    {
        var request = ReplayRun.Request(Path.Combine(folder, "predictions.csv.gz"), Path.Combine(folder, "labels.csv.gz"), request => with(request with { Origin = Origin }));
        return JsonDocument.Parse(ReplayRun.Document(request)).RootElement;
    }

    private static string Examples([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "examples", "flights");

    /// <summary>The two replays of all flights that several tests look at, each made once and only where the data are.</summary>
    public sealed class FullRun
    {
        private readonly Lazy<JsonElement> _allLabels = new(() => Replay(
            SharedData.Folder("flights"), request => request with { Windows = [TimeSpan.FromDays(7), TimeSpan.FromDays(1), TimeSpan.FromHours(1)] }));

        private readonly Lazy<JsonElement> _labelsOfADay = new(() => Replay(
            SharedData.Folder("flights"), request => request with { Windows = [TimeSpan.FromDays(7)], Horizon = TimeSpan.FromDays(1) }));

        internal JsonElement AllLabels => _allLabels.Value;

        internal JsonElement LabelsOfADay => _labelsOfADay.Value;
    }
}
