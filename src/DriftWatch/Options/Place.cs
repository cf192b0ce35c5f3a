namespace DriftWatch.Options;

/// <summary>Where a setting was written: a place in a file, an environment variable, a flag, or nowhere (a default).</summary>
/// <param name="Source">File name as given, or the name of the variable or flag.</param>
/// <param name="Line">Line in the file, from 1; 0 where there are no lines.</param>
/// <param name="Column">Column in the file, from 1.</param>
internal readonly record struct Place(string Source, int Line = 0, int Column = 0) : IComparable<Place>
{
    public static readonly Place Default = new("default");

    /// <summary><c>driftwatch.yaml:12:5</c>, which editors and terminals can jump to.</summary>
    public override string ToString() => Line > 0 ? $"{Source}:{Line}:{Column}" : Source;

    /// <summary>Places in files first, by position; then the others in the order they came.</summary>
    public int CompareTo(Place other) =>
        (Line > 0, other.Line > 0) switch
        {
            (true, true) => (Line, Column).CompareTo((other.Line, other.Column)),
            (true, false) => -1,
            (false, true) => 1,
            _ => 0,
        };
}
