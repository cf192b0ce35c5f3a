using System.IO.Compression;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S13: 2.3 million real flights, and a calibrated model's outcomes for the same flights, by whoever replays them.</summary>
/// <param name="episodes">Replays predictions and labels from two files, and counts the episodes.</param>
internal sealed class FlightsBench(FlightsBench.Replay episodes)
{
    public static readonly IReadOnlyList<(string Name, DriftRule Rule, double? Tolerance)> Rules =
    [
        ("e-SR, defaults", DriftRule.ESr, null), ("e-SR, tolerance .01", DriftRule.ESr, 0.01), ("threshold rule, defaults", DriftRule.Threshold, null),
        ("ADWIN residual", Adwin.Row, null), ("Page–Hinkley residual", PageHinkley.Row, null), ("DDM error", Ddm.Row, null), ("HDDM_A error", HddmA.Row, null),
    ];

    /// <summary>Replays two files under a policy and a rule, labels being awaited for <see cref="Horizon"/>.</summary>
    /// <returns>How many episodes there were.</returns>
    public delegate int Replay(string predictions, string labels, ModelOptions policy, DriftRule rule);

    public static readonly TimeSpan Horizon = TimeSpan.FromHours(24);

    public FlightsResult Play((string Name, DriftRule Rule, double? Tolerance) rule, string folder, string twin) =>
        new(rule.Name, Episodes(rule.Rule, rule.Tolerance, folder, Path.Combine(folder, "labels.csv.gz")), Episodes(rule.Rule, rule.Tolerance, folder, twin));

    /// <summary>Writes the labels of the twin: y = 1 where the first output of splitmix64 seeded with the id is below the claim.</summary>
    public static void WriteTwin(string folder, string path)
    {
        Dictionary<string, double> claims = [];
        foreach (string[] row in Rows(Path.Combine(folder, "predictions.csv.gz"))) claims[row[0]] = double.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture);
        using var output = new StreamWriter(path);
        output.WriteLine("id,timestamp,label");
        foreach (string[] row in Rows(Path.Combine(folder, "labels.csv.gz")))
        {
            ulong id = ulong.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture);
            bool late = SplitMix64.Unit(ref id) < claims[row[0]];
            output.WriteLine($"{row[0]},{row[1]},{(late ? 1 : 0)}");
        }
    }

    private int Episodes(DriftRule rule, double? tolerance, string folder, string labels)
    {
        var policy = new ModelOptions();
        if (tolerance is not null) policy = policy with { Drift = policy.Drift with { Tolerance = tolerance, Block = TimeSpan.FromDays(1), Pane = TimeSpan.FromHours(1) } };
        return episodes(Path.Combine(folder, "predictions.csv.gz"), labels, policy, rule);
    }

    private static IEnumerable<string[]> Rows(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line) yield return line.Split(',');
    }
}
