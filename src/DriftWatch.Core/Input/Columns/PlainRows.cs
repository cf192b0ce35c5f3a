using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input.Columns;

/// <summary>Makes predictions and labels of rows whose columns lie in memory, a block of rows and one column after the other.</summary>
/// <remarks>
/// Id, time and probability are of each row; all else repeats itself from row to row. So a row is read by its texts once for each combination of that, by <see cref="RecordAssembler"/>, and the others like it are
/// the same prediction but for those three (and the latency). Law: a row is taken here only where the other way would have come to the same prediction to the bit; whatever is odd about it, it goes the other way,
/// so that what is refused is refused there, in the same words. Fields that are not known here are compared like models and slices: a new one costs speed and no result.
/// </remarks>
public sealed class PlainRows
{
    private const int Block = 1024;

    private readonly RecordAssembler _assembler;
    private readonly RowGroups<Prediction> _predictions = new(Block);
    private readonly RowGroups<Label> _labels = new(Block);
    private readonly List<PlainColumn> _repeated = [];
    private readonly CellPlace[] _places = new CellPlace[Block];
    private readonly PredictionId[] _ids = new PredictionId[Block];
    private readonly long[] _times = new long[Block];
    private readonly double[] _numbers = new double[Block], _latencies = new double[Block];
    private readonly int[] _groups = new int[Block];
    private PlainStretch? _stretch;
    private PlainColumn? _id, _time, _number, _latency;
    private bool _ofLabels;
    private int _first, _count; // the block, in rows of the stretch

    public PlainRows(RecordAssembler assembler) => _assembler = assembler;

    /// <summary>Forgets what rows were made into: what comes now has other columns, or other fields that are common to all rows.</summary>
    public void Forget()
    {
        (_stretch, _count) = (null, 0);
        _predictions.Forget();
        _labels.Forget();
    }

    /// <summary>Goes on to further rows, with the same columns since <see cref="Forget"/>.</summary>
    /// <param name="stretch">The rows; null: they are read by their texts.</param>
    /// <param name="records">What they are.</param>
    /// <param name="common">Fields that all rows have.</param>
    public void Begin(PlainStretch? stretch, FieldRecords records, RecordFields common)
    {
        (_stretch, _count) = (null, 0);
        (_id, _time, _number, _latency, _ofLabels) = (null, null, null, null, records == FieldRecords.Labels);
        if (stretch is null) return;
        _repeated.Clear();
        foreach (var (name, column) in stretch.Fields) Place(name, column);
        _repeated.AddRange(stretch.Slices);
        if (_ofLabels ? IsReadable : IsReadable && _number is not null && IsReadableAs(stretch, common)) _stretch = stretch;
    }

    /// <summary>The prediction of a row.</summary>
    /// <param name="row">Which one of the value.</param>
    /// <param name="now">The clock, for the bound on times in the future.</param>
    /// <param name="prediction">The prediction.</param>
    /// <returns>False: the row has to be read by its texts.</returns>
    public bool TryPrediction(int row, EventTime now, out Prediction prediction)
    {
        prediction = default;
        if (!TryPlace(row, now, out int i) || !_predictions.IsMade(_groups[i])) return false;
        ref readonly var alike = ref _predictions.Made(_groups[i]);
        prediction = alike with { Id = _ids[i], Time = new(_times[i]), Confidence = _numbers[i] + 0.0, Latency = _latency is null ? alike.Latency : ServingLatency.OfMilliseconds(_latencies[i]) };
        _assembler.Accept();
        return true;
    }

    /// <summary>The label of a row; false: the row has to be read by its texts.</summary>
    public bool TryLabel(int row, EventTime now, out Label label)
    {
        label = default;
        if (!TryPlace(row, now, out int i) || !_labels.IsMade(_groups[i])) return false;
        label = _labels.Made(_groups[i]) with { Id = _ids[i], Time = new(_times[i]) };
        _assembler.Accept();
        return true;
    }

    /// <summary>Takes what the texts of a row came to, for others like it.</summary>
    public void Remember(int row, EventTime now, in Prediction prediction)
    {
        // One that is odd may claim in another way than those after it.
        if (TryPlace(row, now, out int i)) _predictions.Remember(_groups[i], prediction);
    }

    /// <summary>Takes what the texts of a row came to, for others like it.</summary>
    public void Remember(int row, EventTime now, in Label label)
    {
        if (TryPlace(row, now, out int i)) _labels.Remember(_groups[i], label);
    }

    private bool IsReadable => _id is not null && _time is not null && _assembler.Mapping.TimeFrom == TimeSource.Payload;

    /// <summary>Whether the numbers are what the predictions claim, and are claimed as numbers.</summary>
    private bool IsReadableAs(PlainStretch stretch, RecordFields common) =>
        // Of a decimal these two are the nearest double to the decimal that comes out: there has to be one.
        _assembler.Mapping.Transform is not (ProbabilityTransform.Percent or ProbabilityTransform.OneMinus)
        && (Array.Exists(stretch.Fields, field => field.Name == FieldName.Probability) || common[FieldName.Probability].Kind == FieldKind.Absent);

    private void Place(FieldName name, PlainColumn column)
    {
        if (name == FieldName.Id) _id = column;
        else if (name == FieldName.Timestamp) _time = column;
        else if (_ofLabels) _repeated.Add(column);
        else if (name == FieldName.Probability) _number = column;
        else if (name == FieldName.Confidence) _number ??= column; // behind the probability, which counts where there is one
        else if (name == FieldName.Latency) _latency = column;
        else _repeated.Add(column);
    }

    /// <summary>Where a row is in the block that it belongs to, if there is nothing odd about it.</summary>
    private bool TryPlace(int row, EventTime now, out int i)
    {
        i = 0;
        if (_stretch is not { } stretch || (uint)(row - stretch.Start) >= (uint)stretch.Count) return false;
        i = row - stretch.Start - _first;
        if ((uint)i >= (uint)_count)
        {
            Prepare(stretch, i + _first);
            i = 0;
        }

        long time = _times[i];
        return time >= _assembler.EarliestTime.Milliseconds && time <= Math.Min(EventTime.Latest.Milliseconds, (now + _assembler.Limits.MaxFuture).Milliseconds)
            && (_ofLabels || (_numbers[i] is >= 0 and <= 1 && (_latency is null || !double.IsNaN(_latencies[i]))));
    }

    private void Prepare(PlainStretch stretch, int first)
    {
        (_first, _count) = (first, Math.Min(Block, stretch.Count - first));
        try
        {
            _time!.Times(first, _assembler.Unit, _times.AsSpan(0, _count));
            if (!_ofLabels) ReadNumbers();
            ReadIds();
            if (_ofLabels) _labels.Number(_repeated, first, _groups.AsSpan(0, _count));
            else _predictions.Number(_repeated, first, _groups.AsSpan(0, _count));
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            // Places that point out of the memory: what is wrong is told row by row.
            _times.AsSpan(0, _count).Fill(PlainColumn.NoTime);
        }
    }

    private void ReadNumbers()
    {
        var numbers = _numbers.AsSpan(0, _count);
        _number!.Numbers(_first, numbers);
        var transform = _assembler.Mapping.Transform;
        if (transform != ProbabilityTransform.None)
        {
            foreach (ref double number in numbers) number = double.IsFinite(number) ? transform.Of(number) : double.NaN;
        }

        _latency?.Numbers(_first, _latencies.AsSpan(0, _count));
    }

    private void ReadIds()
    {
        var places = _places.AsSpan(0, _count);
        var values = _id!.Ids(_first, places);
        int longest = _assembler.Limits.MaxStringBytes;
        for (int i = 0; i < places.Length; i++)
        {
            ref var place = ref places[i];
            if (place.Length == 0 || place.Length > longest) (place, _times[i]) = (default, PlainColumn.NoTime);
            else if (values[place.Start + place.Length - 1] is (byte)'0' or (byte)'.') place = Shortened(values, place);
        }

        _assembler.Ids.Of(values, places, _ids);
    }

    /// <summary>17.0 is the id 17.</summary>
    private static CellPlace Shortened(ReadOnlySpan<byte> values, CellPlace place)
    {
        var text = values.Slice(place.Start, place.Length);
        int length = IdText.OfCell(text).Length;
        // Zero loses its sign too.
        return length == place.Length ? place : new(length == 1 && text[0] == '-' ? place.Start + 1 : place.Start, length);
    }
}
