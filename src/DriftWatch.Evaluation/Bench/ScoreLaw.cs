namespace DriftWatch.Evaluation.Bench;

/// <summary>How the logits of a made-up model's claims are spread (statistics §2.4): normal, at least <see cref="Least"/>.</summary>
internal sealed record ScoreLaw(string Name, string Meaning, double Mean, double Deviation, double Least = double.NegativeInfinity)
{
    public static readonly ScoreLaw D1 = new("D1", "balanced", 0, 2);
    public static readonly ScoreLaw D2 = new("D2", "rare events", -3.5, 1.2);
    public static readonly ScoreLaw D3 = new("D3", "top label", 2.5, 1.5, -1.1);

    public static readonly IReadOnlyList<ScoreLaw> All = [D1, D2, D3];

    public double Draw(BenchRandom random)
    {
        while (true)
        {
            double z = Mean + (Deviation * random.Normal());
            if (z >= Least) return z;
        }
    }

    /// <summary>Mean over the law of a function of the logit, by the midpoint rule.</summary>
    public double Expect(Func<double, double> of)
    {
        const int Steps = 20_000;
        const double Reach = 9;
        double sum = 0, mass = 0;
        for (int i = 0; i < Steps; i++)
        {
            double u = (((i + 0.5) / Steps) - 0.5) * 2 * Reach;
            double z = Mean + (Deviation * u);
            if (z < Least) continue;
            double weight = Math.Exp(-u * u / 2);
            sum += weight * of(z);
            mass += weight;
        }

        return sum / mass;
    }
}
