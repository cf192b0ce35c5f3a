namespace DriftWatch.Files;

/// <summary>A file whose columns have names and types, read some rows at a time, and of them the columns that are wanted.</summary>
internal abstract class Table : IDisposable
{
    /// <summary>Names of the columns; of those inside a struct with points between the parts.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>What a column holds, where its values are not read; null: they are.</summary>
    public abstract string? Unreadable(int column);

    /// <summary>Whether a column's values are times without a zone, which are taken for UTC.</summary>
    public abstract bool IsWithoutZone(int column);

    /// <summary>Goes on to the next rows.</summary>
    /// <param name="wanted">Columns whose values are needed.</param>
    /// <param name="values">Their values.</param>
    /// <returns>How many rows; 0: there are no more.</returns>
    public abstract int Read(IReadOnlyList<int> wanted, ColumnValues[] values);

    public abstract void Dispose();
}
