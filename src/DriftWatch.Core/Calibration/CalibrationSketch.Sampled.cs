using System.Runtime.CompilerServices;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Calibration;

/// <content>Labels that were asked for by chance: each labeled prediction stands for 1 ÷ its probability of them (Hájek's estimate). Without any it costs a pointer.</content>
public sealed partial class CalibrationSketch
{
    private SampledPart? _sampled;

    /// <summary>Whether some labeled predictions stand for more than one.</summary>
    public bool IsWeighted => !Totals.Extra.IsNone;

    /// <summary>Whether some predictions said that their label comes with a probability below 1.</summary>
    public bool HasAnnounced => Totals.Announced != 0;

    /// <summary>For how many predictions the labeled ones stand: <see cref="Labeled"/>, unless some of their labels were asked for by chance.</summary>
    public double Weight => Labeled + Totals.Extra.SumWeight;

    /// <summary>As how many labels of equal weight they tell of a mean: (Σw)² ÷ Σw² (Kish).</summary>
    public double EffectiveN => IsWeighted ? Weight * Weight / (Labeled + Totals.Extra.SumSquares) : Labeled;

    /// <summary>Σw of those that came true.</summary>
    public double WeightedPositives => Positives + Totals.Extra.SumPositives;

    public double WeightedConfidence => FixedPoint.ToDouble(ExactSumConfidence + Totals.Extra.Confidence);

    public double WeightedSquaredError => FixedPoint.ToDouble(_scores.SquaredError + Totals.Scores.SquaredError);

    public double WeightedLogLoss => FixedPoint.LogLossToDouble(_scores.LogLoss + Totals.Scores.LogLoss);

    /// <summary><see cref="SumSquaredErrorExcess"/> with weights.</summary>
    public double WeightedSquaredErrorExcess => FixedPoint.ToDouble((Int128)(_scores.SquaredError + Totals.Scores.SquaredError) - (Int128)(_scores.Variance + Totals.Scores.Variance));

    /// <summary><see cref="SumSquaredErrorVariance"/> with the squares of weights: the variance of <see cref="WeightedSquaredErrorExcess"/> if the model were calibrated.</summary>
    public double WeightedSquaredErrorVariance => FixedPoint.ToDouble(_scores.SquaredErrorVariance + Totals.Scores.SquaredErrorVariance);

    /// <summary>How many labels were to come: as many as predictions, those that announced a probability counting with that.</summary>
    public double ExpectedLabels => HasAnnounced ? Predictions - Totals.Announced + FixedPoint.ToDouble(Totals.Expected) : Predictions;

    /// <summary>What is known of the predictions of one fine bin that announced a probability below 1.</summary>
    public AnnouncedCell AnnouncedAt(int bin) => SampledAt(bin).Announced;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Announce(in Claim one)
    {
        SampledOf(one.Bin).Announced += new AnnouncedCell(one);
        _sampled!.Totals.Announced++;
        _sampled.Totals.Expected += one.Chance;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddSampled(in Contribution one)
    {
        ref var sums = ref SampledOf(one.Bin);
        sums.Extra += new ExtraWeight(one);
        if (one.Announced) sums.Announced += new AnnouncedCell(one);
        _sampled!.Totals += SampledTotals.Of(one);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RemoveSampled(in Contribution one)
    {
        ref var sums = ref SampledOf(one.Bin);
        var extra = new ExtraWeight(one);
        if (!sums.Extra.Contains(extra) || (one.Announced && sums.Announced.Labeled < 1)) throw new InvalidOperationException($"Bin {one.Bin} holds no such outcome to take back.");
        sums.Extra -= extra;
        if (one.Announced) sums.Announced -= new AnnouncedCell(one);
        _sampled!.Totals -= SampledTotals.Of(one);
    }

    private void MergeSampled(CalibrationSketch other)
    {
        if (other._sampled is null) return;
        for (int bin = 0; bin < _slots.Length; bin++)
        {
            if (other.SampledAt(bin) is var sums && sums != default) SampledOf(bin) = SampledAt(bin) + sums;
        }

        (_sampled ??= new()).Totals += other.Totals;
    }

    private void SubtractSampled(CalibrationSketch other)
    {
        if (other._sampled is null) return;
        for (int bin = 0; bin < _slots.Length; bin++)
        {
            if (other.SampledAt(bin) is var sums && sums != default) SampledOf(bin) = SampledAt(bin) - sums;
        }

        (_sampled ??= new()).Totals -= other.Totals;
    }

    private SampledTotals Totals => _sampled is null ? default : _sampled.Totals;

    private SampledSums SampledAt(int bin) => _sampled is { } sampled && _slots[bin] is > 0 and var slot && slot <= sampled.Bins.Length ? sampled.Bins[slot - 1] : default;

    private ref SampledSums SampledOf(int bin)
    {
        CellOf(bin);
        _sampled ??= new();
        if (_sampled.Bins.Length < _cells.Length) Array.Resize(ref _sampled.Bins, _cells.Length);
        return ref _sampled.Bins[_slots[bin] - 1];
    }

    private void ExchangeSampled(StateExchange state, int bin)
    {
        ref var sums = ref SampledOf(bin);
        sums = new() { Extra = ExtraWeight.Exchange(state, sums.Extra), Announced = AnnouncedCell.Exchange(state, sums.Announced) };
        if (state.IsReading) _sampled!.Totals.Take(sums);
    }

    /// <summary>What there is besides: bins in the order of the cells, and the sums over all.</summary>
    private sealed class SampledPart
    {
        public SampledSums[] Bins = [];
        public SampledTotals Totals;

        public SampledPart Clone() => new() { Bins = [.. Bins], Totals = Totals };

        public void Clear()
        {
            Array.Clear(Bins);
            Totals = default;
        }
    }

    /// <summary>Of one bin.</summary>
    private record struct SampledSums
    {
        public ExtraWeight Extra;
        public AnnouncedCell Announced;

        public static SampledSums operator +(SampledSums left, SampledSums right) => new() { Extra = left.Extra + right.Extra, Announced = left.Announced + right.Announced };

        public static SampledSums operator -(SampledSums left, SampledSums right) => new() { Extra = left.Extra - right.Extra, Announced = left.Announced - right.Announced };
    }

    /// <summary>Over all bins.</summary>
    private record struct SampledTotals
    {
        public ExtraWeight Extra;
        public ScoreSums Scores;
        public UInt128 Expected;
        public long Announced;

        public static SampledTotals Of(in Contribution one) => new()
        {
            Extra = new(one),
            Scores = new() { SquaredError = one.ExcessSquaredError, Variance = one.ExcessVariance, SquaredErrorVariance = one.ExcessSquaredErrorVariance, LogLoss = one.ExcessLogLoss },
        };

        public static SampledTotals operator +(SampledTotals left, SampledTotals right) =>
            new() { Extra = left.Extra + right.Extra, Scores = left.Scores + right.Scores, Expected = left.Expected + right.Expected, Announced = left.Announced + right.Announced };

        public static SampledTotals operator -(SampledTotals left, SampledTotals right) =>
            new() { Extra = left.Extra - right.Extra, Scores = left.Scores - right.Scores, Expected = left.Expected - right.Expected, Announced = left.Announced - right.Announced };

        /// <summary>The rest follows from the bins.</summary>
        public void Take(in SampledSums bin)
        {
            Extra += bin.Extra;
            Expected += bin.Announced.ExactExpected;
            Announced += bin.Announced.Predictions;
        }
    }
}
