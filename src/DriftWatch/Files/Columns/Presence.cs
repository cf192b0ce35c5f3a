using Apache.Arrow;

namespace DriftWatch.Files.Columns;

/// <summary>Which rows of a column have a value.</summary>
/// <param name="Nulls">Knows which have none, where values lie in the places of their rows; null: all have one.</param>
/// <param name="Places">Where the value of each row lies, −1 for none; null: in the place of its row.</param>
internal readonly record struct Presence(IArrowArray? Nulls, int[]? Places)
{
    public static Presence Of(IArrowArray array) => new(array.NullCount == 0 ? null : array, null);

    public bool IsMissing(int row) => Nulls is { } array && array.IsNull(row);

    /// <summary>Puts nothing where nothing is.</summary>
    public void Blank<T>(int start, Span<T> into, T nothing)
    {
        if (Nulls is not { } array) return;
        for (int i = 0; i < into.Length; i++)
        {
            if (array.IsNull(start + i)) into[i] = nothing;
        }
    }
}
