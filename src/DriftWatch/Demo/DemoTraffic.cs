using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.Recalibration;

namespace DriftWatch.Demo;

/// <summary>A synthetic business for the demo: a fraud model that stops meaning what it says, and an image model that goes on being honest.</summary>
/// <remarks>
/// <c>fraud</c> (binary, sliced by region) claims sigma(z). Outcomes follow the claim until <see cref="DriftAfter"/>; from then on they
/// follow sigma(z/1.6 + 0.6): frauds happen more often than claimed, and the sure cases are less sure. <c>animals</c> sends full vectors and
/// stays calibrated. Answers of <c>fraud</c> take 20 ms, one in twenty more than 54. Labels come up to five seconds late, three in a hundred never. One record in a thousand is broken, as in life.
/// </remarks>
internal sealed class DemoTraffic(int seed)
{
    public static readonly TimeSpan DriftAfter = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    public const string Model = "fraud", Version = "7";
    public const int FraudsPerSecond = 400;
    public const int AnimalsPerSecond = 100;

    private static readonly string[] Regions = ["eu", "us", "apac"];
    private static readonly string[] Classes = ["cat", "dog", "bird"];

    private readonly Random _random = new(seed);
    private readonly Random _latency = new(seed + 1);
    private readonly PriorityQueue<DemoRecord, long> _labels = new();
    private long _next;

    /// <summary>The predictions of one stretch of time, and the labels that are due by its end.</summary>
    /// <param name="start">Where the stretch starts, on the wall clock.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="drifted">Whether frauds have changed by now.</param>
    /// <param name="map">The calibration map behind version 7; null: there is none.</param>
    public IEnumerable<DemoRecord> Next(DateTimeOffset start, TimeSpan length, bool drifted, MapDocument? map)
    {
        long from = start.ToUnixTimeMilliseconds(), to = (start + length).ToUnixTimeMilliseconds();
        foreach (long at in Times(from, to, FraudsPerSecond))
        {
            string id = Id();
            if (_random.Next(1000) == 0) yield return new DemoRecord(true, id, $$"""{"id":"{{id}}","model":"fraud","version":"7","timestamp":{{at}},"probability":1.7}""");
            else
            {
                // What a map has changed is logged beside the claim, under a version of its own.
                var (claim, z, region) = Fraud(id, at, drifted);
                yield return claim;
                if (map is not null) yield return Claim(id, at, ComparedVersions.OfMap(Version, map.Lineage.Revision), map.Map.Apply(Sigma(z)), region);
            }
        }

        foreach (long at in Times(from, to, AnimalsPerSecond)) yield return Animal(Id(), at);
        while (_labels.TryPeek(out _, out long due) && due <= to) yield return _labels.Dequeue();
    }

    private (DemoRecord Claim, double LogOdds, string Region) Fraud(string id, long at, bool drifted)
    {
        double z = -1 + (1.6 * Normal());
        Label(id, at, _random.NextDouble() < Sigma(drifted ? (z / 1.6) + 0.6 : z) ? "1" : "0");
        string region = Regions[_random.Next(Regions.Length)];
        return (Claim(id, at, Version, Sigma(z), region), z, region);
    }

    private DemoRecord Claim(string id, long at, string version, double claimed, string region) =>
        new(true, id, $$$"""{"id":"{{{id}}}","model":"{{{Model}}}","version":"{{{version}}}","timestamp":{{{at}}},"probability":{{{Text(claimed)}}},"slices":{"region":"{{{region}}}"},"latency":{{{Text(20 * Math.Exp(0.6 * Normal(_latency)))}}}}""");

    private DemoRecord Animal(string id, long at)
    {
        double[] weights = [Math.Exp(1.5 * Normal()), Math.Exp(1.5 * Normal()), Math.Exp(1.5 * Normal())];
        double sum = weights.Sum(), u = _random.NextDouble() * sum;
        int truth = u < weights[0] ? 0 : u < weights[0] + weights[1] ? 1 : 2;
        Label(id, at, JsonSerializer.Serialize(Classes[truth]));
        var vector = string.Join(",", Classes.Zip(weights, (name, weight) => $"\"{name}\":{Text(weight / sum)}"));
        return new DemoRecord(true, id, $$$"""{"id":"{{{id}}}","model":"animals","version":"3","timestamp":{{{at}}},"probabilities":{{{{vector}}}}}""");
    }

    private void Label(string id, long predicted, string value)
    {
        if (_random.NextDouble() < 0.03) return;
        double delay = Math.Min(-1.2 * Math.Log(1 - _random.NextDouble()) + 0.2, LongestDelay.TotalSeconds - 0.5);
        long at = predicted + (long)(delay * 1000);
        _labels.Enqueue(new DemoRecord(false, id, $$"""{"id":"{{id}}","timestamp":{{at}},"label":{{value}}}"""), at);
    }

    private string Id() => $"demo-{_next++:d9}";

    private static IEnumerable<long> Times(long from, long to, int perSecond)
    {
        long count = (to - from) * perSecond / 1000;
        for (long i = 0; i < count; i++) yield return from + ((to - from) * i / count);
    }

    private double Normal() => Normal(_random);

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Sigma(double z) => 1 / (1 + Math.Exp(-z));

    // Four digits, as services send them; the vector's rounding stays far inside the reader's tolerance.
    private static string Text(double p) => Math.Round(p, 4).ToString(CultureInfo.InvariantCulture);
}

/// <summary>One record to produce: to the predictions topic, or else to the labels topic.</summary>
internal readonly record struct DemoRecord(bool IsPrediction, string Key, string Value);
