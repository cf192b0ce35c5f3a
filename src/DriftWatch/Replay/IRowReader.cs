using DriftWatch.Core.Input;

namespace DriftWatch.Replay;

/// <summary>The rows of one file, one at a time, each tried as what the file is said to hold.</summary>
internal interface IRowReader
{
    /// <summary>Line on which the current row begins, from 1.</summary>
    long Line { get; }

    /// <summary>What was wrong with the current row, in words and with nothing of the row in them.</summary>
    string? Fault { get; }

    /// <summary>What the current row's time was probably meant to be, where it was refused for that.</summary>
    TimeGuess? TimeGuess { get; }

    /// <summary>Goes on to the next row.</summary>
    bool Read();

    /// <summary>The current row as a prediction, or why it is none.</summary>
    RejectReason ReadPrediction(out Prediction prediction);

    /// <summary>The current row as a label, or why it is none.</summary>
    RejectReason ReadLabel(out Label label);
}
