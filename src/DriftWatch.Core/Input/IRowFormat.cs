using DriftWatch.Core.Input.Columns;

namespace DriftWatch.Core.Input;

/// <summary>A format whose values hold rows of columns: they come to fields as they are, and nothing comes to JSON.</summary>
public interface IRowFormat : IValueFormat
{
    /// <summary>How many rows the value has that was decoded last.</summary>
    int RowCount { get; }

    /// <summary>Adds the fields of one of its rows to those that are common to all.</summary>
    /// <returns>Why it cannot be read; none: it can.</returns>
    FormatFault Fill(RecordFields fields, int row);

    /// <summary>The rows that lie in memory together with one of them; null: they are read one by one.</summary>
    PlainStretch? StretchOf(int row);
}
