namespace DriftWatch.Files;

/// <summary>One labeled prediction of a calibration set as it is written.</summary>
/// <param name="Time">Event time of the prediction, in milliseconds since 1970.</param>
/// <param name="Claim">What the model claimed.</param>
/// <param name="Outcome">Whether it came true.</param>
/// <param name="Weight">How many predictions it stands for.</param>
/// <param name="Fold">0: fit; 1: held out.</param>
/// <param name="Day">Number of the UTC day since 1970.</param>
/// <param name="IdHash">Half of the hash of its id.</param>
internal readonly record struct SetFileRow(long Time, double Claim, bool Outcome, double Weight, byte Fold, int Day, ulong IdHash);
