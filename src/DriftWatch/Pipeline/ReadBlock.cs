using DriftWatch.Core.Input;

namespace DriftWatch.Pipeline;

/// <summary>What was read of some records, row by row and in their order, before any of it goes into the join.</summary>
/// <remarks>To read a block first and to join it then lets waits for memory overlap: for the bytes of the next block while this one is read, for the entries of its ids before they are joined.</remarks>
internal sealed class ReadBlock
{
    private readonly Dictionary<int, (string? Detail, string? ForLogs)> _faults = [];
    private ReadRow[] _rows = new ReadRow[64];
    private PredictionId[] _ids = new PredictionId[64];
    private Prediction[] _predictions = [];
    private Label[] _labels = [];

    /// <summary>Rows in it, the refused ones among them.</summary>
    public int Count { get; private set; }

    /// <summary>Where a row comes from, and whether it was refused.</summary>
    public ref readonly ReadRow this[int row] => ref _rows[row];

    /// <summary>Whether the next row is of another record, or there is none.</summary>
    public bool EndsRecord(int row) => row + 1 == Count || _rows[row + 1].Record != _rows[row].Record;

    /// <summary>The ids of some rows; of a refused one an id that is nobody's.</summary>
    public ReadOnlySpan<PredictionId> Ids(int from, int to) => _ids.AsSpan(from..Math.Min(to, Count));

    /// <summary>The prediction of a row that was not refused, of a topic of predictions.</summary>
    public ref readonly Prediction Prediction(int row) => ref _predictions[row];

    /// <summary>The label of a row that was not refused, of a topic of labels.</summary>
    public ref readonly Label Label(int row) => ref _labels[row];

    /// <summary>What is wrong with a row that was refused: with what was found, and without.</summary>
    public (string? Detail, string? ForLogs) FaultOf(int row) => _faults.GetValueOrDefault(row);

    public void Add(in ReadRow row, in Prediction prediction)
    {
        Add(row, prediction.Id);
        if (_predictions.Length < _rows.Length) Array.Resize(ref _predictions, _rows.Length);
        _predictions[Count - 1] = prediction;
    }

    public void Add(in ReadRow row, in Label label)
    {
        Add(row, label.Id);
        if (_labels.Length < _rows.Length) Array.Resize(ref _labels, _rows.Length);
        _labels[Count - 1] = label;
    }

    public void Refuse(in ReadRow row, string? detail, string? forLogs)
    {
        if (detail is not null) _faults.Add(Count, (detail, forLogs));
        Add(row, default(PredictionId));
    }

    public void Clear()
    {
        Count = 0;
        if (_faults.Count > 0) _faults.Clear();
    }

    private void Add(in ReadRow row, in PredictionId id)
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, 2 * Count);
            Array.Resize(ref _ids, 2 * Count);
        }

        _ids[Count] = id;
        _rows[Count++] = row;
    }
}

/// <summary>Whence a row of a <see cref="ReadBlock"/> comes.</summary>
/// <param name="Record">Its record in the batch.</param>
/// <param name="Row">Its row in the record; 0 where that has none.</param>
/// <param name="Reason">Why it was refused; <see cref="RejectReason.None"/>: it was not.</param>
internal readonly record struct ReadRow(int Record, int Row, RejectReason Reason = RejectReason.None);
