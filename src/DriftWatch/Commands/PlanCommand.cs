using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;
using DriftWatch.Hosting;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>How long a drift goes on before it is noticed, for a policy and a volume: what a tolerance and a false-alarm rate cost.</summary>
internal static class PlanCommand
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static Command Create()
    {
        var command = new Command("plan", "Tells how long a drift goes on before it is noticed, by policy and volume.");
        var volume = new Option<double>("--per-day") { Description = "Labeled predictions a day.", HelpName = "NUMBER", DefaultValueFactory = _ => 10_000 };
        var scores = new Option<string>("--scores")
        {
            Description = $"Where the claims are: {string.Join(", ", ScoreShapes.All.Select(shape => shape.Name))}, or a file of predictions (every kind that replay reads).",
            HelpName = "SHAPE|FILE",
            DefaultValueFactory = _ => ScoreShapes.All[0].Name,
        };
        var model = new Option<string?>("--model") { Description = "The model whose policy counts. Default: that of all models.", HelpName = "NAME" };
        var dispersion = new Option<double>("--overdispersion")
        {
            Description = "φ: how much more outcomes vary than independent ones; the page shows it.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => 1,
        };
        var json = new Option<bool>("--json") { Description = "Writes one JSON document to standard output in place of the table." };
        Positive(volume, 1e-3);
        Positive(dispersion, 1);
        var config = new ConfigFlags();
        foreach (Option option in new Option[] { volume, scores, model, dispersion, json }) command.Add(option);
        config.AddTo(command);
        command.SetAction(parsed =>
        {
            var loaded = ConfigLoader.Load(config.Sources(parsed));
            if (ConfigFlags.LoadOrComplain(loaded, parsed.InvocationConfiguration.Error) is not { } options) return ExitCode.BadConfiguration;
            UnusedSettings.Tell(loaded.Root, "plan", ["kafka", "input.topics", "input.labels", "pipeline", "web", "metrics", "log", "events"], parsed.InvocationConfiguration.Error);
            var question = new PlanQuestion(
                ScoreShapes.Read(parsed.GetRequiredValue(scores), options.Pipeline),
                options.Monitor.For(parsed.GetValue(model) ?? ""),
                options.Monitor,
                parsed.GetValue(volume),
                parsed.GetValue(dispersion));
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) WriteJson(question, output);
            else WriteTable(question, output);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Positive(Option<double> option, double least) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !(double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value) && value >= least && double.IsFinite(value)))
            result.AddError($"{option.Name} {result.Tokens[0].Value}: expected a number of at least {least.ToString(CultureInfo.InvariantCulture)}.");
    });

    private static void WriteTable(PlanQuestion question, TextWriter output)
    {
        output.WriteLine($"Policy     {question.Policy}");
        output.WriteLine($"Volume     {question.PerDay.ToString("#,0.###", CultureInfo.InvariantCulture)} labeled predictions a day; φ = {question.Overdispersion.ToString("0.##", CultureInfo.InvariantCulture)}");
        output.WriteLine();
        output.WriteLine($"{"drift",-34}{"labels needed",16}{"time",12}   any rule needs at least");
        foreach (var answer in question.Answers())
        {
            string needed = answer.Predictions is { } labels ? labels.ToString("#,0", CultureInfo.InvariantCulture) : "never";
            string time = answer.Predictions is { } count ? Durations.Format(question.Time(count)) : "tolerated";
            output.WriteLine($"{answer.Drift,-34}{needed,16}{time,12}   {(answer.Least is { } least ? least.ToString("#,0", CultureInfo.InvariantCulture) : "–")}");
        }

        output.WriteLine();
        output.WriteLine(question.Caveat);
    }

    private static void WriteJson(PlanQuestion question, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("policy", question.Policy);
            json.WriteNumber("perDay", question.PerDay);
            json.WriteNumber("overdispersion", question.Overdispersion);
            json.WriteStartArray("plans");
            foreach (var answer in question.Answers())
            {
                json.WriteStartObject();
                json.WriteString("drift", answer.Drift);
                if (answer.Predictions is { } labels)
                {
                    json.WriteNumber("predictions", Math.Ceiling(labels));
                    json.WriteNumber("days", question.Time(labels) / Day);
                }
                else
                {
                    json.WriteNull("predictions");
                    json.WriteNull("days");
                }

                if (answer.Least is { } least) json.WriteNumber("least", Math.Ceiling(least));
                else json.WriteNull("least");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
