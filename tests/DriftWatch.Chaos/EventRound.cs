namespace DriftWatch.Chaos;

/// <summary>One event of the log, on topics of its own: traffic and instances that are well, then the event, and what comes of it.</summary>
internal sealed class EventRound(LogEvent logEvent, RoundPlan plan, ChaosOptions options, Cluster cluster, string root, string folder, Tally tally)
{
    public async Task Run()
    {
        Directory.CreateDirectory(folder);
        string configuration = Path.Combine(folder, "driftwatch.yaml");
        await File.WriteAllTextAsync(configuration, plan.Configuration(cluster.Bootstrap, folder));
        await cluster.CreateTopics((plan.Predictions, RoundPlan.PredictionPartitions), (plan.Labels, RoundPlan.LabelPartitions));
        Instance[] instances = [.. Enumerable.Range(0, logEvent.Instances).Select(i => new Instance(i, Part.Service(i, Path.Combine(root, "out", "driftwatch"), configuration, options.Port + 500 + i), folder, () => null, tally))];
        var traffic = new TrafficSender(plan, cluster.Bootstrap, options.Seed, options.Rate, tally);
        traffic.Start();
        foreach (var instance in instances) instance.Start();
        var watch = new CounterWatch(instances, tally);
        try
        {
            Program.Say($"{logEvent.Name}: {logEvent.What}");
            await logEvent.Act(new Stage(logEvent.Name, plan, cluster, instances, traffic, watch, tally));
            tally.Passed(logEvent.Name);
            Program.Say($"{logEvent.Name}: as it should");
        }
        catch (UnexpectedException unexpected)
        {
            tally.Fault($"{logEvent.Name}: {unexpected.Message}");
        }
        finally
        {
            var ending = new Ending(tally);
            ending.Of("the scraping thread", watch.Dispose);
            foreach (var instance in instances) ending.Of($"instance {instance.Number}", instance.Dispose);
            ending.Of("the sender of traffic", traffic.Dispose);
        }
    }
}
