using DriftWatch.Files;

namespace DriftWatch.Replay;

/// <summary>Where each row stands in its file: kept as the rows at which rows and lines part, which are few.</summary>
internal sealed class LineMap
{
    private readonly List<Part> _parts = [];

    /// <summary>Notes the next row.</summary>
    public void Add(int row, string file, IRowReader reader) => Add(row, file, reader.Counted, reader.Number);

    /// <summary>Notes the next row.</summary>
    public void Add(int row, string file, string counted, long line)
    {
        if (_parts.Count == 0 || _parts[^1].File != file || _parts[^1].LineOf(row) != line) _parts.Add(new Part(row, line, file, counted));
    }

    /// <summary>The place of a row that was noted, as messages have it.</summary>
    public string PlaceOf(int row)
    {
        int low = 0, high = _parts.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_parts[middle].Row <= row) low = middle;
            else high = middle - 1;
        }

        return Place(_parts[low].File, _parts[low].Counted, _parts[low].LineOf(row));
    }

    /// <summary><c>file:7</c>, or <c>file, row 7</c> where a format has no lines.</summary>
    public static string Place(string file, string counted, long number) => counted == "line" ? $"{file}:{number}" : $"{file}, {counted} {number}";

    private readonly record struct Part(int Row, long Line, string File, string Counted)
    {
        public long LineOf(int row) => Line + (row - Row);
    }
}
