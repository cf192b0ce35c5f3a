using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;

namespace DriftWatch.Pipeline;

/// <summary>The records of a golden checkpoint: three hours of a dozen models, drifting after two, with all that producers do wrong.</summary>
/// <remarks>Only for writing one: the records lie beside the checkpoint, so this may change at any time.</remarks>
internal static class GoldenTraffic
{
    private const int Minutes = 180, DriftsAt = 110;
    public static readonly string[] Rules = ["page-hinkley", "cusum", "adwin", "ddm", "eddm", "hddm-a", "hddm-w", "kswin"];
    private static readonly string[] Classes = ["cat", "dog", "eel"];

    /// <summary>In the order in which they were sent.</summary>
    public static IReadOnlyList<(string Topic, int Partition, byte[] Value)> Records(int seed)
    {
        var random = new Random(seed);
        List<(double At, string Topic, string Id, string Json)> all = [];
        int number = 0;
        for (int minute = 0; minute < Minutes; minute++)
        {
            for (int i = 0; i < 5; i++) Binary("fraud", minute, $",\"slices\":{{\"region\":\"{(random.Next(2) == 0 ? "eu" : "us")}\"}}");
            for (int i = 0; i < 3; i++) ByClass(minute);
            for (int i = 0; i < 2; i++) Binary("clicks", minute, "");
            foreach (string rule in Rules.Where(_ => random.Next(2) == 0)) Binary("by-" + rule, minute, "");
            if (minute % 40 == 7) all.Add((minute, "predictions", "0", "no json"));
            if (minute % 30 == 11) Label($"unknown-{minute}", minute, 0, "\"label\":1");
        }

        return [.. all.OrderBy(one => one.At).Select(one => (one.Topic, (int)(ClassKey.Of(one.Id) % 2), Encoding.UTF8.GetBytes(one.Json)))];

        void Binary(string model, int minute, string slices)
        {
            double claim = Math.Round(random.NextDouble(), 3), true_ = minute < DriftsAt ? claim : .5 + ((claim - .5) * .2);
            string id = Predict(model, minute, FormattableString.Invariant($"\"probability\":{claim}{slices}"));
            bool outcome = random.NextDouble() < true_;
            if (model == "clicks" && !outcome) return; // only what was clicked is told
            Label(id, minute, random.Next(1, 28), $"\"label\":{(outcome ? 1 : 0)}");
            if (model == "fraud" && random.Next(25) == 0) Label(id, minute, 29, $"\"label\":{(outcome ? 0 : 1)}");
        }

        void ByClass(int minute)
        {
            double first = Math.Round(.4 + (.5 * random.NextDouble()), 2), second = Math.Round((1 - first) * random.NextDouble(), 2), third = Math.Round(1 - first - second, 2);
            string id = Predict("animals", minute, FormattableString.Invariant($"\"probabilities\":{{\"cat\":{first},\"dog\":{second},\"eel\":{third}}}"));
            double draw = random.NextDouble() * (minute < DriftsAt ? 1 : 1.6);
            if (random.Next(12) > 0) Label(id, minute, random.Next(-1, 28), $"\"label\":\"{Classes[draw < first ? 0 : draw < first + second ? 1 : 2]}\"");
        }

        string Predict(string model, int minute, string claim)
        {
            string id = $"p{number++}", json = $"{{\"id\":\"{id}\",\"model\":\"{model}\",\"version\":\"{(model == "fraud" && minute > 60 ? 2 : 1)}\",\"timestamp\":{At(minute)},{claim}{Latency(model)}}}";
            for (int copies = random.Next(60) == 0 ? 2 : 1; copies > 0; copies--) all.Add((minute + random.NextDouble(), "predictions", id, json));
            return id;
        }

        // No draw: what the records beside earlier goldens hang on stays as it was.
        string Latency(string model) => model != "fraud" || number % 4 == 0 ? "" : number % 50 == 1 ? ",\"latency\":-1" : $",\"latency\":{number * 37 % 400}";

        void Label(string id, int minute, double delay, string what) =>
            all.Add((minute + Math.Max(0, delay) + random.NextDouble(), "labels", id, $"{{\"id\":\"{id}\",\"timestamp\":{At(minute) + (long)(delay * 3000)},{what}}}"));

        long At(int minute) => (PipelineDriver.Start + TimeSpan.FromMinutes(minute)).ToUnixTimeMilliseconds() + random.Next(1000);
    }
}
