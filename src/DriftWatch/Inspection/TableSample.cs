using System.Text.Json;
using DriftWatch.Core.Input;
using DriftWatch.Files;

namespace DriftWatch.Inspection;

/// <summary>Rows of tables as the JSON objects that they stand for: a column <c>score</c> is <c>/score</c>, one inside a struct <c>/meta/id</c>, as the places of <c>input:</c> name them.</summary>
internal static class TableSample
{
    /// <summary>Rows of values in Arrow, of the newest first that are looked at, in the order of the records.</summary>
    /// <param name="records">The values.</param>
    /// <param name="most">How many rows at most.</param>
    /// <param name="trouble">What kept values from being read; null: nothing.</param>
    public static List<SampledRecord> OfValues(IReadOnlyList<SampledRecord> records, int most, out string? trouble)
    {
        trouble = null;
        List<List<SampledRecord>> newestFirst = [];
        int count = 0;
        for (int i = records.Count - 1; i >= 0 && count < most; i--)
        {
            if (records[i].Value is not { Length: > 0 } value || RecordForms.Of(value) is not (RecordForm.ArrowStream or RecordForm.ArrowFile)) continue;
            try
            {
                using var table = new ArrowTable(value);
                newestFirst.Add(Rows(table, most - count, records[i]));
                count += newestFirst[^1].Count;
            }
            catch (Exception broken) when (broken is not OutOfMemoryException) // whatever the library says of bytes that are none of its own
            {
                trouble ??= $"Arrow that cannot be read (batches that are compressed by themselves are not; Kafka compresses): {broken.Message.ReplaceLineEndings(" ")}";
            }
        }

        newestFirst.Reverse();
        return [.. newestFirst.SelectMany(rows => rows)];
    }

    /// <summary>Rows of a table.</summary>
    /// <param name="table">From its next row on.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="of">The record that holds it: its key and headers are those of each row.</param>
    public static List<SampledRecord> Rows(Table table, int most, SampledRecord? of = null)
    {
        int[] wanted = [.. Enumerable.Range(0, table.Columns.Count).Where(column => table.Unreadable(column) is null)];
        var shape = new Node("");
        foreach (var (place, column) in wanted.Index()) shape.Place(table.Columns[column].Split('.'), place);
        var values = new ColumnValues[wanted.Length];
        var fields = new RecordFields(new ReadLimits());
        List<SampledRecord> rows = [];
        using var bytes = new MemoryStream();
        while (rows.Count < most && table.Read(wanted, values) is >= 0 and var count)
        {
            if (count == 0 && table is not ArrowTable) break; // Arrow has empty batches
            for (int row = 0; row < count && rows.Count < most; row++)
            {
                bytes.SetLength(0);
                using (var json = new Utf8JsonWriter(bytes)) shape.Write(json, values, row, fields);
                rows.Add(new SampledRecord(of?.Key, bytes.ToArray(), of?.Headers ?? [], of?.Timestamp ?? -1));
            }
        }

        return rows;
    }

    /// <summary>A member of the objects: a column, or an object of columns.</summary>
    private sealed class Node(string name)
    {
        private readonly List<Node> _members = [];
        private int _column = -1;

        public void Place(ReadOnlySpan<string> path, int column)
        {
            if (path.IsEmpty)
            {
                _column = column;
                return;
            }

            string first = path[0];
            var member = _members.Find(each => each.Is(first));
            if (member is null) _members.Add(member = new Node(first));
            member.Place(path[1..], column);
        }

        public void Write(Utf8JsonWriter json, ColumnValues[] values, int row, RecordFields fields)
        {
            if (_column >= 0) // a column that others lie below, too, stands for itself
            {
                WriteCell(json, values[_column], row, fields);
                return;
            }

            json.WriteStartObject();
            foreach (var member in _members)
            {
                json.WritePropertyName(member.Name);
                member.Write(json, values, row, fields);
            }

            json.WriteEndObject();
        }

        private string Name => name;

        private bool Is(string other) => name == other;

        private static void WriteCell(Utf8JsonWriter json, ColumnValues values, int row, RecordFields fields)
        {
            if (values.Items is not { } items)
            {
                WriteField(json, values, row, fields);
                return;
            }

            json.WriteStartArray();
            var (start, end) = (items(row).Start.Value, items(row).End.Value);
            for (int item = start; item < end; item++) WriteField(json, values, item, fields);
            json.WriteEndArray();
        }

        private static void WriteField(Utf8JsonWriter json, ColumnValues values, int row, RecordFields fields)
        {
            fields.Clear();
            var field = values.Read(row, fields);
            var text = fields.TextOf(default, field);
            switch (field.Kind)
            {
                case FieldKind.Number:
                case FieldKind.True:
                case FieldKind.False:
                    json.WriteRawValue(text);
                    break;
                case FieldKind.Text:
                case FieldKind.Bare when !IsNotFinite(text):
                    json.WriteStringValue(text);
                    break;
                default: // what JSON has no word for
                    json.WriteNullValue();
                    break;
            }
        }

        private static bool IsNotFinite(ReadOnlySpan<byte> text) => text.SequenceEqual("NaN"u8) || text.SequenceEqual("Infinity"u8) || text.SequenceEqual("-Infinity"u8);
    }
}
