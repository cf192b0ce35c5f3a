namespace DriftWatch.Core.Input;

/// <summary>Where a <see cref="RecordView"/> finds the headers that its reader asked for, without a copy.</summary>
public interface IHeaderSource
{
    /// <summary>The last header of a name.</summary>
    /// <param name="record">Index of the record.</param>
    /// <param name="header">Index of the name in <see cref="FieldMapping.Headers"/>.</param>
    /// <returns>Its value; empty if there is none.</returns>
    ReadOnlySpan<byte> HeaderOf(int record, int header);
}
