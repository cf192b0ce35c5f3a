namespace DriftWatch.Evaluation.Bench;

/// <summary>A kind of stream: so many stable predictions, then something happens, or nothing.</summary>
internal sealed record Scenario(string Id, string Name, ScoreLaw Law)
{
    /// <summary>Predictions before anything happens.</summary>
    public int Stable { get; init; } = 100_000;

    /// <summary>Predictions after it.</summary>
    public int After { get; init; } = 400_000;

    /// <summary>How claims come true then.</summary>
    public Truth Truth { get; init; } = Truth.Calibrated;

    /// <summary>How claims are spread then.</summary>
    public ScoreLaw LawAfter { get; init; } = Law;

    /// <summary>Predictions that the truth takes to get there.</summary>
    public int Gradual { get; init; }

    /// <summary>Whether a good rule says nothing.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Named by law and content: <c>D3 T=1.5</c>.</summary>
    public string Key => $"{Id} {Law.Name} {Name}";

    public int Length => Stable + After;

    /// <summary>Draws prediction number <paramref name="index"/>.</summary>
    public Draw Next(BenchRandom random, int index)
    {
        bool changed = index >= Stable;
        double z = (changed ? LawAfter : Law).Draw(random);
        double p = Truth.Sigma(z);
        if (!changed || Truth.IsCalibrated) return new(z, p, random.Chance(p));
        var truth = Gradual > 0 ? Truth.Partly(Math.Min(1, (index - Stable + 1.0) / Gradual)) : Truth;
        return new(z, p, random.Chance(truth.Of(z, p)));
    }
}

/// <summary>A labeled prediction and the logit of its claim.</summary>
internal readonly record struct Draw(double Z, double P, bool Y);
