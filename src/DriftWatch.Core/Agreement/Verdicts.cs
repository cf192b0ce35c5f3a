using System.Diagnostics;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Agreement;

/// <summary>What each source says of one prediction, by its rank among the model's: that it came true, that it did not, or nothing. Two bits each.</summary>
public readonly record struct Verdicts
{
    private readonly uint _bits; // 0 nothing, 2 did not come true, 3 came true

    private Verdicts(uint bits) => _bits = bits;

    /// <summary>Whether any source says anything.</summary>
    public bool IsEmpty => _bits == 0;

    /// <summary>What a source says; null: nothing.</summary>
    /// <param name="rank">Its place in the model's list; those that are not in it share the place behind.</param>
    public bool? this[int rank] => (_bits >> (2 * rank) & 3) switch { 2 => false, 3 => true, _ => null };

    /// <summary>The same, and what one source says.</summary>
    public Verdicts With(int rank, bool outcome)
    {
        Debug.Assert(rank is >= 0 and <= LabelSource.Most, "There is room for the longest list and one more.");
        return new((_bits & ~(3u << (2 * rank))) | ((outcome ? 3u : 2u) << (2 * rank)));
    }

    /// <summary>What the first says, of so many, that says anything.</summary>
    public bool? First(int ranks)
    {
        for (int rank = 0; rank < ranks; rank++)
        {
            if (this[rank] is { } outcome) return outcome;
        }

        return null;
    }
}

/// <summary>What sources say of a prediction is another thing than before.</summary>
/// <param name="Route">The prediction's route.</param>
/// <param name="Before">What they said.</param>
/// <param name="After">What they say.</param>
public readonly record struct VerdictChange(int Route, Verdicts Before, Verdicts After);
