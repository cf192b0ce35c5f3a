using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>What a good configuration means, in a few lines.</summary>
internal static class ConfigSummary
{
    public static void Write(DriftWatchOptions options, TextWriter output)
    {
        var (kafka, monitor) = (options.Kafka, options.Monitor);
        output.WriteLine("The configuration is good.");
        output.WriteLine($"  reads      {string.Join(", ", kafka.PredictionTopics)} and {string.Join(", ", kafka.LabelTopics)} at {kafka.BootstrapServers} as {kafka.GroupId}");
        output.WriteLine($"  writes     requests to {kafka.RequestTopic}{(kafka.UpdateTopic is { } updates ? $", what becomes of them to {updates}" : "")}{(kafka.StateTopic is { } stands ? $", what stands to {stands}" : "")}, dead letters to {kafka.DeadLetterTopic}, state to {kafka.CheckpointTopic}{(kafka.CreateTopics ? ", creating them if need be" : "")}");
        output.WriteLine(options.Recalibration.AnswersTopic is { } answers
            ? $"  answers    are read from {answers}; a fix has to prove itself within {Durations.Format(monitor.Default.Requests.ProveWithin)}"
            : "  answers    are not read: recalibration.answersTopic is empty");
        output.WriteLine($"  serves     http://{options.Listen.Address}");
        output.WriteLine($"  windows    {string.Join(", ", monitor.Windows.Select(Durations.Format))} of panes of {Durations.Format(monitor.Pane)}");
        foreach (var (name, model) in monitor.Models) output.WriteLine($"  model      {name}: {Describe(model, monitor)}");
        output.WriteLine(monitor.OnlyNamedModels ? "  others     are rejected" : $"  others     {Describe(monitor.Default, monitor)}");
    }

    private static string Describe(ModelOptions model, MonitorOptions monitor)
    {
        string expiry = model.Join.OnExpiry == ExpiryRule.Negative ? ", then counts as negative" : "";
        string verdict = model.Requests.Enabled ? $"a request when {model.Rule.Summary(model.Watch)}" : "no requests";
        return $"waits {Durations.Format(model.Join.Horizon)} for labels{expiry}, judged at age {Durations.Format(model.MaturityAge(monitor.OutOfOrderness))}; {verdict}";
    }
}
