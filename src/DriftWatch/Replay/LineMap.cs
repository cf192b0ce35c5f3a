namespace DriftWatch.Replay;

/// <summary>On which line of its file each row stands: kept as the rows at which rows and lines part, which are few.</summary>
internal sealed class LineMap
{
    private readonly List<(int Row, long Line)> _parts = [];

    /// <summary>Notes the next row.</summary>
    public void Add(int row, long line)
    {
        if (_parts.Count == 0 || LineOf(_parts[^1], row) != line) _parts.Add((row, line));
    }

    /// <summary>The line of a row that was noted.</summary>
    public long LineOf(int row)
    {
        int low = 0, high = _parts.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_parts[middle].Row <= row) low = middle;
            else high = middle - 1;
        }

        return LineOf(_parts[low], row);
    }

    private static long LineOf((int Row, long Line) part, int row) => part.Line + (row - part.Row);
}
