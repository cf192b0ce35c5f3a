namespace DriftWatch;

/// <summary>Predictions with the label of each two minutes later.</summary>
internal static class Traffic
{
    /// <summary>Twenty predictions a minute of a model that means what it says.</summary>
    public static void Calibrated(PipelineDriver service, int predictions, int seed, int from = 0)
    {
        var random = new Random(seed);
        for (int i = from; i < from + predictions; i++) Pair(service, i, random, calibrated: true);
    }

    /// <summary>An hour as it says, from then on far too confident.</summary>
    public static void Drifting(PipelineDriver service, int hours, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < hours * 1200; i++) Pair(service, i, random, calibrated: i < 1200);
    }

    private static void Pair(PipelineDriver service, int i, Random random, bool calibrated)
    {
        double probability = Math.Round(random.NextDouble(), 3);
        bool outcome = random.NextDouble() < (calibrated ? probability : probability / 3);
        var at = TimeSpan.FromSeconds(i * 3);
        service.Predict($"p{i}", at, probability);
        service.Label($"p{i}", at + TimeSpan.FromMinutes(2), outcome);
    }
}
