using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Files;

/// <summary>JSON values as predictions or labels, each judged like a record of a topic; one that holds rows is several.</summary>
internal sealed class JsonRows(IJsonSource values, MessageReader reader) : IRowReader
{
    private bool _isOpen;

    public long Number => values.Line;

    public string? Fault => values.IsOversize ? "longer than a record may be" : reader.LastFaultForFiles;

    public TimeGuess? TimeGuess => values.IsOversize ? null : reader.LastTimeGuess;

    public bool Read()
    {
        if (_isOpen && reader.HasMore) return true;
        _isOpen = false;
        return values.Read();
    }

    // A time in the future of whoever replays is no fault of the file: the bound on future times is for live streams.
    public RejectReason ReadPrediction(out Prediction prediction)
    {
        prediction = default;
        if (!Open(FieldRecords.Predictions)) return RejectReason.Oversize;
        reader.NextPrediction(Record, EventTime.Latest, out prediction, out var reason);
        return reason;
    }

    public RejectReason ReadLabel(out Label label)
    {
        label = default;
        if (!Open(FieldRecords.Labels)) return RejectReason.Oversize;
        reader.NextLabel(Record, EventTime.Latest, out label, out var reason);
        return reason;
    }

    public void Dispose()
    {
    }

    private RecordView Record => new() { Value = values.Value };

    private bool Open(FieldRecords records)
    {
        if (values.IsOversize) return false;
        if (!_isOpen) reader.Open(Record, records);
        return _isOpen = true;
    }
}
