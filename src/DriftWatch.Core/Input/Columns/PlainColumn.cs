namespace DriftWatch.Core.Input.Columns;

/// <summary>A column as it lies in memory, asked for many rows at once: nothing is called, copied or made text for one cell.</summary>
/// <remarks>
/// Law: what it says of a cell is what the text of that cell would have said. Of what it is not sure it says nothing, and the row is read by its text. This one is of a column that has no values at all.
/// </remarks>
public class PlainColumn
{
    /// <summary>What <see cref="Times"/> says of a cell that holds no time it could tell.</summary>
    public const long NoTime = long.MinValue;

    /// <summary>The raw bytes of cells: two with the same bytes mean the same.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="places">Takes where each cell is.</param>
    /// <returns>What the places point into, until the next call.</returns>
    public virtual ReadOnlySpan<byte> Cells(int start, Span<CellPlace> places)
    {
        places.Clear();
        return default;
    }

    /// <summary>The text of cells that may be ids; of others none.</summary>
    public virtual ReadOnlySpan<byte> Ids(int start, Span<CellPlace> places)
    {
        places.Clear();
        return default;
    }

    /// <summary>Epoch milliseconds.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="unit">What numbers count, where the column itself does not say.</param>
    /// <param name="into">Takes them.</param>
    public virtual void Times(int start, TimestampUnit unit, Span<long> into) => into.Fill(NoTime);

    /// <summary>Numbers; NaN where a cell holds none that it could tell.</summary>
    public virtual void Numbers(int start, Span<double> into) => into.Fill(double.NaN);
}

/// <summary>Rows whose columns lie in memory together, as a batch of Arrow or a group of Parquet.</summary>
/// <param name="Start">The first of them among the rows of the value.</param>
/// <param name="Count">How many.</param>
/// <param name="Fields">Columns that hold a field, or what a filter looks at.</param>
/// <param name="Slices">Columns that are slices.</param>
public sealed record PlainStretch(int Start, int Count, (FieldName Name, PlainColumn Column)[] Fields, PlainColumn[] Slices);
