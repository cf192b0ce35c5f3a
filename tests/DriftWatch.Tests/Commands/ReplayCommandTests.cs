using System.Diagnostics;
using System.Text.Json;
using DriftWatch.Replay;

namespace DriftWatch.Commands;

/// <summary>The command as scripts meet it: a process with a status, standard output and standard error.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private const string Predictions = "id,timestamp,probability\n1,1772409601000,0.25\n2,1772409602000,0.5\n";
    private const string Labels = "id,timestamp,label\n1,1772409603000,1\n2,1772409604000,0\n";
    private const long Start = 1_772_409_600_000;
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Json_is_one_document_on_standard_output_and_nothing_else()
    {
        var (status, output, error) = Driftwatch("", "replay", "--predictions", _run.Write("p.csv", Predictions), "--labels", _run.Write("l.csv", Labels), "--json");

        Assert.Equal(0, status);
        Assert.Equal(2, JsonDocument.Parse(output).RootElement.GetProperty("join").GetProperty("matched").GetInt32());
        Assert.Matches(@"^4 rows in [\d.]+ s: \d+ rows/s\s*$", error);
    }

    [Theory]
    [InlineData("defaults: { team: risk }", "", 0)]
    [InlineData("defaults: { lead: 5s }", "", 1)]
    [InlineData("defaults: { lead: 5s }", "--lead 0s", 0)]
    [InlineData("defaults: { team: risk }", "--lead 1s", 1)]
    public void A_replay_has_no_lead_unless_file_or_flag_gives_one(string config, string flag, int matched)
    {
        string[] more = flag.Length == 0 ? [] : flag.Split(' ');
        var (status, output, _) = Driftwatch(
            "",
            ["replay", "--config", _run.Write("c.yaml", config), "--predictions", _run.Write("p.csv", "id,timestamp,probability\n1,1767225602000,0.25\n"), "--labels", _run.Write("l.csv", "id,timestamp,label\n1,1767225601000,1\n"), "--json", .. more]);

        Assert.Equal(0, status);
        Assert.Equal(matched, JsonDocument.Parse(output).RootElement.GetProperty("join").GetProperty("matched").GetInt32());
    }

    [Fact]
    public void Standard_input_is_one_of_the_two_files()
    {
        var (status, output, _) = Driftwatch(Labels, "replay", "--predictions", _run.Write("p.csv", Predictions), "--labels", "-", "--json");

        Assert.Equal(0, status);
        Assert.Equal(2, JsonDocument.Parse(output).RootElement.GetProperty("join").GetProperty("matched").GetInt32());
    }

    [Fact]
    public void The_report_is_plain_text_where_it_is_no_terminal()
    {
        var (status, output, _) = Driftwatch("", "replay", "--predictions", _run.Write("p.csv", Predictions), "--labels", _run.Write("l.csv", Labels), "--window", "1h");

        Assert.Equal(0, status);
        Assert.Contains("2 matched, 0 expired, 0 pending", output, StringComparison.Ordinal);
        Assert.Contains("noise floor", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void Bad_rows_are_shown_on_standard_error_and_the_status_stays_good()
    {
        var (status, _, error) = Driftwatch("", "replay", "--predictions", _run.Write("p.csv", Predictions + "3,1772409601000,7\n"), "--labels", _run.Write("l.csv", Labels), "--json");

        Assert.Equal(0, status);
        Assert.Contains("p.csv:4: probability_range", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_a_bad_row_is_printed()
    {
        string predictions = _run.Write("p.csv", Predictions + "3,hunter2,0.5\n4,1772409601000,hunter2\n5,1772409601000,0.5,hunter2\n");
        string labels = _run.Write("l.jsonl", "{\"id\":\"hunter2\"}\n{\"id\":1,\"timestamp\":1772409603000,\"label\":{\"password\":\"hunter2\"}}\n{\"id\":1,password=hunter2}\n");

        var (status, output, error) = Driftwatch("", "replay", "--predictions", predictions, "--labels", labels);

        Assert.Equal(0, status);
        Assert.Contains("p.csv:4: timestamp_range", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output + error);
    }

    [Fact]
    public void Times_in_another_unit_are_counted_and_what_reads_them_is_said()
    {
        string predictions = _run.Write("p.csv", "id,timestamp,probability\n1,1772409601.123,0.25\n2,1772409602,0.5\n"), labels = _run.Write("l.csv", "id,timestamp,label\n1,1772409603,1\n2,20260302,0\n3,-5,0\n");

        var (status, output, error) = Driftwatch("", "replay", "--predictions", predictions, "--labels", labels);

        Assert.Equal(0, status);
        Assert.Contains("5 timestamp_range", output, StringComparison.Ordinal);
        foreach (string told in new[] { output, error })
        {
            Assert.Contains("2 rows of the predictions have times that look like epoch seconds; --timestamp-unit s reads them", told, StringComparison.Ordinal);
            Assert.Contains("1 rows of the labels have times that look like a date written as digits, yyyymmdd", told, StringComparison.Ordinal);
            Assert.Contains("1 rows of the labels have times that cannot be read, or before 2000", told, StringComparison.Ordinal);
        }

        var json = JsonDocument.Parse(Driftwatch("", "replay", "--predictions", predictions, "--labels", labels, "--json").Output).RootElement.GetProperty("input");
        Assert.Equal((5, 4), (json.GetProperty("rejected").GetProperty("timestamp_range").GetInt32(), json.GetProperty("warnings").GetArrayLength()));
        var mended = JsonDocument.Parse(Driftwatch("", "replay", "--predictions", predictions, "--labels", labels, "--json", "--timestamp-unit", "s").Output).RootElement;
        Assert.Equal(1, mended.GetProperty("join").GetProperty("matched").GetInt32());
    }

    [Fact]
    public void Old_data_are_read_from_an_origin_that_old()
    {
        string predictions = _run.Write("p.csv", "id,timestamp,probability\n1,1987-10-01T10:00:00Z,0.25\n2,1960-01-01T00:00:00Z,0.5\n3,559000000,0.5\n"), labels = _run.Write("l.csv", "id,timestamp,label\n1,1987-10-01T12:00:00Z,1\n");

        Assert.Contains("give --origin a moment before it", Driftwatch("", "replay", "--predictions", predictions, "--labels", labels).Output, StringComparison.Ordinal);
        var json = JsonDocument.Parse(Driftwatch("", "replay", "--predictions", predictions, "--labels", labels, "--json", "--origin", "1987-01-01T00:00:00Z").Output).RootElement;

        Assert.Equal((1, 2), (json.GetProperty("join").GetProperty("matched").GetInt32(), json.GetProperty("input").GetProperty("rejected").GetProperty("timestamp_range").GetInt32()));
    }

    [Fact]
    public void Drift_is_status_3_only_where_it_was_asked_for()
    {
        string predictions = _run.Write("d.csv", $"id,timestamp,probability\n{string.Join('\n', Enumerable.Range(0, 8000).Select(i => $"{i},{Start + (i * 18_000L)},0.2"))}\n");
        string labels = _run.Write("dl.csv", $"id,timestamp,label\n{string.Join('\n', Enumerable.Range(0, 8000).Select(i => $"{i},{Start + (i * 18_000L) + 60_000},{(i % 10 < 6 ? 1 : 0)}"))}\n");

        var drift = Driftwatch("", "replay", "--predictions", predictions, "--labels", labels, "--window", "1h", "--fail-on-drift");

        Assert.Equal(3, drift.Status);
        Assert.Contains("1 recalibration request and", drift.Output, StringComparison.Ordinal);
        Assert.Equal(0, Driftwatch("", "replay", "--predictions", predictions, "--labels", labels, "--window", "1h").Status);
        Assert.Equal(0, Driftwatch("", "replay", "--predictions", _run.Write("p.csv", Predictions), "--labels", _run.Write("l.csv", Labels), "--fail-on-drift").Status);
    }

    [Fact]
    public void Two_policies_over_the_same_rows_are_shown_side_by_side()
    {
        string predictions = _run.Write("d.csv", $"id,timestamp,probability\n{string.Join('\n', Enumerable.Range(0, 8000).Select(i => $"{i},{Start + (i * 18_000L)},0.2"))}\n");
        string labels = _run.Write("dl.csv", $"id,timestamp,label\n{string.Join('\n', Enumerable.Range(0, 8000).Select(i => $"{i},{Start + (i * 18_000L) + 60_000},{(i % 10 < 6 ? 1 : 0)}"))}\n");
        string lenient = _run.Write("lenient.yaml", "defaults: { drift: { tolerance: 0.5 } }\ninput: { labels: { label: /nowhere } }");
        string[] files = ["replay", "--predictions", predictions, "--labels", labels, "--window", "1h", "--compare-policy", lenient];

        var (status, output, error) = Driftwatch("", [.. files, "--json", "--fail-on-drift"]);
        var (_, report, _) = Driftwatch("", files);

        Assert.Equal(3, status);
        Assert.Contains("note: the policy compared with does not use input of the configuration.", error, StringComparison.Ordinal);
        var document = JsonDocument.Parse(output).RootElement;
        var other = document.GetProperty("comparePolicy");
        Assert.Equal((1, 0), (document.GetProperty("episodes").GetArrayLength(), other.GetProperty("episodes").GetArrayLength()));
        Assert.Equal("lenient.yaml", other.GetProperty("policy").GetString());
        Assert.Equal(0.5, other.GetProperty("series")[0].GetProperty("drift").GetProperty("detector").GetProperty("tolerance").GetDouble());
        Assert.Matches(@"d +1 +0 +2026-\S+ +–", report);
    }

    [Theory]
    [InlineData("id,timestamp,probability\n1,never,0.5\n2,soon,0.5\n,1772409601000,0.5\n", "None of the 3 rows of the predictions was accepted: 2 timestamp_range, 1 missing_id. The first is p.csv:2: timestamp_range (")]
    [InlineData("id,timestamp,probability\n", "There is no row in the predictions.")]
    [InlineData("id,timestamp,probability\na1,1772409601000,0.5\n", "1 predictions and 2 labels were read, and none met: no label has the id of a prediction.")]
    [InlineData("id,timestamp,probability\n1,1772409609000,0.5\n", "all came before it (--lead)")]
    public void Nothing_judged_is_told_with_its_reason_and_is_no_success(string predictions, string why)
    {
        string[] files = ["replay", "--predictions", _run.Write("p.csv", predictions), "--labels", _run.Write("l.csv", Labels)];

        var (status, output, error) = Driftwatch("", [.. files, "--fail-on-drift"]);

        Assert.Equal(4, status);
        Assert.Contains(why, output, StringComparison.Ordinal);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing would have fired", output, StringComparison.Ordinal);
        var (lenient, json, _) = Driftwatch("", [.. files, "--json"]);
        Assert.Equal(0, lenient);
        Assert.Contains(why, JsonDocument.Parse(json).RootElement.GetProperty("nothingJudged")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_no_model_can_have_is_why_nothing_was_judged()
    {
        var (status, _, error) = Driftwatch("", "replay", "--predictions", _run.Write("p.csv", Predictions), "--labels", _run.Write("l.csv", "id,timestamp,label\n1,1772409603000,fraud\n"), "--fail-on-drift");

        Assert.Equal(4, status);
        Assert.Contains("defaults.positiveLabel says which", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_export_of_ones_own_is_read_by_the_input_section_and_what_files_have_no_use_for_is_said()
    {
        string config = _run.Write("c.yaml", """
            kafka: { bootstrapServers: "kafka:9092" }
            input:
              predictions: { id: /request, timestamp: /meta/at, probability: /score, timestampUnit: s, defaultModel: fraud, timeFrom: kafka }
              labels: { id: /ref, timestamp: /at, label: /outcome, timestampUnit: s }
            defaults: { positiveLabel: fraud, horizon: 1h, slices: [country] }
            """);
        string labels = _run.Write("l.csv", "ref,at,outcome\n1,1772409603,fraud\n2,1772409604,good\n3,1772499604,good\n");
        foreach (string predictions in new[]
        {
            _run.Write("p.csv", "request,meta.at,score,country\n1,1772409601,0.25,de\n2,1772409602,0.5,de\n3,1772409602,0.5,fr\n4,1772499605,0.5,fr\n"),
            _run.Write("p.jsonl", """
                {"request":1,"meta":{"at":1772409601},"score":0.25,"slices":{"country":"de"}}
                {"request":2,"meta":{"at":1772409602},"score":0.5,"slices":{"country":"de"}}
                {"request":3,"meta":{"at":1772409602},"score":0.5,"slices":{"country":"fr"}}
                {"request":4,"meta":{"at":1772499605},"score":0.5,"slices":{"country":"fr"}}
                """),
        })
        {
            var (status, output, error) = Driftwatch("", "replay", "--config", config, "--predictions", predictions, "--labels", labels, "--json");

            Assert.Equal(0, status);
            Assert.Contains("note: replay does not use kafka, input.predictions.timeFrom of the configuration.", error, StringComparison.Ordinal);
            var replay = JsonDocument.Parse(output).RootElement;
            // The third label came a day late, and the configuration waits for an hour.
            Assert.Equal("""{"matched":2,"expired":1,"orphaned":1,"pending":1}""", replay.GetProperty("join").GetRawText());
            Assert.Equal(["fraud", "fraud", "fraud"], replay.GetProperty("series").EnumerateArray().Select(series => series.GetProperty("model").GetString()));
            Assert.Equal(1, replay.GetProperty("series")[0].GetProperty("total").GetProperty("positives").GetInt32());
        }
    }

    [Fact]
    public void A_quiet_series_tells_its_evidence_so_that_silence_can_be_audited()
    {
        string predictions = _run.Write("q.csv", $"id,timestamp,probability\n{string.Join('\n', Enumerable.Range(0, 8000).Select(i => $"{i},{Start + (i * 108_000L)},0.5"))}\n");
        string labels = _run.Write("ql.csv", $"id,timestamp,label\n{string.Join('\n', Enumerable.Range(0, 8000).Select(i => $"{i},{Start + (i * 108_000L) + 60_000},{(i * 7919 / 13) % 2}"))}\n");

        var (_, output, _) = Driftwatch("", "replay", "--predictions", predictions, "--labels", labels, "--json");
        var (_, report, _) = Driftwatch("", "replay", "--predictions", predictions, "--labels", labels);

        var drift = JsonDocument.Parse(output).RootElement.GetProperty("series")[0].GetProperty("drift");
        Assert.Equal("calibrated", drift.GetProperty("state").GetString());
        Assert.InRange(drift.GetProperty("detector").GetProperty("logEvidence").GetDouble(), -1000, drift.GetProperty("detector").GetProperty("logThreshold").GetDouble() - 0.5);
        Assert.True(drift.GetProperty("detector").GetProperty("overdispersion").GetDouble() >= 1);
        Assert.Equal(JsonValueKind.Array, drift.GetProperty("earlyWarning").GetProperty("warnings").ValueKind);
        Assert.Contains("alarm at", report, StringComparison.Ordinal);
        Assert.Matches(@"q +calibrated", report);
    }

    [Fact]
    public void Half_a_compressed_file_is_an_error_and_not_a_short_file()
    {
        string path = _run.Write("cut.csv.gz", $"id,timestamp,probability\n{string.Join('\n', Enumerable.Range(0, 50_000).Select(i => $"{i},{Start + (i * 7919L)},0.{i % 1000:000}"))}\n");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^2000]);

        var (status, output, error) = Driftwatch("", "replay", "--predictions", path, "--labels", _run.Write("l.csv", Labels), "--json");

        Assert.Equal(1, status);
        Assert.Equal("", output);
        Assert.Contains("cut.csv.gz: reading broke off after line", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--labels", "replay", "--predictions", "P")]
    [InlineData(2, "expected a duration", "replay", "--predictions", "P", "--labels", "L", "--window", "soon")]
    [InlineData(2, "longer than nothing", "replay", "--predictions", "P", "--labels", "L", "--window", "0s")]
    [InlineData(2, "expected a time", "replay", "--predictions", "P", "--labels", "L", "--origin", "monday")]
    [InlineData(2, "expected one of s, ms, us, ns", "replay", "--predictions", "P", "--labels", "L", "--timestamp-unit", "minutes")]
    [InlineData(2, "did you mean adwin", "replay", "--predictions", "P", "--labels", "L", "--rule", "advin")]
    [InlineData(2, "--input error", "replay", "--predictions", "P", "--labels", "L", "--rule", "eddm", "--input", "brier")]
    [InlineData(2, "only classical rules", "replay", "--predictions", "P", "--labels", "L", "--rule", "threshold", "--input", "brier")]
    [InlineData(2, "unknown", "replay", "--predictions", "P", "--labels", "L", "--rule", "luck")]
    [InlineData(2, "no such file", "replay", "--predictions", "nowhere.csv", "--labels", "L")]
    [InlineData(2, "begins as Arrow", "replay", "--predictions", "A", "--labels", "L")]
    [InlineData(2, "Only one", "replay", "--predictions", "-", "--labels", "-")]
    [InlineData(2, "'region'", "replay", "--predictions", "P", "--labels", "L", "--slice", "region")]
    [InlineData(2, "--predictions: not with --kafka", "replay", "--kafka", "--predictions", "P")]
    [InlineData(2, "--from: only with --kafka", "replay", "--predictions", "P", "--labels", "L", "--from", "2026-11-01")]
    [InlineData(2, "expected a date such as", "replay", "--kafka", "--from", "soon")]
    [InlineData(2, "--from is not before --to", "replay", "--kafka", "--from", "2026-11-02", "--to", "2026-11-01T00:00:00Z")]
    [InlineData(2, "reads everything twice", "replay", "--predictions", "-", "--labels", "L", "--compare-policy", "C")]
    [InlineData(78, "no such file", "replay", "--predictions", "P", "--labels", "L", "--compare-policy", "nowhere.yaml")]
    [InlineData(78, "no such file", "replay", "--predictions", "P", "--labels", "L", "--config", "nowhere.yaml")]
    public void What_cannot_be_done_is_said_in_a_sentence_with_its_status(int expected, string says, params string[] arguments)
    {
        var files = new Dictionary<string, string>
        {
            ["P"] = _run.Write("p.csv", Predictions), ["L"] = _run.Write("l.csv", Labels), ["A"] = _run.Write("a.arrow", "ARROW1"), ["C"] = _run.Write("c.yaml", "defaults: { team: risk }"),
        };

        var (status, output, error) = Driftwatch("", [.. arguments.Select(argument => files.GetValueOrDefault(argument, argument))]);

        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Equal(expected, status);
        Assert.Equal("", output);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static (int Status, string Output, string Error) Driftwatch(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "driftwatch.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill();
            Assert.Fail($"driftwatch {string.Join(' ', arguments)} did not end in two minutes");
        }

        return (process.ExitCode, output.Result, error.Result);
    }
}
