using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Json;

namespace DriftWatch.Files;

/// <summary>Which column of a table holds which field: its header row, or the names of its schema, understood.</summary>
/// <remarks>
/// A column is called as its field's place in a JSON record, with points between the parts: <c>/score</c> is <c>score</c>, <c>/data/score</c> is <c>data.score</c>, as tables that are made of nested
/// records have it. Below the places of probabilities and slices stand classes and dimensions: <c>probability.&lt;class&gt;</c>, <c>slices.&lt;dimension&gt;</c>. Every other column is a candidate for
/// a slice, and ignored unless it is asked for.
/// </remarks>
internal sealed class TableColumns
{
    /// <summary>What class columns begin with wherever the vector of a record is.</summary>
    private const string ClassPrefix = "probability.";

    private TableColumns(int count) => Count = count;

    /// <summary>Columns of the header row.</summary>
    public int Count { get; }

    public (FieldName Name, int Column)[] Fields { get; private init; } = [];

    public (byte[] Class, int Column)[] Classes { get; private init; } = [];

    public (byte[] Dimension, int Column)[] Slices { get; private init; } = [];

    /// <summary>The conditions of the mapping that a column answers, with the places of their values among the fields.</summary>
    public (RecordFilter Filter, FieldName Slot)[] Conditions { get; private init; } = [];

    /// <summary>Those that no column answers.</summary>
    public IReadOnlyList<RecordFilter> NotAsked { get; private init; } = [];

    /// <summary>The column of lists that is the vector; −1: there is none. No cell of a CSV file is a list.</summary>
    public int Vector { get; private init; } = -1;

    /// <summary>Understands the names of columns.</summary>
    /// <param name="file">What messages call the file.</param>
    /// <param name="header">The names.</param>
    /// <param name="terms">Where fields are, and which columns are slices.</param>
    /// <exception cref="FileException">A column is missing.</exception>
    public static TableColumns Of(string file, IReadOnlyList<string> header, RowTerms terms)
    {
        foreach (var row in FieldCatalogue.Of(terms.Records).Where(row => row.Required))
        {
            string name = NameOf(terms.Mapping, row.Field);
            if (ColumnOf(header, name) < 0) throw Missing(file, header, $"a column '{name}'");
        }

        return terms.Records == FieldRecords.Labels ? OfLabels(file, header, terms) : OfPredictions(file, header, terms);
    }

    /// <summary>Whether a row meets the conditions.</summary>
    /// <param name="record">The bytes that the fields point into.</param>
    /// <param name="fields">What was found in the row.</param>
    public bool Passes(ReadOnlySpan<byte> record, RecordFields fields)
    {
        foreach (ref readonly var condition in Conditions.AsSpan())
        {
            if (!condition.Filter.Passes(fields.TextOf(record, fields[condition.Slot]))) return false;
        }

        return true;
    }

    private static TableColumns OfPredictions(string file, IReadOnlyList<string> header, RowTerms terms)
    {
        var mapping = terms.Mapping;
        string vector = NameOf(mapping, FieldName.Probabilities);
        var classes = ClassesOf(file, header, vector);
        string probability = NameOf(mapping, FieldName.Probability), predicted = NameOf(mapping, FieldName.Predicted), confidence = NameOf(mapping, FieldName.Confidence);
        if (!header.Contains(probability) && !(header.Contains(predicted) && header.Contains(confidence)) && classes.Length == 0 && ColumnOf(header, vector) < 0)
        {
            throw Missing(file, header, $"a column '{probability}', or '{predicted}' and '{confidence}', or one '{ClassPrefix}<class>' for each class");
        }

        return new TableColumns(header.Count)
        {
            Fields = [.. Known(header, mapping, FieldRecords.Predictions).Where(field => !(terms.ModelIsGiven && field.Name == FieldName.Model)), .. AskedOf(header, mapping)],
            Conditions = [.. ConditionsOf(header, mapping)],
            NotAsked = NotAskedOf(header, mapping),
            Classes = classes,
            Vector = ColumnOf(header, vector),
            Slices = [.. SlicesOf(file, header, terms)],
        };
    }

    private static TableColumns OfLabels(string file, IReadOnlyList<string> header, RowTerms terms)
    {
        string label = NameOf(terms.Mapping, FieldName.Label), correct = NameOf(terms.Mapping, FieldName.Correct);
        if (!header.Contains(label) && !header.Contains(correct)) throw Missing(file, header, $"a column '{label}' or '{correct}'");
        return new TableColumns(header.Count)
        {
            Fields = [.. Known(header, terms.Mapping, FieldRecords.Labels), .. AskedOf(header, terms.Mapping)],
            Conditions = [.. ConditionsOf(header, terms.Mapping)],
            NotAsked = NotAskedOf(header, terms.Mapping),
        };
    }

    /// <summary>Understands the columns of a record's rows: what is missing is told of each row by the reader.</summary>
    /// <param name="names">Names of the columns.</param>
    /// <param name="records">Predictions or labels.</param>
    /// <param name="mapping">Where fields are; what it looks for in the value or in a row is a column.</param>
    public static TableColumns OfRecord(IReadOnlyList<string> names, FieldRecords records, FieldMapping mapping)
    {
        var known = FieldCatalogue.Of(records)
            .Where(row => row.Column is not null && IsColumn(mapping.PlaceOf(row.Field)) && (row.Field != FieldName.Timestamp || mapping.TimeFrom == TimeSource.Payload))
            .Select(row => (row.Field, Column: ColumnOf(names, NameOf(mapping, row.Field))));
        var placed = mapping.SlicePlaces.Where(slice => IsColumn(slice.Parsed)).Select(slice => (Encoding.UTF8.GetBytes(slice.Dimension), Column: ColumnOf(names, slice.Parsed)));
        string vector = NameOf(mapping, FieldName.Probabilities), slices = NameOf(mapping, FieldName.Slices) + ".";
        return new TableColumns(names.Count)
        {
            Fields = [.. known.Concat(AskedOf(names, mapping)).Where(field => field.Column >= 0)],
            Classes = records == FieldRecords.Labels ? [] : ClassesOf("the record", names, vector),
            Vector = records == FieldRecords.Labels ? -1 : ColumnOf(names, vector),
            Slices = records == FieldRecords.Labels ? [] : [.. Below(names, slices), .. placed.Where(slice => slice.Column >= 0)],
        };
    }

    /// <summary>Reads the header row.</summary>
    /// <exception cref="FileException">There is none, or a column stands twice.</exception>
    public static IReadOnlyList<string> ReadHeader(string file, CsvReader csv)
    {
        if (!csv.Read()) throw new FileException($"{file}: empty; expected a header row such as id,timestamp,probability.");
        if (csv.Fault != CsvFault.None) throw new FileException($"{file}:{csv.Line}: the header row cannot be read: {CsvRows.Describe(csv.Fault)}.");
        var header = new string[csv.FieldCount];
        for (int column = 0; column < header.Length; column++) header[column] = Encoding.UTF8.GetString(csv[column]).Trim();
        var twice = header.Where(name => name.Length > 0).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new FileException($"{file}:{csv.Line}: column '{twice.Key}' stands twice in the header row. Rename one of them.");
        return header;
    }

    private static (byte[] Class, int Column)[] ClassesOf(string file, IReadOnlyList<string> header, string vector)
    {
        var classes = Below(header, ClassPrefix, vector + ".").ToLookup(entry => ClassText.Canonical(Encoding.UTF8.GetString(entry.Name)));
        if (classes.FirstOrDefault(one => one.Count() > 1) is { } twice)
            throw new FileException($"{file}: columns '{string.Join("' and '", twice.Select(entry => header[entry.Column]))}' are the same class, {twice.Key}, in two spellings. Rename one of them.");
        return [.. classes.Select(one => (Encoding.UTF8.GetBytes(one.Key), one.Single().Column))];
    }

    /// <summary>The column of a field; empty: it is not read.</summary>
    private static string NameOf(FieldMapping mapping, FieldName field)
    {
        // A row of a table is a row: what is in the row of a record is in its columns.
        string place = mapping[field] == "row" ? FieldCatalogue.All[(int)field].Place : mapping[field].StartsWith("row/", StringComparison.Ordinal) ? mapping[field]["row".Length..] : mapping[field];
        if (!JsonPointer.TryParse(place, out string[] steps, out string? error)) throw new FileException($"{FieldCatalogue.All[(int)field].Name}: {error}");
        return string.Join('.', steps);
    }

    /// <summary>What is in the value of a record, or in its row, is a column.</summary>
    private static bool IsColumn(FieldPlace place) => place.Kind is PlaceKind.Value or PlaceKind.Row;

    private static IEnumerable<(FieldName Slot, int Column)> AskedOf(IReadOnlyList<string> header, FieldMapping mapping) =>
        from filter in mapping.Filter.Index()
        let column = ColumnOf(header, filter.Item.Place)
        where column >= 0
        select (RecordFilter.SlotOf(filter.Index), column);

    private static IEnumerable<(RecordFilter, FieldName)> ConditionsOf(IReadOnlyList<string> header, FieldMapping mapping) =>
        mapping.Filter.Index().Where(filter => ColumnOf(header, filter.Item.Place) >= 0).Select(filter => (filter.Item, RecordFilter.SlotOf(filter.Index)));

    private static List<RecordFilter> NotAskedOf(IReadOnlyList<string> header, FieldMapping mapping) => [.. mapping.Filter.Where(filter => ColumnOf(header, filter.Place) < 0)];

    private static int ColumnOf(IReadOnlyList<string> header, FieldPlace place) => IsColumn(place) && Dotted(place.Text) is { Length: > 0 } name ? ColumnOf(header, name) : -1;

    private static string? Dotted(string pointer) => JsonPointer.TryParse(pointer, out string[] steps, out _) ? string.Join('.', steps) : null;

    private static IEnumerable<(FieldName Name, int Column)> Known(IReadOnlyList<string> header, FieldMapping mapping, FieldRecords records) =>
        FieldCatalogue.Of(records).Where(row => row.Column is not null).Select(row => (row.Field, Column: ColumnOf(header, NameOf(mapping, row.Field)))).Where(field => field.Column >= 0);

    private static IEnumerable<(byte[], int)> SlicesOf(string file, IReadOnlyList<string> header, RowTerms terms)
    {
        string prefix = NameOf(terms.Mapping, FieldName.Slices) + ".";
        var named = terms.Slices.Select(name => (Name: name, Column: Math.Max(ColumnOf(header, name), ColumnOf(header, prefix + name)))).ToList();
        if (named.Find(slice => slice.Column < 0).Name is { } missing) throw Missing(file, header, $"a column '{missing}'");
        named.AddRange(terms.Mapping.SlicePlaces.Select(slice => (slice.Dimension, ColumnOf(header, slice.Dimension))).Where(slice => slice.Item2 >= 0));
        named.AddRange(terms.MoreSlices.Select(name => (name, ColumnOf(header, name))).Where(slice => slice.Item2 >= 0));
        return named.Select(slice => (Encoding.UTF8.GetBytes(slice.Name), slice.Column)).Concat(Below(header, prefix).Where(slice => named.TrueForAll(one => one.Column != slice.Column)));
    }

    private static IEnumerable<(byte[] Name, int Column)> Below(IReadOnlyList<string> header, params string[] prefixes) =>
        from entry in header.Select((name, column) => (Name: name, Column: column))
        let prefix = prefixes.FirstOrDefault(prefix => prefix.Length > 1 && entry.Name.StartsWith(prefix, StringComparison.Ordinal))
        where prefix is not null
        select (Encoding.UTF8.GetBytes(entry.Name[prefix.Length..]), entry.Column);

    private static int ColumnOf(IReadOnlyList<string> header, string name)
    {
        int column = header.Count - 1;
        while (column >= 0 && (name.Length == 0 || header[column] != name)) column--;
        return column;
    }

    private static FileException Missing(string file, IReadOnlyList<string> header, string what) =>
        new($"{file}: the header row lacks {what}. It has: {string.Join(", ", header)}.{(header.Count == 1 ? " That is one column: no comma, semicolon, tab or bar parts it." : "")}");
}
