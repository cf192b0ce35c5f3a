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
    [InlineData(2, "Arrow", "replay", "--predictions", "A", "--labels", "L")]
    [InlineData(2, "Only one", "replay", "--predictions", "-", "--labels", "-")]
    [InlineData(2, "'region'", "replay", "--predictions", "P", "--labels", "L", "--slice", "region")]
    [InlineData(78, "no such file", "replay", "--predictions", "P", "--labels", "L", "--config", "nowhere.yaml")]
    public void What_cannot_be_done_is_said_in_a_sentence_with_its_status(int expected, string says, params string[] arguments)
    {
        var files = new Dictionary<string, string>
        {
            ["P"] = _run.Write("p.csv", Predictions), ["L"] = _run.Write("l.csv", Labels), ["A"] = _run.Write("a.arrow", "ARROW1"),
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
