using System.Diagnostics;
using System.Text.Json;

namespace DriftWatch.Chaos;

/// <summary>The same records through <c>driftwatch replay</c>: no Kafka, no crash, one pass in order of event time.</summary>
internal static class ReplayRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static JsonDocument Of(RoundPlan plan, string executable, string configuration, string folder, IEnumerable<StoredRecord> predictions, IEnumerable<StoredRecord> labels)
    {
        string predictionFile = Path.Combine(folder, "predictions.jsonl"), labelFile = Path.Combine(folder, "labels.jsonl"), output = Path.Combine(folder, "replay.json");
        Write(predictionFile, predictions);
        Write(labelFile, labels);
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (string argument in new[]
        {
            "-c", "\"$0\" replay --predictions \"$1\" --labels \"$2\" --config \"$3\" --horizon \"$4\" --json >\"$5\" 2>\"$5.err\"",
            executable, predictionFile, labelFile, configuration, $"{plan.HorizonSeconds}s", output,
        }) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"driftwatch replay has not ended within {Patience.TotalMinutes} minutes.");
        }

        return process.ExitCode == 0 ? JsonDocument.Parse(File.ReadAllBytes(output)) : throw new InvalidOperationException($"driftwatch replay: {File.ReadAllText(output + ".err")}");
    }

    private static void Write(string file, IEnumerable<StoredRecord> records)
    {
        using var stream = File.Create(file);
        foreach (var record in records)
        {
            stream.Write(record.Value);
            stream.WriteByte((byte)'\n');
        }
    }
}
