namespace DriftWatch.Files;

/// <summary>One labeled prediction of a calibration set as it is written.</summary>
/// <param name="Time">Event time of the prediction, in milliseconds since 1970.</param>
/// <param name="Claim">What the model claimed.</param>
/// <param name="Outcome">Whether it came true.</param>
/// <param name="Weight">How many predictions it stands for.</param>
/// <param name="Fold">0: fit; 1: held out.</param>
/// <param name="Day">Number of the UTC day since 1970.</param>
/// <param name="IdHash">Half of the hash of its id.</param>
/// <param name="Actual">Place of the class that came true among those of the vector; -1 where there is none.</param>
/// <param name="Vector">Probabilities of all classes; null where the set has none.</param>
internal readonly record struct SetFileRow(long Time, double Claim, bool Outcome, double Weight, byte Fold, int Day, ulong IdHash, int Actual = -1, double[]? Vector = null)
{
    /// <summary>Name of the column of the class that came true.</summary>
    public const string ActualColumn = "actual";

    /// <summary>Name of the column of a class, by its place in the vectors.</summary>
    public static string ColumnOf(int place) => $"p_{place}";
}
