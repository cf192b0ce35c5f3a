using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Series;

namespace DriftWatch.Evaluation.Bench;

/// <summary>One or more rules that look at a stream together, and say how near each is to an alarm.</summary>
internal abstract class Probe
{
    public abstract IReadOnlyList<RuleSpec> Rules { get; }

    /// <summary>Takes the next labeled prediction.</summary>
    /// <returns>Whether <see cref="Statistic"/> says something new.</returns>
    public abstract bool Add(in Draw draw);

    /// <summary>How near a rule is now, in units of its thresholds.</summary>
    public abstract double Statistic(int rule);

    /// <summary>Nobody asks for this rule any more.</summary>
    public virtual void Drop(int rule)
    {
    }
}

/// <summary>A classical rule whose own threshold is out of reach.</summary>
internal sealed class ChangeProbe(RuleSpec spec, IChangeRule rule, RuleInput input, int clock = 1) : Probe
{
    private long _seen;

    public override IReadOnlyList<RuleSpec> Rules { get; } = [spec];

    public override bool Add(in Draw draw)
    {
        rule.Update(input.Value(View.Binary, draw.P, draw.Y));
        return ++_seen % clock == 0;
    }

    public override double Statistic(int index) => rule.Statistic;
}

/// <summary>A rule as it comes, that sees claim and outcome: its first alarm.</summary>
internal sealed class PairProbe(RuleSpec spec, IPairRule rule) : Probe
{
    private bool _changed;

    public override IReadOnlyList<RuleSpec> Rules { get; } = [spec];

    public override bool Add(in Draw draw) => _changed |= rule.Update(draw.P, draw.Y) == RuleSignal.Change;

    public override double Statistic(int index) => 1;
}

/// <summary>CUSUM of the log-likelihood ratio of the very drift that comes: no rule of that threshold is faster (Lorden).</summary>
internal sealed class OracleProbe(RuleSpec spec, Truth truth) : Probe
{
    private double _sum;

    public override IReadOnlyList<RuleSpec> Rules { get; } = [spec];

    public override bool Add(in Draw draw)
    {
        double pi = truth.Of(draw.Z, draw.P);
        _sum = Math.Max(0, _sum) + (draw.Y ? Math.Log(pi / draw.P) : Math.Log((1 - pi) / (1 - draw.P)));
        return true;
    }

    public override double Statistic(int index) => _sum;
}

/// <summary>The dummy that alarms at every ten thousandth prediction.</summary>
internal sealed class PeriodicProbe(RuleSpec spec) : Probe
{
    private int _seen;

    public override IReadOnlyList<RuleSpec> Rules { get; } = [spec];

    public override bool Add(in Draw draw) => ++_seen % 10_000 == 0;

    public override double Statistic(int index) => 1;
}
