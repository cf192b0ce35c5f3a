using MathNet.Numerics;

namespace DriftWatch.Core.Calibration;

/// <summary>Hosmer and Lemeshow's test of calibration on one window of a fixed size.</summary>
/// <param name="ChiSquare">Σ (c − S)² ÷ (S (1 − S ÷ n)) over groups.</param>
/// <param name="Degrees">Degrees of freedom: as many as groups, since the model was not fitted to these outcomes (in-sample it would be two fewer).</param>
/// <param name="PValue">Probability that a calibrated model shows as much or more.</param>
/// <remarks>
/// One look at one window: who looks at every window sees p &lt; 0.05 in one of twenty. With very many predictions it finds differences that
/// matter to nobody, and it takes outcomes as independent.
/// </remarks>
public readonly record struct HosmerLemeshow(double ChiSquare, int Degrees, double PValue)
{
    /// <summary>Claims and misses that a group needs, each, for the chi-square law to hold.</summary>
    public const double DefaultLeast = 5;

    private const int DefaultGroups = 10;

    /// <summary>Over groups of about equally many labeled predictions; null where there is not enough for one group.</summary>
    /// <remarks>Groups are unions of fine bins: outcomes shared out in fractions would not vary as the law says.</remarks>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="groups">How many at most; fewer where fine bins are full or groups had to be merged.</param>
    /// <param name="least">What Σp and Σ(1 − p) of a group must reach; smaller ones are merged into their neighbour.</param>
    public static HosmerLemeshow? EqualMass(CalibrationSketch sketch, int groups = DefaultGroups, double least = DefaultLeast)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (sketch.Labeled == 0) return null;
        return EqualMass(FineBin.Effective(FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]), stackalloc FineBin[sketch.Grid.Count]), groups, least);
    }

    /// <remarks>The fine bins are <see cref="FineBin.Effective"/> ones.</remarks>
    internal static HosmerLemeshow? EqualMass(ReadOnlySpan<FineBin> fine, int groups = DefaultGroups, double least = DefaultLeast)
    {
        var sum = new Sum(least);
        double labeled = 0;
        foreach (ref readonly var bin in fine) labeled += bin.Labeled;
        double seen = 0;
        int group = 1;
        for (int i = 0; i < fine.Length; i++)
        {
            ref readonly var bin = ref fine[i];
            sum.Add(bin.Labeled, bin.Positives, bin.SumConfidence);
            seen += bin.Labeled;
            // The cut is where it comes nearest to the wanted share.
            double wanted = labeled * group / groups;
            bool last = i == fine.Length - 1;
            if (!last && seen + (fine[i + 1].Labeled / 2) < wanted) continue;
            sum.Close();
            group++;
            while (group < groups && labeled * group / groups <= seen) group++;
        }

        return sum.Result();
    }

    /// <summary>Adds up groups. A group that is too small waits for the next; what is left at the end goes to the last that was large enough.</summary>
    private struct Sum(double least)
    {
        private (double Labeled, double Positives, double Claims) _open;
        private (double Labeled, double Positives, double Claims) _last;
        private double _chiSquare; // without the last group
        private int _groups; // with it

        public void Add(double labeled, double positives, double claims) =>
            _open = (_open.Labeled + labeled, _open.Positives + positives, _open.Claims + claims);

        public void Close()
        {
            if (_open.Claims < least || _open.Labeled - _open.Claims < least || Variance(_open) <= 0) return;
            if (_groups++ > 0) _chiSquare += Term(_last);
            _last = _open;
            _open = default;
        }

        public readonly HosmerLemeshow? Result()
        {
            if (_groups == 0) return null;
            double chiSquare = _chiSquare + Term((_last.Labeled + _open.Labeled, _last.Positives + _open.Positives, _last.Claims + _open.Claims));
            return new(chiSquare, _groups, SpecialFunctions.GammaUpperRegularized(_groups / 2.0, chiSquare / 2));
        }

        private static double Variance((double Labeled, double Positives, double Claims) group) => group.Claims * (1 - (group.Claims / group.Labeled));

        private static double Term((double Labeled, double Positives, double Claims) group)
        {
            double excess = group.Positives - group.Claims;
            return excess * excess / Variance(group);
        }
    }
}
