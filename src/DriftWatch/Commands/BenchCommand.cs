using System.CommandLine;
using System.Globalization;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Evaluation.Bench;
using DriftWatch.Hosting;
using DriftWatch.Replay;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch bench detect</c>: how soon each rule finds a drift, and how often it makes one up.</summary>
internal static class BenchCommand
{
    private static readonly string[] Experiments = [.. Enumerable.Range(0, 15).Select(i => $"S{i}")];

    private static readonly Option<int?> Streams = new("--streams") { Description = "Streams per cell. Default: 40.", HelpName = "N" };
    private static readonly Option<int?> Calibrated = new("--calibrated") { Description = "Calibrated streams of each score law that thresholds of equal false-alarm rate are set by, and as many others that the rate is measured on. Default: 200, with --quick 20.", HelpName = "N" };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "What all streams are drawn from.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Quick = new("--quick") { Description = "A minute or two: few streams, three drifts." };
    private static readonly Option<bool> Full = new("--full") { Description = "A hundred streams a cell, 400 calibrated ones and 250 fleets: some hours of two processors." };
    private static readonly Option<string?> Flights = new("--flights") { Description = "Folder with predictions.csv.gz and labels.csv.gz of the flights; without it S13 is left out.", HelpName = "DIR" };
    private static readonly Option<string?> Out = new("--out") { Description = "Folder for detection.md and its pictures; without it the page goes to standard output.", HelpName = "DIR" };
    private static readonly Option<bool> Json = new("--json") { Description = "Writes one JSON document to standard output in place of the page." };
    private static readonly Option<bool> Check = new("--check") { Description = $"Ends with status {ExitCode.Failure} if a target is missed that does not hang on the machine's speed." };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Experiments to run, with commas between: S0 to S14. Drifts bring S0 along, for their thresholds.",
        HelpName = "S0,S1,…",
        CustomParser = result =>
        {
            string[] ids = [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
            if (Array.Find(ids, id => !Experiments.Contains(id)) is { } unknown) result.AddError($"--only {unknown}: unknown; expected S0 to S14.");
            return ids;
        },
    };

    private static readonly Option<string?> Cell = new("--cell") { Description = "Of S14, only the streams whose name has this text.", HelpName = "TEXT" };

    public static Command Create()
    {
        var detect = new Command("detect", "Compares the drift rules on made-up streams whose truth is known (statistics, section 9): false alarms, delay, direction, cost.")
        {
            Streams, Calibrated, Seed, Quick, Full, Only, Cell, Flights, Out, Json, Check,
        };
        Streams.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 2 or > 100_000) result.AddError("--streams: expected 2 to 100000.");
        });
        Calibrated.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 20 or > 100_000) result.AddError("--calibrated: expected 20 to 100000, since one in twenty may alarm.");
        });
        detect.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop), stop));
        return new Command("bench", "Measures DriftWatch against what it promises.") { detect, BenchIntervalsCommand.Create() };
    }

    private static int Run(ParseResult parsed, CancellationToken stop)
    {
        if (parsed.GetValue(Quick) && parsed.GetValue(Full)) throw new CommandFailure("--quick and --full: choose one.", ExitCode.Usage);
        var request = new BenchRequest
        {
            Version = BuildInfo.Version,
            Streams = parsed.GetValue(Streams) ?? new BenchRequest().Streams,
            Calibrated = parsed.GetValue(Calibrated) ?? new BenchRequest().Calibrated,
            Seed = parsed.GetValue(Seed),
            Only = parsed.GetValue(Only) ?? [],
            Cell = parsed.GetValue(Cell),
            Flights = parsed.GetValue(Flights),
        };
        if (request.Flights is { } folder && !File.Exists(Path.Combine(folder, "predictions.csv.gz"))) throw new CommandFailure($"--flights {folder}: no predictions.csv.gz there.", ExitCode.Usage);
        if (parsed.GetValue(Quick)) request = request.AsQuick();
        if (parsed.GetValue(Full)) request = request.AsFull();
        var result = new BenchRunner(request, new BenchJobs(Progress, stop), Episodes).Run();
        if (!Console.IsErrorRedirected) Console.Error.WriteLine();
        Write(parsed, result);
        var missed = BenchTargets.Of(result).Where(target => !target.Passed && target.Number != 8).ToList();
        foreach (var target in missed) Console.Error.WriteLine($"missed: {target.Asked}: {target.Measured}");
        return parsed.GetValue(Check) && missed.Count > 0 ? ExitCode.Failure : ExitCode.Ok;
    }

    private static int Episodes(string predictions, string labels, ModelOptions policy, DriftRule rule)
    {
        var request = new ReplayRequest
        {
            Predictions = predictions,
            Labels = labels,
            Horizon = FlightsBench.Horizon,
            Rule = rule,
            Configured = new MonitorOptions { Windows = [ReplayRequest.DefaultWindow], Default = policy },
        };
        return new Replayer(request, new ReplayMeter()).Run(() => Stream.Null).Snapshot.Episodes.Count;
    }

    private static void Write(ParseResult parsed, BenchResult result)
    {
        if (parsed.GetValue(Json))
        {
            using var output = Console.OpenStandardOutput();
            BenchJson.Write(output, result);
            output.WriteByte((byte)'\n');
        }

        string page = new BenchReport(result, CommandLineOf(parsed, result.Request)).Write();
        if (parsed.GetValue(Out) is not { } folder)
        {
            if (!parsed.GetValue(Json)) Console.Out.Write(page);
            return;
        }

        Directory.CreateDirectory(folder);
        var pictures = result.Cells.Where(cell => BenchRunner.Pictured.Contains(cell.Scenario.Key)).ToList();
        foreach (var cell in pictures) File.WriteAllText(Path.Combine(folder, FileOf(cell)), new BenchPlot(result, cell).Draw());
        string head = string.Concat(pictures.Select(cell => $"![Delay against false alarms, {cell.Scenario.Key}]({FileOf(cell)})\n\n"));
        File.WriteAllText(Path.Combine(folder, "detection.md"), page.Replace("## Targets\n", head + "## Targets\n", StringComparison.Ordinal));
    }

    private static string FileOf(CellResult cell) => $"detection-{cell.Scenario.Key.Split(' ', 2)[1].Replace("=", "", StringComparison.Ordinal).Replace(' ', '-').ToLowerInvariant()}.svg";

    // Folders are left out: they differ from machine to machine.
    private static string CommandLineOf(ParseResult parsed, BenchRequest request) => string.Join(' ', new[]
    {
        "driftwatch bench detect",
        parsed.GetValue(Quick) ? "--quick" : "",
        parsed.GetValue(Full) ? "--full" : "",
        parsed.GetValue(Streams) is { } streams ? streams.ToString(CultureInfo.InvariantCulture).Insert(0, "--streams ") : "",
        parsed.GetValue(Calibrated) is { } calibrated ? calibrated.ToString(CultureInfo.InvariantCulture).Insert(0, "--calibrated ") : "",
        $"--seed {request.Seed}",
        request.Only.Count > 0 ? $"--only {string.Join(',', request.Only)}" : "",
        request.Cell is { } cell ? $"--cell '{cell}'" : "",
        request.Flights is null ? "" : "--flights $FLIGHTS",
    }.Where(part => part.Length > 0));

    private static void Progress(string text) => Console.Error.Write(Console.IsErrorRedirected ? text + "\n" : $"\r\u001b[K{text}");
}
