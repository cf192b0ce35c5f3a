using System.CommandLine;
using System.CommandLine.Parsing;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;
using DriftWatch.Hosting;
using DriftWatch.Options;
using DriftWatch.Recalibrating;
using DriftWatch.Replay;
using DriftWatch.Sets;
using Spectre.Console;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch fit</c>: which calibration map would help, and that map as files.</summary>
internal static class FitCommand
{
    private const int PlainWidth = 160;

    private static readonly string[] NotForFits =
    [
        "kafka", "pipeline", "web", "metrics", "log", "events", "input.topics", "monitor.windows", "monitor.pane", "monitor.outOfOrderness", "monitor.maxPending", "monitor.maxPanes", "monitor.maxRoutes", "monitor.exportedBins",
    ];

    private static readonly Option<string> Predictions = new("--predictions") { Description = "Predictions, as for replay: a file, a folder, or a pattern in quotes. - for standard input.", HelpName = "FILE" };
    private static readonly Option<string> Labels = new("--labels") { Description = "Labels, likewise.", HelpName = "FILE" };
    private static readonly Option<string?> Set = new("--calibration-set") { Description = "A set that driftwatch set has written, in place of files: its folds, weights and days are taken as they are.", HelpName = "FILE" };
    private static readonly Option<string?> Out = new("--out") { Description = "Folder for the map, as JSON and ONNX, and the folders for Triton, KServe and MLflow. Without it nothing is written.", HelpName = "DIR" };
    private static readonly Option<string?> Model = new("--model") { Description = "Model to fit; rows that name none are taken as its. Needed where the rows are of several.", HelpName = "NAME" };
    private static readonly Option<string?> Version = new("--model-version") { Description = "Version to fit, where the rows are of several.", HelpName = "VERSION" };
    private static readonly Option<EventTime?> From = MomentOption.Of("--from", "Fits predictions from this moment on; a date is its midnight, UTC.");
    private static readonly Option<EventTime?> To = MomentOption.Of("--to", "Fits predictions before this moment.");
    private static readonly Option<EventTime?> ValidFrom = MomentOption.Of("--valid-from", "From which predictions on the map is meant. Default: the last prediction that was fitted.");
    private static readonly Option<string?> Parent = new("--parent") { Description = "The map.json before this one: its revision goes on, and its checksum is kept.", HelpName = "FILE" };
    private static readonly Option<string> StorageUri = new("--storage-uri") { Description = "Where KServe will find the folder triton.", HelpName = "URI", DefaultValueFactory = _ => "pvc://calibration-maps/triton" };
    private static readonly Option<bool> Anyway = new("--anyway") { Description = "Writes the best map even if the gate does not accept it. The document says which conditions fail." };

    private static readonly Option<TimeSpan?> Block = new("--block")
    {
        Description = "Stretch of time within which outcomes share causes. Default: 1d.",
        HelpName = "DURATION",
        CustomParser = result =>
        {
            if (Durations.TryParse(result.Tokens[0].Value, out var duration) && duration > TimeSpan.Zero) return duration;
            result.AddError($"--block {result.Tokens[0].Value}: expected {Durations.Expected}.");
            return null;
        },
    };

    private static readonly Option<MapMethod[]> Methods = new("--method")
    {
        Description = $"Maps to try, with commas between: {string.Join(", ", MapMethods.OfClaims.Select(method => method.Name()))}. Default: all of them. For a set that holds vectors also vector, which with temperature then maps these.",
        HelpName = "NAME,…",
        CustomParser = result =>
        {
            List<MapMethod> methods = [];
            foreach (string name in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
            {
                if (MapMethods.Find(name) is { } method) methods.Add(method);
                else result.AddError($"--method {name}: unknown; expected {string.Join(", ", MapMethods.All.Select(known => known.Name()))}.");
            }

            return [.. methods];
        },
    };

    public static Command Create()
    {
        var command = new Command("fit", "Tries calibration maps on labeled predictions from files, says whether one helps and why, and writes it as JSON and ONNX with folders for Triton, KServe and MLflow.");
        foreach (Option option in new Option[] { Predictions, Labels, Set, Out, Methods, Model, Version, From, To, Block, ValidFrom, Parent, StorageUri, Anyway }) command.Add(option);
        command.Validators.Add(CheckSource);
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, flags), stop));
        return command;
    }

    private static int Run(ParseResult parsed, ConfigFlags flags)
    {
        var config = ConfigLoader.Load(flags.Sources(parsed), ReplayOptions.Defaults);
        if (ConfigFlags.LoadOrComplain(config, parsed.InvocationConfiguration.Error) is not { } options) return ExitCode.BadConfiguration;
        UnusedSettings.Tell(config.Root, "fit", NotForFits, parsed.InvocationConfiguration.Error);
        var parent = ParentOf(parsed.GetValue(Parent));
        var methods = parsed.GetValue(Methods) is { Length: > 0 } some ? some : (IReadOnlyList<MapMethod>)MapMethods.OfClaims;
        if (parsed.GetValue(Set) is { } file)
        {
            try
            {
                Tell(parsed, FittedSet.Of(file, methods), parent);
                return ExitCode.Ok;
            }
            catch (SetException unusable)
            {
                throw new CommandFailure(unusable.Message, ExitCode.Usage);
            }
        }

        var fit = new FitRequest(parsed.GetValue(Model), parsed.GetValue(Version), parsed.GetValue(From), parsed.GetValue(To), parsed.GetValue(Block) ?? TimeSpan.FromDays(1), methods);
        var request = new ReplayRequest
        {
            Predictions = parsed.GetRequiredValue(Predictions),
            Labels = parsed.GetRequiredValue(Labels),
            Configured = options.Monitor with { Windows = [ReplayRequest.DefaultWindow] },
            PredictionFields = options.Pipeline.PredictionFields with { DefaultModel = parsed.GetValue(Model) ?? options.Pipeline.PredictionFields.DefaultModel },
            LabelFields = options.Pipeline.LabelFields,
            Limits = options.Pipeline.Limits,
            Missing = options.Pipeline.Missing,
            HasHorizon = config.Root["defaults"]?["horizon"] is { IsNull: false },
            ModelsWithHorizon = (config.Root["models"]?.Members ?? []).Where(model => model.Value["horizon"] is { IsNull: false }).Select(model => model.Key).ToHashSet(),
            KeepsPairs = true,
        };
        try
        {
            var result = new Replayer(request, new ReplayMeter()).Run(Console.OpenStandardInput);
            foreach (string line in result.Warnings.Select(warning => $"warning: {warning}").Concat(result.Examples)) parsed.InvocationConfiguration.Error.WriteLine(line);
            Tell(parsed, FittedSeries.Of(result, fit), parent);
            return ExitCode.Ok;
        }
        catch (ReplayException failure)
        {
            throw new CommandFailure(failure.Message, failure.ExitStatus);
        }
    }

    /// <summary>A set says itself what it is of.</summary>
    private static void CheckSource(CommandResult result)
    {
        bool ofSet = result.GetResult(Set) is not null;
        foreach (var file in new[] { Predictions, Labels })
        {
            bool isGiven = result.GetResult(file) is not null;
            if (ofSet && isGiven) result.AddError($"{file.Name}: not with --calibration-set, which holds both.");
            if (!ofSet && !isGiven) result.AddError($"Option '{file.Name}' is required, or --calibration-set.");
        }

        if (!ofSet && result.GetResult(Methods)?.Tokens.Any(token => token.Value.Split(',', StringSplitOptions.TrimEntries).Contains(MapMethod.Vector.Name())) == true) result.AddError("--method vector: only with a --calibration-set that holds vectors.");
        foreach (Option option in new Option[] { Model, Version, From, To, Block })
        {
            if (ofSet && result.GetResult(option) is { Implicit: false }) result.AddError($"{option.Name}: not with --calibration-set, which is of one model version and stretch.");
        }
    }

    private static void Tell(ParseResult parsed, FittedSeries fitted, MapDocument? parent)
    {
        FitReport.Write(ConsoleOf(parsed.InvocationConfiguration.Output), fitted);
        WriteFiles(parsed, fitted, parent);
    }

    private static void WriteFiles(ParseResult parsed, FittedSeries fitted, MapDocument? parent)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Out) is not { } folder) return;
        var candidate = fitted.Answer.Chosen ?? (parsed.GetValue(Anyway) ? fitted.Answer.Candidates.Where(one => one.Scores is not null).MinBy(one => one.Scores!.LogLoss.Mean) : null);
        if (candidate is null)
        {
            output.WriteLine($"No map was written.{(fitted.Answer.Candidates.Any(one => one.Map is not null) && !parsed.GetValue(Anyway) ? " With --anyway the best is." : "")}");
            return;
        }

        var document = new MapDocument
        {
            Model = fitted.Key.Model,
            Version = fitted.Key.Version,
            Slice = fitted.Key.Slice?.ToString(),
            View = fitted.ViewName,
            Map = candidate.Map!,
            Classes = fitted.Classes,
            Seen = fitted.Seen,
            Lineage = new((parent?.Lineage.Revision ?? 0) + 1, parent?.Checksum, fitted.Episode, fitted.Answer.Count, fitted.Answer.Positives, fitted.From, fitted.To, fitted.SetChecksum, $"driftwatch {BuildInfo.Version}"),
            Gate = fitted.Answer with { Chosen = candidate },
            ValidFrom = parsed.GetValue(ValidFrom) ?? fitted.To,
        };
        output.WriteLine($"Written to {folder}:");
        foreach (string path in MapFolder.Write(folder, document, parsed.GetRequiredValue(StorageUri))) output.WriteLine($"  {path}");
    }

    private static MapDocument? ParentOf(string? path)
    {
        if (path is null) return null;
        try
        {
            return MapJsonReader.Read(File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is MapFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"--parent {path}: {failure.Message}");
        }
    }

    private static IAnsiConsole ConsoleOf(TextWriter output)
    {
        bool plain = Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect, Out = new AnsiConsoleOutput(output) });
        if (plain) console.Profile.Width = PlainWidth;
        return console;
    }
}
