using System.Globalization;
using System.Text;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Input;

/// <content>What was found in the last record, and what was wrong with it.</content>
public sealed partial class MessageReader
{
    /// <summary>What was wrong with the last record, in words: where, what was expected, what was found. Null if it was accepted.</summary>
    public string? LastFault => InRow(_assembler.LastFault);

    /// <summary>The same without anything of the record, for where others than those who may read it look.</summary>
    public string? LastFaultForLogs => InRow(_assembler.LastFaultForLogs);

    /// <summary>The same with the class that is wrong, where one is: for whoever replays files of his own.</summary>
    public string? LastFaultForFiles => InRow(_assembler.LastFaultForFiles);

    /// <summary>What the last record's time was probably meant to be, where it was refused for that and looks like anything.</summary>
    public TimeGuess? LastTimeGuess => _assembler.LastTimeGuess;

    /// <summary>What was found in the record that was read last, as text by field, for whoever checks a mapping; that record must still be there.</summary>
    public IReadOnlyList<(string Field, string Text)> Found(in RecordView record)
    {
        FillUnread(record);
        List<(string, string)> found = [];
        foreach (var row in FieldCatalogue.All)
        {
            // Slices are shown one by one.
            if (_fields[row.Field] is { Kind: not FieldKind.Absent } field && (row.Records & FieldRecords.Envelope) == 0 && row.Shape != FieldShape.Slices) found.Add((row.Name, _fields.TryNumber(row.Field, out double number) ? number.ToString(CultureInfo.InvariantCulture) : Encoding.UTF8.GetString(_fields.TextOf(JsonOf(record), field))));
        }

        foreach (ref readonly var slice in _fields.Slices) found.Add(($"slices.{Encoding.UTF8.GetString(_fields.DimensionOf(JsonOf(record), slice))}", Encoding.UTF8.GetString(_fields.TextOf(JsonOf(record), slice.Value))));
        return found;
    }

    /// <summary>What the id of the record that was read last looks like; that record must still be there.</summary>
    public IdShape ShapeOfId(in RecordView record)
    {
        FillUnread(record);
        var field = _fields[FieldName.Id];
        // 17.0 is the id 17.
        var text = field.Kind == FieldKind.Number ? "0"u8 : _fields.TextOf(JsonOf(record), field);
        return IdShape.Of(_fields.NumberOfId < 0 ? text : _fields.Numbered(text));
    }

    /// <summary>What the label that was read last says, fit for a log; that record must still be there.</summary>
    public string LabelIn(in RecordView record)
    {
        FillUnread(record);
        return LabelSpellings.Shown(_fields.TextOf(JsonOf(record), _fields[FieldName.Label]));
    }

    /// <summary>Says of which row something is.</summary>
    public string? InRow(string? text) => Row < 0 || text is null ? text : $"row {Row}: {text}";
}
