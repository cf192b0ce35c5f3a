using DriftWatch.Core.State;

namespace DriftWatch.Core.Calibration;

/// <content>What is kept of one fine bin.</content>
public sealed partial class CalibrationSketch
{
    private struct Cell
    {
        public long Predictions;
        public long Labeled;
        public long Positives;
        private ulong _sumLow; // two words instead of a UInt128, whose alignment would cost 8 B a cell
        private ulong _sumHigh;

        public UInt128 SumConfidence
        {
            readonly get => new(_sumHigh, _sumLow);
            set => (_sumHigh, _sumLow) = ((ulong)(value >> 64), (ulong)value);
        }

        public readonly SketchCell Read() => new(Predictions, Labeled, Positives, SumConfidence);

        public readonly void AddTo(ref SketchCell sum) => sum = new(
            sum.Predictions + Predictions,
            sum.Labeled + Labeled,
            sum.Positives + Positives,
            sum.SumConfidence + SumConfidence,
            sum.Extra);

        public void Add(in Cell other)
        {
            Predictions += other.Predictions;
            Labeled += other.Labeled;
            Positives += other.Positives;
            SumConfidence += other.SumConfidence;
        }

        public void Subtract(in Cell other)
        {
            Predictions -= other.Predictions;
            Labeled -= other.Labeled;
            Positives -= other.Positives;
            SumConfidence -= other.SumConfidence;
        }

        public readonly bool IsEmpty => (Predictions | Labeled | Positives) == 0 && (_sumLow | _sumHigh) == 0;

        public void Exchange(StateExchange state)
        {
            state.Exchange(ref Predictions);
            state.Exchange(ref Labeled);
            state.Exchange(ref Positives);
            state.Exchange(ref _sumHigh);
            state.Exchange(ref _sumLow);
        }
    }
}
