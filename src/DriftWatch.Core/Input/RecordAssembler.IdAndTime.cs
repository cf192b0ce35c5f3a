using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <content>What both kinds of record have: id and event time.</content>
public sealed partial class RecordAssembler
{
    /// <summary>What both kinds of record have.</summary>
    private RejectReason Begin(ReadOnlySpan<byte> record, RecordFields fields, in RecordView view, EventTime now, out PredictionId id, out EventTime time)
    {
        (id, time) = (default, default);
        if (_fault.Reason != RejectReason.None) _fault.Clear();
        if (fields.Fault.Reason != RejectReason.None) return _fault.Copy(fields.Fault);
        var reason = ReadId(record, fields, out id);
        return reason != RejectReason.None ? reason : ReadTime(record, fields, view, now, out time);
    }

    private RejectReason ReadId(ReadOnlySpan<byte> record, RecordFields fields, out PredictionId id)
    {
        id = default;
        var field = fields[FieldName.Id];
        var text = fields.TextOf(record, field);
        switch (field.Kind)
        {
            case FieldKind.Text:
                break;
            case FieldKind.Bare:
                text = IdText.OfCell(text);
                break;
            case FieldKind.Number:
                // 123.0 is the id 123; a number that is no integer, or too large to be told from its neighbours, names nothing.
                if (!IdText.TryNumber(text, fields, out text)) return Expected(RejectReason.Schema, FieldName.Id, "a string or an integer", record, fields);
                break;
            case FieldKind.Absent:
                return _fault.Note(RejectReason.MissingId, FieldName.Id, "an id");
            default:
                return Expected(RejectReason.Schema, FieldName.Id, "a string or an integer", record, fields);
        }

        if (text.Length == 0) return _fault.Note(RejectReason.MissingId, FieldName.Id, "an id that is not empty");
        if (text.Length > _limits.MaxStringBytes) return TooLong(FieldName.Id, text);
        if (fields.NumberOfId >= 0) text = fields.Numbered(text);
        id = _ids.Of(text);
        return RejectReason.None;
    }

    private RejectReason ReadTime(ReadOnlySpan<byte> record, RecordFields fields, in RecordView view, EventTime now, out EventTime time)
    {
        time = default;
        ReadOnlySpan<byte> text = default;
        bool read;
        if (_mapping.TimeFrom == TimeSource.Payload)
        {
            var field = fields[FieldName.Timestamp];
            if (field.Kind == FieldKind.Absent) field = fields[FieldName.EnvelopeTime];
            if (field.Kind == FieldKind.Absent) return _fault.Note(RejectReason.MissingTimestamp, FieldName.Timestamp, "an event time");
            text = fields.TextOf(record, field);
            if (field.Kind is not (FieldKind.Text or FieldKind.Number or FieldKind.Bare)) return _fault.Note(RejectReason.Schema, FieldName.Timestamp, _timeInWords, text);
            read = fields.TryNumber(FieldName.Timestamp, out double milliseconds) ? TryTime(milliseconds, out time) : TimestampText.TryRead(text, _unit, out time);
        }
        else if (_mapping.TimeFrom == TimeSource.Header)
        {
            text = view.Header(_timeHeader);
            if (text.Length == 0) return _fault.Note(RejectReason.MissingTimestamp, FieldName.Timestamp, "an event time");
            read = TimestampText.TryRead(text, _unit, out time);
        }
        else
        {
            if (view.KafkaTimestamp < 0) return _fault.Note(RejectReason.MissingTimestamp, FieldName.Timestamp, "an event time");
            time = new EventTime(view.KafkaTimestamp);
            read = time <= EventTime.Latest;
        }

        if (!read || time < _earliest) return _fault.Note(RejectReason.TimestampRange, FieldName.Timestamp, _timeInWords, text);
        if (time > now + _limits.MaxFuture) return _fault.Note(RejectReason.TimestampFuture, FieldName.Timestamp, "a time that has come (limit maxFuture)", text);
        return RejectReason.None;
    }

    /// <summary>A time that came as one, in epoch milliseconds.</summary>
    private static bool TryTime(double milliseconds, out EventTime time)
    {
        bool good = milliseconds >= EventTime.Earliest.Milliseconds && milliseconds <= EventTime.Latest.Milliseconds;
        time = good ? new EventTime((long)milliseconds) : default;
        return good;
    }
}
