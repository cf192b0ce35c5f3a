namespace DriftWatch.Core.Input;

/// <summary>What there is to say about one field: a row of <see cref="FieldCatalogue"/>.</summary>
/// <param name="Field">Which one.</param>
/// <param name="Name">What it is called: its key in a record and in the configuration, and its column in a CSV file.</param>
/// <param name="Records">Where it may stand.</param>
public sealed record InputField(FieldName Field, string Name, FieldRecords Records)
{
    /// <summary>What stands there.</summary>
    public FieldShape Shape { get; init; }

    /// <summary>Whether a file without it cannot be read.</summary>
    public bool Required { get; init; }

    /// <summary>Whether it is measured beside what is claimed: nothing that is counted for calibration hangs on it, so that its place may change from one run to the next.</summary>
    public bool IsMeasure { get; init; }

    /// <summary>Whether it is what a model claims or what came true: a cell with a <see cref="MissingWords">word for missing</see> in it has none.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>For those who send it and those who configure it.</summary>
    public string Meaning { get; init; } = "";

    /// <summary>Where it is unless the configuration says otherwise, as a JSON pointer.</summary>
    public string Place => "/" + Name;

    /// <summary>The column of a CSV file that holds it; null: no single one does.</summary>
    public string? Column => Shape is FieldShape.Slices or FieldShape.Vector || Records == FieldRecords.Envelope ? null : Name;
}

/// <summary>Kinds of record that have fields.</summary>
[Flags]
public enum FieldRecords : byte
{
    None = 0,
    Predictions = 1,
    Labels = 2,

    /// <summary>A CloudEvents envelope around either. The place of its fields is not configured.</summary>
    Envelope = 4,
}

/// <summary>What the scanner is to expect in a field's place.</summary>
public enum FieldShape : byte
{
    /// <summary>Whatever JSON has.</summary>
    Value,

    /// <summary>A number: a bare NaN or Infinity there, which JSON has not, is the fault of this field and not of the document.</summary>
    Number,

    /// <summary>An object of slices.</summary>
    Slices,

    /// <summary>Probabilities by class.</summary>
    Vector,
}
