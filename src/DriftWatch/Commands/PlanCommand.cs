using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Events;
using DriftWatch.Core.Time;
using DriftWatch.Evaluation.Bench;
using DriftWatch.Hosting;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>How long a drift goes on before it is noticed, for a policy and a volume: what a tolerance and a false-alarm rate cost.</summary>
internal static class PlanCommand
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1), Hour = TimeSpan.FromHours(1);

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
        var shocks = new Option<double>("--shocks") { Description = "Standard deviation, on the log-odds, of shocks that all outcomes of a day share.", HelpName = "NUMBER" };
        var memory = new Option<double>("--memory") { Description = "How much of a day's shock is there the next day, from 0 to 0.99.", HelpName = "NUMBER" };
        var unlabeled = new Option<double>("--unlabeled") { Description = "Share of predictions whose label never comes, from 0 to 0.99.", HelpName = "SHARE" };
        var slices = new Option<int>("--slices") { Description = "Slices that share the false-alarm rate with the whole.", HelpName = "N" };
        var version = Parsed.Option<TimeSpan?>("--version-every", "DURATION", "How long a version of the model lives, in whole hours; each begins with what the one before it taught. Default: one version all the time.",
            "a duration of whole hours, such as 1d or 12h.", text => (Durations.TryParse(text, out var every) && every >= Hour && every.Ticks % Hour.Ticks == 0, every), null);
        var batch = new Option<bool>("--batch") { Description = "A day's predictions come all at once, not evenly over the day." };
        var delay = Parsed.Option<(TimeSpan Negative, TimeSpan Positive)?>("--label-delay", "DURATION[,DURATION]", "How long labels take on average, and after a comma those of outcomes that came true; what takes longer than labels are waited for counts as missing. Default: all are in time.",
            "a duration, or two with a comma between, such as 6h or 2h,6h.", TryDelays, null);
        var streams = new Option<int>("--streams") { Description = "Streams that are played for each drift.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "Writes one JSON document to standard output in place of the table." };
        Positive(volume, 1e-3);
        Within(shocks, 0, 10);
        Within(memory, 0, 0.99);
        Within(unlabeled, 0, 0.99);
        Within(slices, 0, 100_000);
        Within(streams, 2, 10_000);
        var config = new ConfigFlags();
        foreach (Option option in new Option[] { volume, scores, model, shocks, memory, unlabeled, slices, version, batch, delay, streams, json }) command.Add(option);
        config.AddTo(command);
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var loaded = ConfigLoader.Load(config.Sources(parsed));
            if (ConfigFlags.LoadOrComplain(loaded, parsed.InvocationConfiguration.Error) is not { } options) return ExitCode.BadConfiguration;
            UnusedSettings.Tell(loaded.Root, "plan", ["kafka", "input.topics", "input.labels", "pipeline", "web", "metrics", "log", "events"], parsed.InvocationConfiguration.Error);
            var question = new PlanQuestion(
                (claims, drift, maturity) => new PlanStream
                {
                    Claims = claims,
                    Drift = drift,
                    Maturity = maturity,
                    PerDay = parsed.GetValue(volume),
                    Shocks = parsed.GetValue(shocks),
                    Memory = parsed.GetValue(memory),
                    Unlabeled = parsed.GetValue(unlabeled),
                    Slices = parsed.GetValue(slices),
                    VersionEvery = parsed.GetValue(version),
                    MaxVersions = options.Monitor.MaxVersions,
                    Batch = parsed.GetValue(batch),
                    DelayNegative = parsed.GetValue(delay)?.Negative ?? TimeSpan.Zero,
                    DelayPositive = parsed.GetValue(delay)?.Positive ?? TimeSpan.Zero,
                },
                ScoreShapes.Read(parsed.GetRequiredValue(scores), options.Pipeline),
                options.Monitor.For(parsed.GetValue(model) ?? ""),
                options.Monitor,
                parsed.GetValue(streams),
                new BenchJobs(_ => { }, stop));
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) WriteJson(question, output);
            else WriteTable(question, output);
            return ExitCode.Ok;
        }, stop));
        return command;
    }

    private static (bool Read, (TimeSpan Negative, TimeSpan Positive)? Delays) TryDelays(string text)
    {
        string[] parts = text.Split(',');
        bool read = Durations.TryParse(parts[0], out var negative);
        var positive = negative;
        if (parts.Length == 2) read &= Durations.TryParse(parts[1], out positive);
        return (read && parts.Length <= 2 && negative > TimeSpan.Zero && positive > TimeSpan.Zero, (negative, positive));
    }

    private static void Positive(Option<double> option, double least) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !(double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value) && value >= least && double.IsFinite(value)))
            result.AddError($"{option.Name} {result.Tokens[0].Value}: expected a number of at least {least.ToString(CultureInfo.InvariantCulture)}.");
    });

    private static void Within<T>(Option<T> option, double least, double most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !(double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most))
            result.AddError($"{option.Name} {result.Tokens[0].Value}: expected a number from {least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}.");
    });

    private static void WriteTable(PlanQuestion question, TextWriter output)
    {
        output.WriteLine($"Policy     {question.Policy}");
        output.WriteLine($"Stream     {Describe(question.Stream)}");
        output.WriteLine();
        output.WriteLine($"{"drift",-26}{"labels needed",16}{"noticed after",16}{"95 % after",14}   {"any rule needs at least",-26}held up most by");
        foreach (var answer in question.Answers())
        {
            string needed = answer.Median is { } days ? question.Labels(days).ToString("#,0", CultureInfo.InvariantCulture) : "–";
            output.WriteLine($"{answer.Drift,-26}{needed,16}{Time(question, answer, answer.Median),16}{Time(question, answer, answer.P95),14}   {(answer.Least is { } least ? least.ToString("#,0", CultureInfo.InvariantCulture) : "–"),-26}{Limit(answer)}");
        }

        output.WriteLine();
        output.WriteLine(question.Caveat);
    }

    private static string Time(PlanQuestion question, PlanAnswer answer, double? days) =>
        answer.Tolerated ? "tolerated" : days is { } known ? Durations.Format(question.Time(known)) : $"> {PlanSimulation.Most}d";

    private static string Limit(PlanAnswer answer) =>
        answer.Tolerated ? "the tolerance" : answer.Limit is { } limit ? $"{limit.Name} ({Durations.Format(limit.Without)} {(limit.Name == PlanLimits.Labels ? $"with {PlanLimits.More} times as many" : "without")})" : "–";

    private static string Describe(PlanStream stream)
    {
        string text = FormattableString.Invariant($"{stream.PerDay:#,0.###} labeled predictions a day");
        if (stream.Unlabeled > 0) text += FormattableString.Invariant($", {stream.Unlabeled:0.##%} more without a label to come");
        if (stream.Shocks > 0) text += FormattableString.Invariant($", shocks of a day of {stream.Shocks:0.##} on the log-odds, memory {stream.Memory:0.##}");
        if (stream.Slices > 0) text += FormattableString.Invariant($", {stream.Slices} slices");
        if (stream.VersionEvery is { } every) text += $", a version every {Durations.Format(every)} (after the first {stream.MaxVersions} all are watched as one: monitor.maxVersions)";
        if (stream.Batch) text += ", a day's at once";
        if (stream.DelayNegative > TimeSpan.Zero) text += FormattableString.Invariant($", labels after {Durations.Format(stream.DelayNegative)} on average, after {Durations.Format(stream.DelayPositive)} where it came true ({stream.InTime(false):0.0%} and {stream.InTime(true):0.0%} in time)");
        return text;
    }

    private static void WriteJson(PlanQuestion question, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("policy", question.Policy);
            json.WriteNumber("perDay", question.PerDay);
            json.WriteNumber("unlabeled", question.Stream.Unlabeled);
            json.WriteNumber("shocks", question.Stream.Shocks);
            json.WriteNumber("memory", question.Stream.Memory);
            json.WriteNumber("slices", question.Stream.Slices);
            if (question.Stream.VersionEvery is { } every) json.WriteNumber("versionDays", every / Day);
            json.WriteBoolean("batch", question.Stream.Batch);
            json.WriteNumber("labelDelayDaysNegative", question.Stream.DelayNegative / Day);
            json.WriteNumber("labelDelayDaysPositive", question.Stream.DelayPositive / Day);
            json.WriteNumber("streams", question.Streams);
            json.WriteStartArray("plans");
            foreach (var answer in question.Answers())
            {
                json.WriteStartObject();
                json.WriteString("drift", answer.Drift);
                json.WriteBoolean("tolerated", answer.Tolerated);
                WindowJson.WriteNumber(json, "predictions", answer.Median is { } median ? Math.Ceiling(question.Labels(median)) : null);
                WindowJson.WriteNumber(json, "days", answer.Median is { } half ? question.Time(half) / Day : null);
                WindowJson.WriteNumber(json, "days95", answer.P95 is { } most ? question.Time(most) / Day : null);
                WindowJson.WriteNumber(json, "least", answer.Least is { } least ? Math.Ceiling(least) : null);
                json.WriteString("limit", answer.Limit?.Name);
                WindowJson.WriteNumber(json, "daysWithoutLimit", answer.Limit?.Without / Day);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
