using DriftWatch.Core.Input;

namespace DriftWatch.Files;

/// <summary>The rows of one file, each a prediction or a label, or the reason why it is none.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>Where the current row is, counted from 1: a line, or a row where a format has no lines.</summary>
    long Number { get; }

    /// <summary>What <see cref="Number"/> counts.</summary>
    string Counted => "line";

    /// <summary>What was wrong with the current row, without anything of it.</summary>
    string? Fault { get; }

    /// <summary>What its time was probably meant to be, where it was refused for that.</summary>
    TimeGuess? TimeGuess { get; }

    /// <summary>Goes on to the next row.</summary>
    bool Read();

    RejectReason ReadPrediction(out Prediction prediction);

    RejectReason ReadLabel(out Label label);
}
