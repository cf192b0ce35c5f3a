namespace DriftWatch.Metrics;

/// <summary>What was told in this round, in order, so that what was told last can be taken back at the cost of just that.</summary>
internal sealed class ExportRound
{
    private readonly List<ExportedChild> _told = [];

    public int Number { get; private set; }

    /// <summary>Time series of all that was told.</summary>
    public int Series { get; private set; }

    /// <summary>A place to which <see cref="TakeBack"/> goes.</summary>
    public int Mark => _told.Count;

    /// <summary>Tells something; once a round, however often it is told.</summary>
    public void Add(ExportedChild child)
    {
        if (child.Round == Number) return;
        child.Round = Number;
        Series += child.Series;
        _told.Add(child);
    }

    /// <summary>Takes back what was told since a mark: it leaves the page at the end of the round.</summary>
    public void TakeBack(int mark)
    {
        for (int i = mark; i < _told.Count; i++)
        {
            _told[i].Round = Number - 1;
            Series -= _told[i].Series;
        }

        _told.RemoveRange(mark, _told.Count - mark);
    }

    public void End()
    {
        Number++;
        Series = 0;
        _told.Clear();
    }
}

/// <summary>What one set of tags has on the page: in which round it was last told, and how many time series it takes.</summary>
internal abstract class ExportedChild(int series)
{
    public int Series { get; } = series;

    public int Round { get; set; } = -1;
}
