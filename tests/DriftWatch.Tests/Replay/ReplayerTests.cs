using System.Text.Json;

namespace DriftWatch.Replay;

public sealed class ReplayerTests : IDisposable
{
    private const string Header = "id,timestamp,probability";
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Every_label_that_comes_counts_when_no_horizon_is_given()
    {
        var replay = _run.Json($"{Header}\na,1000,0.25\nb,2000,0.5\n", "id,timestamp,label\na,100000000,1\nb,2000,0\n");

        Assert.Equal("""{"matched":2,"expired":0,"orphaned":0,"pending":0}""", replay.GetProperty("join").GetRawText());
        var total = replay.GetProperty("series")[0].GetProperty("total");
        Assert.Equal((2, 1, 0.75), (total.GetProperty("n").GetInt32(), total.GetProperty("positives").GetInt32(), total.GetProperty("sumProbability").GetDouble()));
    }

    [Fact]
    public void A_label_counts_up_to_the_horizon_and_no_further()
    {
        // The last label moves time on, so that what is too old is given up.
        var join = _run.Json(
            $"{Header}\nin,0,0.5\nout,0,0.5\nnever,0,0.5\nlast,7200000,0.5\n",
            "id,timestamp,label\nin,3600000,1\nout,3600001,1\nlast,7200000,1\nstray,7200000,1\n",
            request => request with { Horizon = TimeSpan.FromHours(1) }).GetProperty("join");

        Assert.Equal("""{"matched":2,"expired":2,"orphaned":2,"pending":0}""", join.GetRawText());
    }

    [Fact]
    public void A_prediction_whose_time_is_not_up_at_the_end_of_the_file_is_pending()
    {
        var join = _run.Json($"{Header}\na,0,0.5\nb,3000000,0.5\n", "id,timestamp,label\na,1000,1\n", request => request with { Horizon = TimeSpan.FromHours(1) }).GetProperty("join");

        Assert.Equal("""{"matched":1,"expired":0,"orphaned":0,"pending":1}""", join.GetRawText());
    }

    [Fact]
    public void A_label_before_its_prediction_counts_within_the_lead()
    {
        string predictions = $"{Header}\na,60000,0.5\n";
        string labels = "id,timestamp,label\na,59000,1\n";

        Assert.Equal(0, Matched(TimeSpan.Zero));
        Assert.Equal(1, Matched(TimeSpan.FromSeconds(1)));
        Assert.Equal(0, Matched(TimeSpan.FromMilliseconds(999)));

        int Matched(TimeSpan lead) => _run.Json(predictions, labels, request => request with { Lead = lead }).GetProperty("join").GetProperty("matched").GetInt32();
    }

    [Fact]
    public void A_prediction_comes_before_a_label_of_the_same_time()
    {
        var join = _run.Json($"{Header}\na,5000,0.5\n", "id,timestamp,label\na,5000,1\n", request => request with { Horizon = TimeSpan.FromSeconds(1) }).GetProperty("join");

        Assert.Equal(1, join.GetProperty("matched").GetInt32());
    }

    [Fact]
    public void The_first_of_several_counts_and_the_others_are_duplicates()
    {
        var replay = _run.Json(
            $"{Header}\na,2000,0.9\na,1000,0.25\nb,1000,0.5\n",
            "id,timestamp,label\na,4000,0\na,3000,1\nb,3000,1\nb,3500,1\n");

        Assert.Equal((1, 2), (replay.GetProperty("input").GetProperty("duplicatePredictions").GetInt32(), replay.GetProperty("input").GetProperty("duplicateLabels").GetInt32()));
        var total = replay.GetProperty("series")[0].GetProperty("total");
        Assert.Equal((2, 2, 0.75), (total.GetProperty("n").GetInt32(), total.GetProperty("positives").GetInt32(), total.GetProperty("sumProbability").GetDouble()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Rows_in_any_order_give_the_same_document_byte_for_byte(int seed)
    {
        var random = new Random(seed);
        List<string> predictions = [], labels = [];
        for (int i = 0; i < 3000; i++)
        {
            // Few times and few ids, so that one id stands twice in one millisecond, with different claims and slices.
            long time = random.Next(400) * 60_000L;
            predictions.Add($"{random.Next(2500)},{time},{random.Next(1000) / 1000.0},{(char)('a' + random.Next(3))},{(char)('x' + random.Next(2))}");
            labels.Add($"{random.Next(2500)},{time + (random.Next(90) * 60_000L)},{random.Next(2)}");
        }

        string expected = Document();
        for (int round = 0; round < 5; round++)
        {
            Shuffle(predictions);
            Shuffle(labels);
            Assert.Equal(expected, Document());
        }

        Assert.Contains("\"duplicatePredictions\":", expected, StringComparison.Ordinal);

        string Document() => _run.Document(
            $"id,timestamp,probability,region,model\n{string.Join('\n', predictions)}\n",
            $"id,timestamp,label\n{string.Join('\n', labels)}\n",
            request => request with { Slices = ["region"], Horizon = TimeSpan.FromHours(1) });

        void Shuffle(List<string> rows)
        {
            for (int i = rows.Count - 1; i > 0; i--)
            {
                int j = random.Next(i + 1);
                (rows[i], rows[j]) = (rows[j], rows[i]);
            }
        }
    }

    [Fact]
    public void Csv_and_jsonl_plain_compressed_and_piped_give_the_same_document()
    {
        string predictionsCsv = $"{Header},model,version,origin\n1,1000,0.25,m,7,ATL\n2,1970-01-01T00:00:02Z,0.5,m,7,\"J,FK\"\n";
        string labelsCsv = "id,timestamp,label\n1,3000,1\n2,4000,false\n";
        string predictionsJsonl = """
            {"id":"1","timestamp":1000,"probability":0.25,"model":"m","version":"7","slices":{"origin":"ATL"}}
            {"id":2,"timestamp":"1970-01-01T00:00:02Z","probability":0.5,"model":"m","version":"7","slices":{"origin":"J,FK"}}
            """;
        string labelsJsonl = """
            {"id":1,"timestamp":3000,"label":1}
            {"id":"2","timestamp":4000,"label":false}
            """;
        var slices = (ReplayRequest request) => request with { Slices = ["origin"] };
        string expected = _run.Document(predictionsCsv, labelsCsv, slices);

        Assert.Contains("\"origin\":\"J,FK\"", expected, StringComparison.Ordinal);
        Assert.Equal(expected, ReplayRun.Document(ReplayRun.Request(_run.Write("p.jsonl", predictionsJsonl), _run.Write("l.jsonl", labelsJsonl), slices)));
        Assert.Equal(expected, ReplayRun.Document(ReplayRun.Request(_run.Write("p.csv.gz", predictionsCsv), _run.Write("l.jsonl.gz", labelsJsonl), slices)));
        Assert.Equal(expected, ReplayRun.Document(ReplayRun.Request("-", _run.Write("l.csv", labelsCsv), slices), predictionsCsv));
        Assert.Equal(expected, ReplayRun.Document(ReplayRun.Request(_run.Write("p.csv", predictionsCsv), "-", slices), labelsJsonl));
    }

    [Fact]
    public void Latencies_are_a_column_and_stand_in_document_and_report_where_there_are_any()
    {
        string rows = string.Concat(Enumerable.Range(1, 100).Select(i => $"{i},{i * 1000},0.5,m,{(i % 2 == 0 ? $"{i}" : $"{i}ms")}\n"));
        string csv = $"id,timestamp,probability,model,latency\n{rows}101,101000,0.5,m,\n102,102000,0.5,m,fast\n", labels = "id,timestamp,label\n1,2000,1\n";

        var series = _run.Json(csv, labels).GetProperty("series")[0];

        Assert.Equal(102, series.GetProperty("total").GetProperty("predictions").GetInt32());
        var latency = series.GetProperty("latency");
        Assert.Equal((100, 1), (latency.GetProperty("total").GetProperty("predictions").GetInt32(), latency.GetProperty("unreadable").GetInt32()));
        Assert.Equal(95, latency.GetProperty("total").GetProperty("p95").GetDouble(), 0.75);
        Assert.False(_run.Json("id,timestamp,probability,model\n1,1000,0.5,m\n", labels).GetProperty("series")[0].TryGetProperty("latency", out _));
    }

    [Fact]
    public void Class_probabilities_are_columns_and_the_best_class_is_predicted()
    {
        var series = _run.Json(
            "id,timestamp,probability.cat,probability.dog,model\n1,1000,0.75,0.25,m\n2,1000,0.25,0.75,m\n3,1000,0.5,0.25,m\n",
            "id,timestamp,label\n1,2000,cat\n2,2000,cat\n").GetProperty("series")[0];

        Assert.Equal("top-label", series.GetProperty("view").GetString());
        var total = series.GetProperty("total");
        Assert.Equal((2, 1, 1.5), (total.GetProperty("n").GetInt32(), total.GetProperty("positives").GetInt32(), total.GetProperty("sumProbability").GetDouble()));
    }

    [Fact]
    public void Bad_rows_are_counted_by_reason_and_shown_with_their_lines_and_stop_nothing()
    {
        string path = _run.Write("bad.csv", $"{Header}\n1,1000,1.5\n2,1000,0.5\n3,never,0.5\n,1000,0.5\n4,1000\n\"5,1000,0.5\n6,1000,NaN\n7,1000,\n8,99999999999999,0.5\n");
        string labels = _run.Write("bad-l.csv", "id,timestamp,label\n2,2000,1\n2,3000,\nx,,1\n");

        var result = ReplayRun.Run(ReplayRun.Request(path, labels));
        var input = JsonDocument.Parse(ReplayRun.Document(result)).RootElement.GetProperty("input");

        Assert.Equal(9, input.GetProperty("predictions").GetInt32());
        Assert.Equal(3, input.GetProperty("labels").GetInt32());
        var rejected = input.GetProperty("rejected").EnumerateObject().ToDictionary(reason => reason.Name, reason => reason.Value.GetInt32());
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["malformed"] = 1, ["schema"] = 1, ["missing_id"] = 1, ["missing_timestamp"] = 1, ["timestamp_range"] = 2,
                ["missing_probability"] = 2, ["probability_range"] = 1, ["missing_label"] = 1,
            }.OrderBy(reason => reason.Key, StringComparer.Ordinal),
            rejected.OrderBy(reason => reason.Key, StringComparer.Ordinal));
        Assert.Equal(1, result.Snapshot.Join.Matched);
        Assert.StartsWith("bad.csv:2: probability_range (", result.Examples[0], StringComparison.Ordinal);
        Assert.StartsWith("bad.csv:4: timestamp_range (", result.Examples[1], StringComparison.Ordinal);
        Assert.StartsWith("bad.csv:5: missing_id (", result.Examples[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_label_that_a_binary_model_cannot_read_is_a_rejected_row()
    {
        var replay = _run.Json($"{Header}\n1,1000,0.5\n", "id,timestamp,label\n1,2000,cat\n");

        Assert.Equal("""{"label_value":1}""", replay.GetProperty("input").GetProperty("rejected").GetRawText());
    }

    [Fact]
    public void Models_are_called_by_the_command_line_then_the_rows_then_the_file()
    {
        string named = "id,timestamp,probability,model\n1,1000,0.5,inside\n2,1000,0.5,\n";
        string labels = "id,timestamp,label\n1,2000,1\n";

        Assert.Equal(["inside", "p"], Models(null));
        Assert.Equal(["outside"], Models("outside"));

        IEnumerable<string?> Models(string? model) => _run.Json(named, labels, request => request with { Model = model })
            .GetProperty("series").EnumerateArray().Select(series => series.GetProperty("model").GetString());
    }

    [Fact]
    public void A_model_on_the_command_line_wins_in_jsonl_too()
    {
        string predictions = _run.Write("p.jsonl", """{"id":1,"timestamp":1000,"probability":0.5,"model":"inside"}""");
        string labels = _run.Write("l.csv", "id,timestamp,label\n1,2000,1\n");

        var document = JsonDocument.Parse(ReplayRun.Document(ReplayRun.Request(predictions, labels, request => request with { Model = "outside" }))).RootElement;

        Assert.Equal("outside", document.GetProperty("series")[0].GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("p.arrow", "no Arrow file")]
    [InlineData("p.arrow.gz", "no Arrow file")]
    [InlineData("p.parquet", "no Parquet file")]
    [InlineData("missing.csv", "no such file")]
    public void A_file_that_cannot_be_played_is_refused_by_name(string name, string expected)
    {
        if (!name.StartsWith("missing", StringComparison.Ordinal)) _run.Write(name, "x");

        var refused = Assert.Throws<ReplayException>(() => ReplayRun.Run(ReplayRun.Request(_run.PathOf(name), _run.Write("l.csv", "id,timestamp,label\n"))));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.ExitStatus);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("id,probability\n", "'timestamp'")]
    [InlineData("id,timestamp\n", "'probability'")]
    [InlineData("id,timestamp,predicted\n", "'confidence'")]
    [InlineData("id,id,timestamp,probability\n", "stands twice")]
    [InlineData("id,timestamp,probability\n", "'region'")]
    public void A_header_row_that_lacks_something_is_refused_with_what_it_has(string header, string expected)
    {
        var refused = Assert.Throws<ReplayException>(() => _run.Document(header, "id,timestamp,label\n", request => request with { Slices = ["region"] }));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_gives_a_document_without_series()
    {
        var replay = _run.Json($"{Header}\n", "id,timestamp,label\n");

        Assert.Empty(replay.GetProperty("series").EnumerateArray());
        Assert.Empty(replay.GetProperty("episodes").EnumerateArray());
    }

    [Fact]
    public void Past_the_bound_on_pairs_the_auroc_is_that_of_the_bins_and_all_else_stands()
    {
        // Two in one fine bin, out of order by a hair: the exact AUROC counts that pair as lost, the bins as half won.
        string predictions = $"{Header}\n1,1000,0.2502\n2,1000,0.2501\n3,1000,0.9\n4,1000,0.1\n";
        string labels = "id,timestamp,label\n1,2000,0\n2,2000,1\n3,2000,1\n4,2000,0\n";

        Assert.Equal(0.75, Metrics(4).GetProperty("auroc").GetDouble());
        Assert.Equal((0.75, 0.875, 1), (Metrics(1).GetProperty("aurocLower").GetDouble(), Metrics(1).GetProperty("auroc").GetDouble(), Metrics(1).GetProperty("aurocUpper").GetDouble()));
        Assert.Equal(Metrics(4).GetProperty("brier").GetDouble(), Metrics(1).GetProperty("brier").GetDouble());

        JsonElement Metrics(int maxPairs) =>
            _run.Json(predictions, labels, request => request with { MaxPairs = maxPairs }).GetProperty("series")[0].GetProperty("total").GetProperty("metrics");
    }
}
