using System.Globalization;
using System.Text.Json;

namespace DriftWatch.Replay;

/// <summary>What <c>--exact</c> tells of a total.</summary>
public sealed class ExactReplayTests : IDisposable
{
    private const long Hour = 3_600_000;
    private static readonly double[] Claims = [.1, .25, .4, .7, .9];
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_model_that_is_as_good_as_its_word_is_not_accused_and_an_overconfident_one_is()
    {
        var honest = Exact(Rows(hours: 40, claim => claim));
        var sure = Exact(Rows(hours: 40, claim => 0.5 + (0.4 * (claim - 0.5))));

        Assert.True(honest.GetProperty("tCalP").GetDouble() > 0.05, honest.ToString());
        Assert.InRange(0, honest.GetProperty("squaredGapLower").GetDouble(), honest.GetProperty("squaredGapUpper").GetDouble());
        Assert.Equal(6 / 3001.0, sure.GetProperty("tCalP").GetDouble(), 1e-12);
        Assert.True(sure.GetProperty("squaredGapLower").GetDouble() > 0.01, sure.ToString());
    }

    [Fact]
    public void The_squared_gap_is_the_mean_over_all_pairs_of_predictions_of_one_claim()
    {
        var rows = Rows(hours: 40, claim => claim * claim);
        double sum = 0;
        foreach (var claim in rows.GroupBy(row => row.Claim))
        {
            double[] residuals = [.. claim.Select(row => row.Outcome - row.Claim)];
            for (int i = 0; i < residuals.Length; i++)
            {
                for (int j = 0; j < residuals.Length; j++) sum += i == j ? 0 : residuals[i] * residuals[j] / (residuals.Length - 1);
            }
        }

        Assert.Equal(sum / rows.Count, Exact(rows).GetProperty("squaredGap").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData(29, 29, false)]
    [InlineData(40, 40, true)]
    [InlineData(900, 300, true)]
    public void Windows_are_the_blocks_and_neighbours_are_joined_where_there_are_too_many(int hours, int blocks, bool told)
    {
        var document = Document(Rows(hours, claim => claim));
        var total = document.GetProperty("series")[0].GetProperty("total");
        var exact = total.GetProperty("exact");

        Assert.Equal(blocks, exact.GetProperty("blocks").GetInt32());
        foreach (string name in new[] { "gap", "brier", "logLoss", "auroc" })
        {
            Assert.Equal(told, exact.GetProperty(name + "Lower").ValueKind == JsonValueKind.Number);
            if (told) Assert.InRange(total.GetProperty("metrics").GetProperty(name).GetDouble(), exact.GetProperty(name + "Lower").GetDouble(), exact.GetProperty(name + "Upper").GetDouble());
        }
    }

    [Fact]
    public void The_order_of_the_rows_changes_nothing()
    {
        var rows = Rows(hours: 35, claim => claim);
        Assert.Equal(Document(rows).ToString(), Document([.. rows.AsEnumerable().Reverse()]).ToString());
    }

    [Fact]
    public void Nobody_is_told_who_does_not_ask_and_null_where_the_pairs_are_not_at_hand()
    {
        var rows = Rows(hours: 3, claim => claim);
        Assert.False(Total(rows, request => request with { Exact = false }).TryGetProperty("exact", out _));
        Assert.Equal(JsonValueKind.Null, Total(rows, request => request with { MaxPairs = 14 }).GetProperty("exact").ValueKind);
    }

    /// <summary>Five claims in each hour, 25 times each, whose outcomes come true as often as the truth says.</summary>
    private static List<Row> Rows(int hours, Func<double, double> truth)
    {
        var random = new Random(7);
        int id = 0;
        return
        [
            .. from hour in Enumerable.Range(0, hours)
               from claim in Claims
               from minute in Enumerable.Range(0, hours > 100 ? 2 : 25)
               select new Row(id++, (hour * Hour) + (minute * 60_000L), claim, random.NextDouble() < truth(claim) ? 1 : 0),
        ];
    }

    private readonly record struct Row(int Id, long Time, double Claim, int Outcome);

    private JsonElement Exact(List<Row> rows) => Total(rows, same => same).GetProperty("exact");

    private JsonElement Total(List<Row> rows, Func<ReplayRequest, ReplayRequest> with) =>
        Document(rows, with).GetProperty("series")[0].GetProperty("total");

    private JsonElement Document(List<Row> rows, Func<ReplayRequest, ReplayRequest>? with = null)
    {
        string predictions = string.Join('\n', rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Id},{row.Time},{row.Claim}")));
        return _run.Json(
            $"id,timestamp,probability\n{predictions}\n",
            $"id,timestamp,label\n{string.Join('\n', rows.Select(row => $"{row.Id},{row.Time + 500},{row.Outcome}"))}\n",
            request => (with ?? (same => same))(request with { Exact = true }));
    }
}
