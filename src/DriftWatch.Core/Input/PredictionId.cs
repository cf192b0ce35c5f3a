namespace DriftWatch.Core.Input;

/// <summary>What a prediction and its label meet by: 128 bits of a keyed hash of the id's text.</summary>
/// <remarks>
/// A JSON number and a string with the same text are the same id; UUIDs differ only by value, not by case.
/// At a billion ids inside the retention two of them collide with a chance of about 1e-21.
/// </remarks>
public readonly record struct PredictionId(ulong High, ulong Low);
