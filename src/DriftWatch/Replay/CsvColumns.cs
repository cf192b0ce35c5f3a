using System.Text;
using DriftWatch.Core.Input;

namespace DriftWatch.Replay;

/// <summary>Which column of a CSV file holds which field: its header row, understood.</summary>
/// <remarks>
/// Columns are called as the fields of the JSON records are; class probabilities are <c>probability.&lt;class&gt;</c>. Every other column is a
/// candidate for a slice, and ignored unless it is asked for.
/// </remarks>
internal sealed class CsvColumns
{
    private const string ClassPrefix = "probability.";

    private CsvColumns(int count) => Count = count;

    /// <summary>Columns of the header row.</summary>
    public int Count { get; }

    public (FieldName Name, int Column)[] Fields { get; private init; } = [];

    public (byte[] Class, int Column)[] Classes { get; private init; } = [];

    public (byte[] Dimension, int Column)[] Slices { get; private init; } = [];

    /// <summary>Understands the header row of a file of predictions.</summary>
    /// <param name="file">What messages call the file.</param>
    /// <param name="header">The header row.</param>
    /// <param name="slices">Columns that are slices.</param>
    /// <param name="overrideModel">Whether the model is given and a column for it does not count.</param>
    /// <exception cref="ReplayException">A column is missing, or stands twice.</exception>
    public static CsvColumns OfPredictions(string file, IReadOnlyList<string> header, IReadOnlyList<string> slices, bool overrideModel)
    {
        RequireAll(file, header, FieldRecords.Predictions);
        var classes = ClassesOf(file, header);
        bool topLabel = header.Contains("predicted") && header.Contains("confidence");
        if (!header.Contains("probability") && !topLabel && classes.Length == 0)
        {
            throw Missing(file, header, "a column 'probability', or 'predicted' and 'confidence', or one 'probability.<class>' for each class");
        }

        return new CsvColumns(header.Count)
        {
            Fields = [.. Known(header, FieldRecords.Predictions).Where(field => !(overrideModel && field.Name == FieldName.Model))],
            Classes = classes,
            Slices = [.. slices.Select(name => (Encoding.UTF8.GetBytes(name), Require(file, header, name)))],
        };
    }

    /// <summary>Understands the header row of a file of labels.</summary>
    /// <exception cref="ReplayException">A column is missing, or stands twice.</exception>
    public static CsvColumns OfLabels(string file, IReadOnlyList<string> header)
    {
        RequireAll(file, header, FieldRecords.Labels);
        if (!header.Contains("label") && !header.Contains("correct")) throw Missing(file, header, "a column 'label' or 'correct'");
        return new CsvColumns(header.Count) { Fields = [.. Known(header, FieldRecords.Labels)] };
    }

    /// <summary>Reads the header row.</summary>
    /// <exception cref="ReplayException">There is none, or a column stands twice.</exception>
    public static IReadOnlyList<string> ReadHeader(string file, CsvReader csv)
    {
        if (!csv.Read()) throw new ReplayException($"{file}: empty; expected a header row such as id,timestamp,probability.");
        if (csv.Fault != CsvFault.None) throw new ReplayException($"{file}:{csv.Line}: the header row cannot be read: {CsvRows.Describe(csv.Fault)}.");
        var header = new string[csv.FieldCount];
        for (int column = 0; column < header.Length; column++) header[column] = Encoding.UTF8.GetString(csv[column]).Trim();
        var twice = header.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new ReplayException($"{file}:{csv.Line}: column '{twice.Key}' stands twice in the header row. Rename one of them.");
        return header;
    }

    private static (byte[] Class, int Column)[] ClassesOf(string file, IReadOnlyList<string> header)
    {
        var columns = header.Select((name, column) => (Name: name, Column: column)).Where(entry => entry.Name.StartsWith(ClassPrefix, StringComparison.Ordinal)).ToList();
        var classes = columns.ToLookup(entry => ClassText.Canonical(entry.Name[ClassPrefix.Length..]));
        if (classes.FirstOrDefault(one => one.Count() > 1) is { } twice)
            throw new ReplayException($"{file}: columns '{string.Join("' and '", twice.Select(entry => entry.Name))}' are the same class, {twice.Key}, in two spellings. Rename one of them.");
        return [.. classes.Select(one => (Encoding.UTF8.GetBytes(one.Key), one.Single().Column))];
    }

    private static IEnumerable<(FieldName Name, int Column)> Known(IReadOnlyList<string> header, FieldRecords records) =>
        FieldCatalogue.Of(records).Where(row => row.Column is not null).Select(row => (row.Field, Column: ColumnOf(header, row.Column!))).Where(field => field.Column >= 0);

    private static void RequireAll(string file, IReadOnlyList<string> header, FieldRecords records)
    {
        foreach (var row in FieldCatalogue.Of(records).Where(row => row.Required)) Require(file, header, row.Name);
    }

    private static int Require(string file, IReadOnlyList<string> header, string name) =>
        ColumnOf(header, name) is >= 0 and var column ? column : throw Missing(file, header, $"a column '{name}'");

    private static int ColumnOf(IReadOnlyList<string> header, string name)
    {
        int column = header.Count - 1;
        while (column >= 0 && header[column] != name) column--;
        return column;
    }

    private static ReplayException Missing(string file, IReadOnlyList<string> header, string what) =>
        new($"{file}: the header row lacks {what}. It has: {string.Join(", ", header)}.");
}
