namespace DriftWatch.Evaluation.Bench;

/// <summary>How often a claim comes true: σ(z ÷ <see cref="Temperature"/> + <see cref="Shift"/>) for the claim σ(z), less <see cref="LocalGap"/> for claims in [.8, .9).</summary>
internal readonly record struct Truth(double Temperature = 1, double Shift = 0, double LocalGap = 0)
{
    public static readonly Truth Calibrated = new(1);

    public bool IsCalibrated => this == Calibrated;

    public double Of(double z, double p)
    {
        if (IsCalibrated) return p;
        if (LocalGap != 0) return p is >= 0.8 and < 0.9 ? p - LocalGap : p;
        return Sigma((z / Temperature) + Shift);
    }

    /// <summary>On the way from calibrated to this.</summary>
    public Truth Partly(double share) => new(1 + (share * (Temperature - 1)), share * Shift, share * LocalGap);

    public static double Sigma(double z) => 1 / (1 + Math.Exp(-z));

    /// <summary>Information of one prediction against "within ± <paramref name="tolerance"/> of the claim", in nats: what limits every rule (statistics §6.6).</summary>
    public double Information(ScoreLaw law, double tolerance)
    {
        var truth = this;
        return law.Expect(z =>
        {
            double p = Sigma(z), pi = truth.Of(z, p);
            return Divergence(pi, Math.Clamp(pi, Math.Max(0, p - tolerance), Math.Min(1, p + tolerance)));
        });
    }

    /// <summary>Mean distance between claim and truth.</summary>
    public double Error(ScoreLaw law)
    {
        var truth = this;
        return law.Expect(z => Math.Abs(Sigma(z) - truth.Of(z, Sigma(z))));
    }

    /// <summary>Mean of claim − truth: positive where claims are too high.</summary>
    public double Gap(ScoreLaw law)
    {
        var truth = this;
        return law.Expect(z => Sigma(z) - truth.Of(z, Sigma(z)));
    }

    private static double Divergence(double a, double b) => Term(a, b) + Term(1 - a, 1 - b);

    private static double Term(double a, double b) => a <= 0 ? 0 : a * Math.Log(a / b);
}
