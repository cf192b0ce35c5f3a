using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Files;

/// <summary>JSON values as predictions or labels, each judged like a record of a topic.</summary>
internal sealed class JsonRows(IJsonSource values, MessageReader reader) : IRowReader
{
    public long Number => values.Line;

    public string? Fault => values.IsOversize ? "longer than a record may be" : reader.LastFaultForFiles;

    public TimeGuess? TimeGuess => values.IsOversize ? null : reader.LastTimeGuess;

    public bool Read() => values.Read();

    // A time in the future of whoever replays is no fault of the file: the bound on future times is for live streams.
    public RejectReason ReadPrediction(out Prediction prediction)
    {
        prediction = default;
        return values.IsOversize ? RejectReason.Oversize : reader.ReadPrediction(new RecordView { Value = values.Value }, EventTime.Latest, out prediction);
    }

    public RejectReason ReadLabel(out Label label)
    {
        label = default;
        return values.IsOversize ? RejectReason.Oversize : reader.ReadLabel(new RecordView { Value = values.Value }, EventTime.Latest, out label);
    }

    public void Dispose()
    {
    }
}
