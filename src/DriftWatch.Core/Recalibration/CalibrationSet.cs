using DriftWatch.Core.Calibration;
using DriftWatch.Core.Hashing;

namespace DriftWatch.Core.Recalibration;

/// <summary>Labeled predictions that maps are fitted to and judged by: pairs of claim and outcome, or the cells of sketches.</summary>
/// <remarks>Each row is in one of two folds, by its id: a map is judged on the fold that it was not fitted to. Not thread-safe while rows are added.</remarks>
public sealed class CalibrationSet
{
    private readonly List<CalibrationRow> _rows = [];

    public IReadOnlyList<CalibrationRow> Rows => _rows;

    /// <summary>Labeled predictions.</summary>
    public long Count { get; private set; }

    /// <summary>Labeled predictions that came true.</summary>
    public long Positives { get; private set; }

    /// <summary>Whether any row stands for more, or fewer, predictions than it holds.</summary>
    public bool IsWeighted { get; private set; }

    /// <summary>Which of the two folds an id is in.</summary>
    public static int FoldOf(ulong id) => (int)(SplitMix64.Next(ref id) & 1);

    /// <param name="id">A hash of its id: which fold it is in.</param>
    /// <param name="claim">In [0, 1].</param>
    /// <param name="outcome">Whether it came true.</param>
    /// <param name="weight">How many predictions it stands for: 1 ÷ the chance that it had to be labeled.</param>
    /// <param name="block">The number of its day, or whatever outcomes share causes within.</param>
    public void Add(ulong id, double claim, bool outcome, double weight = 1, int block = 0) => AddToFold(FoldOf(id), claim, outcome, weight, block);

    /// <summary>The same where the fold is known: 0 or 1.</summary>
    public void AddToFold(int fold, double claim, bool outcome, double weight = 1, int block = 0)
    {
        if (fold is not (0 or 1)) throw new ArgumentOutOfRangeException(nameof(fold), fold, "There are two folds, 0 and 1.");
        if (claim is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(claim), claim, "A claim is in [0, 1].");
        if (!(weight >= 0 && double.IsFinite(weight))) throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is a finite number of at least 0.");
        if (weight == 0) return;
        _rows.Add(new(claim, outcome ? weight : 0, outcome ? 0 : weight, 1, fold, block));
        Count++;
        Positives += outcome ? 1 : 0;
        IsWeighted |= weight != 1;
    }

    /// <summary>The cells of a sketch, each at its mean claim.</summary>
    /// <param name="sketch">Labeled predictions of one fold.</param>
    /// <param name="fold">0 or 1: which fold they are.</param>
    /// <param name="block">The number of their day.</param>
    public void Add(CalibrationSketch sketch, int fold, int block = 0)
    {
        if (fold is not (0 or 1)) throw new ArgumentOutOfRangeException(nameof(fold), fold, "There are two folds, 0 and 1.");
        foreach (var cell in FitPoints.CellsOf(sketch)) _rows.Add(new(cell.Claim, cell.Positive, cell.Negative, cell.Count, fold, block));
        Count += sketch.Labeled;
        Positives += sketch.Positives;
    }

    /// <summary>All rows as points to fit.</summary>
    public FitPoints Points() => FitPoints.Of(_rows.Select(row => row.Point));

    /// <summary>Those of one fold.</summary>
    public FitPoints Points(int fold) => FitPoints.Of(_rows.Where(row => row.Fold == fold).Select(row => row.Point));
}

/// <summary>Labeled predictions of one claim, fold and block.</summary>
/// <param name="Claim">In [0, 1].</param>
/// <param name="Positive">Weight of those that came true.</param>
/// <param name="Negative">Weight of those that did not.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Fold">0 or 1.</param>
/// <param name="Block">The number of their day.</param>
public readonly record struct CalibrationRow(double Claim, double Positive, double Negative, long Count, int Fold, int Block)
{
    /// <summary>What each of them stands for.</summary>
    internal double Unit => (Positive + Negative) / Count;

    internal ClaimPoint Point => new(Claim, Positive, Negative, (Positive + Negative) * Unit, Count);
}
