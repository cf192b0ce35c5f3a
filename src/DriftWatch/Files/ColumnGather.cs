using System.Globalization;
using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;

namespace DriftWatch.Files;

/// <summary>Takes the fields of one row after the other out of columns.</summary>
/// <param name="columns">Which column holds which field.</param>
internal sealed class ColumnGather(TableColumns columns)
{
    private readonly List<byte[]> _indices = [];

    /// <summary>Columns whose values are needed.</summary>
    public int[] Wanted { get; } =
    [
        .. columns.Fields.Select(field => field.Column), .. columns.Slices.Select(slice => slice.Column), .. columns.Classes.Select(one => one.Column),
        .. columns.Vector >= 0 ? [columns.Vector] : Array.Empty<int>(),
    ];

    /// <summary>Adds the fields of a row.</summary>
    /// <param name="values">Of the columns that are wanted, in their order.</param>
    /// <param name="row">Which row.</param>
    /// <param name="fields">Takes them.</param>
    public void Fill(ColumnValues[] values, int row, RecordFields fields)
    {
        int next = 0;
        foreach (var (name, _) in columns.Fields)
        {
            var column = values[next++];
            if (name is FieldName.Probability or FieldName.Confidence && column.Number is { } number && number(row) is >= 0 and <= 1 and var probability) fields.SetNumber(name, probability);
            else if (name == FieldName.Timestamp && column.Time is { } time && time(row) is { } milliseconds) fields.SetNumber(name, milliseconds);
            else fields[name] = column.Read(row, fields);
        }

        foreach (var (dimension, _) in columns.Slices) fields.AddSlice(dimension, values[next++].Read(row, fields));
        foreach (var (name, _) in columns.Classes) AddClass(name, values[next++].Read(row, fields), fields);
        if (columns.Vector < 0 || values[next].Items is not { } items) return;
        var range = items(row);
        for (int item = range.Start.Value; item < range.End.Value; item++)
        {
            int index = item - range.Start.Value;
            if (index == _indices.Count) _indices.Add(Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture)));
            AddClass(_indices[index], values[next].Read(item, fields), fields);
        }
    }

    /// <summary>Rows as they lie in memory; null: they are only read one by one, as those with the probabilities of classes are.</summary>
    /// <param name="values">Of the columns that are wanted, in their order.</param>
    /// <param name="start">The first row among those of the value.</param>
    /// <param name="count">How many.</param>
    public PlainStretch? Stretch(ColumnValues[] values, int start, int count)
    {
        if (columns.Classes.Length > 0 || columns.Vector >= 0 || Array.Exists(values, column => column.Plain is null)) return null;
        int fields = columns.Fields.Length;
        return new(start, count, [.. columns.Fields.Select((field, i) => (field.Name, values[i].Plain!))], [.. values.Skip(fields).Select(column => column.Plain!)]);
    }

    private static void AddClass(byte[] name, Field value, RecordFields fields)
    {
        if (value.Kind == FieldKind.Absent) return;
        if (!fields.Vector.Started) fields.Vector.Start();
        fields.Vector.Add(name, value.Kind, fields.TextOf(default, value));
    }
}
