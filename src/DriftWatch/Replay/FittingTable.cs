using Spectre.Console;

namespace DriftWatch.Replay;

/// <summary>A table that leaves out its least important columns where the terminal is too narrow for all.</summary>
/// <param name="columns">Titles, alignment, and importance: the column with the lowest goes first, those with the highest stay.</param>
internal sealed class FittingTable(params (string Title, Justify Alignment, int Importance)[] columns)
{
    /// <summary>Spaces around a cell and the border's share.</summary>
    private const int Padding = 3;

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void WriteTo(IAnsiConsole console)
    {
        var shown = Fitting(console.Profile.Width);
        var table = new Table { Border = TableBorder.Simple };
        foreach (int column in shown) table.AddColumn(new TableColumn(new Text(columns[column].Title)) { Alignment = columns[column].Alignment, NoWrap = true });
        foreach (var row in _rows) table.AddRow(shown.Select(column => new Text(row[column])));
        console.Write(table);
        if (shown.Count < columns.Length)
        {
            console.WriteLine($"Not shown for want of width: {string.Join(", ", columns.Select(column => column.Title).Where((title, column) => title.Length > 0 && !shown.Contains(column)))}.");
        }
    }

    private List<int> Fitting(int width)
    {
        List<int> shown = [.. Enumerable.Range(0, columns.Length)];
        while (shown.Count > 1 && shown.Sum(WidthOf) + Padding > width)
        {
            int least = shown.Min(column => columns[column].Importance);
            shown.Remove(shown.FindLast(column => columns[column].Importance == least));
        }

        return shown;
    }

    private int WidthOf(int column) => Padding + _rows.Select(row => row[column].Length).Append(columns[column].Title.Length).Max();
}
