namespace DriftWatch.Core.Recalibration;

/// <summary>Labeled predictions whose claims are vectors, one probability a class.</summary>
/// <param name="classes">Of each vector.</param>
/// <param name="capacity">About how many there will be: large lists that grow are copied, and hold room for twice as many.</param>
public sealed class VectorSet(int classes, int capacity = 0)
{
    private readonly List<double> _claims = new(capacity * classes);
    private readonly List<VectorRow> _rows = new(capacity);
    private double[]? _logarithms;

    // Of a part: whose vectors they are, and which. A part of a million vectors takes as much room as they do otherwise, and there is one for every fold and day.
    private VectorSet? _whole;
    private int[] _places = [];

    public int Classes { get; } = classes >= 2 ? classes : throw new ArgumentOutOfRangeException(nameof(classes), classes, "Vectors have at least two classes.");

    public IReadOnlyList<VectorRow> Rows => _rows;

    /// <summary>The claims of a row.</summary>
    public ReadOnlySpan<double> this[int row] => _whole is { } whole ? whole[_places[row]] : System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_claims).Slice(row * Classes, Classes);

    /// <param name="id">A hash of its id: which fold it is in.</param>
    /// <param name="claims">One probability a class, in [0, 1].</param>
    /// <param name="actual">The number of the class that came true.</param>
    /// <param name="weight">How many predictions it stands for.</param>
    /// <param name="block">The number of its day, or whatever outcomes share causes within.</param>
    public void Add(ulong id, ReadOnlySpan<double> claims, int actual, double weight = 1, int block = 0) => AddToFold(CalibrationSet.FoldOf(id), claims, actual, weight, block);

    /// <summary>The same where the fold is known: 0 or 1.</summary>
    public void AddToFold(int fold, ReadOnlySpan<double> claims, int actual, double weight = 1, int block = 0)
    {
        if (_whole is not null) throw new InvalidOperationException("A part of a set has the vectors of the whole: rows are added to that.");
        if (fold is not (0 or 1)) throw new ArgumentOutOfRangeException(nameof(fold), fold, "There are two folds, 0 and 1.");
        if (claims.Length != Classes) throw new ArgumentException($"The vector has {claims.Length} probabilities, the set {Classes} classes.", nameof(claims));
        if (actual < 0 || actual >= Classes) throw new ArgumentOutOfRangeException(nameof(actual), actual, $"The set has {Classes} classes.");
        if (!(weight >= 0 && double.IsFinite(weight))) throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is a finite number of at least 0.");
        foreach (double claim in claims)
        {
            if (claim is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(claims), claim, "A probability is in [0, 1].");
        }

        _logarithms = null;
        _claims.AddRange(claims);
        _rows.Add(new(actual, weight, fold, block));
    }

    /// <summary>The rows of one fold.</summary>
    public VectorSet Fold(int fold) => Part([.. Enumerable.Range(0, _rows.Count).Where(row => _rows[row].Fold == fold)]);

    /// <summary>Some of the rows, by their numbers.</summary>
    internal VectorSet Part(int[] rows)
    {
        var part = new VectorSet(Classes) { _whole = this, _places = rows };
        part._rows.EnsureCapacity(rows.Length);
        foreach (int row in rows) part._rows.Add(_rows[row]);
        return part;
    }

    internal string? Refusal => _rows.Count == 0 ? "no labeled predictions"
        : _rows.TrueForAll(row => row.Weight == 0 || row.Actual == _rows.Find(each => each.Weight > 0).Actual) ? $"all {_rows.Count} outcomes are of one class"
        : null;

    /// <summary>Logarithms of the claims of a row, as <see cref="VectorMap"/> takes them.</summary>
    internal ReadOnlySpan<double> LogarithmsOf(int row)
    {
        if (_whole is { } whole) return whole.LogarithmsOf(_places[row]);
        return (_logarithms ??= Logarithms()).AsSpan(row * Classes, Classes);
    }

    private double[] Logarithms()
    {
        var all = new double[_claims.Count];
        for (int i = 0; i < all.Length; i++) all[i] = Math.Log(Math.Clamp(_claims[i], VectorMap.Clip, 1));
        return all;
    }
}

/// <summary>A labeled prediction of a vector.</summary>
/// <param name="Actual">The number of the class that came true.</param>
/// <param name="Weight">How many predictions it stands for.</param>
/// <param name="Fold">0 or 1.</param>
/// <param name="Block">The number of its day.</param>
public readonly record struct VectorRow(int Actual, double Weight, int Fold, int Block);
