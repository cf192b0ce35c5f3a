using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DriftWatch.Chaos.Loop;
using DriftWatch.Kafka.Native;

namespace DriftWatch.Chaos;

/// <summary>The crash harness: a real broker, instances that are killed at every moment, and an oracle that reads the topics once from end to end.</summary>
internal static class Program
{
    private static readonly Stopwatch Clock = Stopwatch.StartNew();

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is [Subscriber.Command, var brokers, var orchestrator]) return Subscriber.Run(brokers, orchestrator);
        ChaosOptions options;
        try
        {
            options = ChaosOptions.Parse(arguments);
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }

        string root = Root();
        var (script, why) = Cluster.Find(root);
        if (script is null)
        {
            await Console.Error.WriteLineAsync(why);
            return 2;
        }

        return await Run(options, root, script) ? 0 : 1;
    }

    /// <summary>One line, with the time since the start.</summary>
    public static void Say(string line) => Console.WriteLine($"{Clock.Elapsed.TotalSeconds,7:0.0} {line}");

    private static async Task<bool> Run(ChaosOptions options, string root, string script)
    {
        NativeLibrdkafka.EnsureLoaded();
        string folder = Directory.CreateTempSubdirectory("driftwatch-chaos-").FullName;
        var tally = new Tally();
        Say($"seed {options.Seed}, {options.Kills} kills, {options.Brokers} brokers, {options.Instances} instances, logs in {folder}");
        using var end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Leave(folder, script));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Leave(folder, script));
        try
        {
            using var cluster = new Cluster(script, Path.Combine(folder, "kafka"), options.Brokers, options.Port);
            Say($"brokers at {cluster.Bootstrap}");
            if (options.Loop)
            {
                using var round = new LoopRound(options, cluster, root, Path.Combine(folder, "loop"), tally);
                await round.Run(options.Kills, DateTime.UtcNow + options.Limit - Clock.Elapsed);
            }

            for (int number = 0; number < options.Rounds && options.Kills > 0 && !options.Loop; number++)
            {
                var plan = RoundPlan.Of(number);
                Say($"round {number}: {plan.Describe()}");
                int kills = options.Kills * (number + 1) / options.Rounds;
                await new Round(plan, options, cluster, root, Path.Combine(folder, $"round-{number}"), tally).Run(kills, DateTime.UtcNow + (options.Limit * (number + 1) / options.Rounds) - Clock.Elapsed);
            }

            for (int i = 0; i < options.Events.Count; i++)
            {
                var plan = RoundPlan.OfEvent(i);
                await new EventRound(options.Events[i], plan, options, cluster, root, Path.Combine(folder, options.Events[i].Name), tally).Run();
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            tally.Fault($"the harness failed: {failure}");
        }

        if (tally.Kills < options.Kills) tally.Fault($"only {tally.Kills} kills of {options.Kills}");
        Say($"seed {options.Seed}, {Clock.Elapsed.TotalSeconds:0} s");
        foreach (string line in tally.Lines()) Console.WriteLine(line);
        if (!tally.Failed && !options.Keep) Directory.Delete(folder, recursive: true);
        return !tally.Failed;
    }

    /// <summary>Told to stop: no process that was started here outlives it.</summary>
    private static void Leave(string folder, string script)
    {
        Say("told to stop");
        Instance.KillAll();
        Cluster.Wipe(script, Path.Combine(folder, "kafka"));
        // Not by an orderly exit: what was to be ended may hang in a destructor that an exit would wait for.
        Signals.Send(Environment.ProcessId, Signals.Kill);
    }

    private static string Root([CallerFilePath] string here = "")
    {
        foreach (string start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory, Path.GetDirectoryName(here) ?? "." })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "DriftWatch.sln"))) return folder.FullName;
            }
        }

        throw new InvalidOperationException("Run it inside a clone of the repository.");
    }
}
