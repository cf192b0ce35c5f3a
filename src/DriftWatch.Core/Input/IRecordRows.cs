namespace DriftWatch.Core.Input;

/// <summary>The rows of a record that holds several predictions or labels, whatever its format. One owner thread; what is found goes into <see cref="RecordFields"/>, nothing is kept of it.</summary>
internal interface IRecordRows
{
    /// <summary>Begins with a record, in which what is common to all rows has been found.</summary>
    /// <returns>How many rows it has. Where it cannot be cut into rows, a fault is noted in the fields.</returns>
    int Open(ReadOnlySpan<byte> record, RecordFields fields);

    /// <summary>Adds the fields of a row to those that are common to all.</summary>
    void Fill(ReadOnlySpan<byte> record, RecordFields fields, int row);
}
