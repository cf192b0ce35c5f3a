using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>The lines of a JSONL file as predictions or labels, each judged like a record of a topic.</summary>
internal sealed class JsonlRows(LineReader lines, MessageReader reader) : IRowReader
{
    public long Line => lines.Line;

    public string? Fault => lines.IsOversize ? "longer than a record may be" : reader.LastFaultForLogs;

    public TimeGuess? TimeGuess => lines.IsOversize ? null : reader.LastTimeGuess;

    public bool Read() => lines.Read();

    // A time in the future of whoever replays is no fault of the file: the bound on future times is for live streams.
    public RejectReason ReadPrediction(out Prediction prediction)
    {
        prediction = default;
        return lines.IsOversize ? RejectReason.Oversize : reader.ReadPrediction(new RecordView { Value = lines.Value }, EventTime.Latest, out prediction);
    }

    public RejectReason ReadLabel(out Label label)
    {
        label = default;
        return lines.IsOversize ? RejectReason.Oversize : reader.ReadLabel(new RecordView { Value = lines.Value }, EventTime.Latest, out label);
    }
}
