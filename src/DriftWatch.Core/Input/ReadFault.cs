using System.Diagnostics;
using System.Text;

namespace DriftWatch.Core.Input;

/// <summary>Why and where a record was refused, kept without allocating and put into words only when someone asks.</summary>
internal sealed class ReadFault
{
    private const int MaxFound = 48;
    private readonly byte[] _found = new byte[MaxFound];
    private int _foundLength;
    private bool _cut;
    private bool _isClass; // what was found names a class: fit for whoever looks at files of his own
    private FieldName? _field;
    private int _position;
    private string _expected = "";

    public RejectReason Reason { get; private set; }

    /// <summary>What the record looks like instead, with the fix; null: like nothing that is known. Goes with the fault.</summary>
    public string? Hint { get; set; }

    public void Clear() => Reason = RejectReason.None;

    /// <summary>Notes a field that is not as it should be; the first note of a record stays.</summary>
    public RejectReason Note(RejectReason reason, FieldName? field, string expected, ReadOnlySpan<byte> found = default)
    {
        if (Reason != RejectReason.None) return Reason;
        (_field, _position) = (field, -1);
        return Set(reason, expected, found);
    }

    /// <summary>Notes a class, or two spellings of one, in a field's place.</summary>
    public RejectReason NoteClasses(RejectReason reason, FieldName field, string expected, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other = default)
    {
        if (Reason != RejectReason.None) return Reason;
        Span<byte> both = stackalloc byte[MaxFound + 1];
        int length = 0;
        Append(both, one, other.IsEmpty ? MaxFound + 1 : (MaxFound / 2) - 2, ref length);
        if (!other.IsEmpty && !other.SequenceEqual(one))
        {
            Append(both, " and "u8, 5, ref length);
            Append(both, other, (MaxFound / 2) - 2, ref length);
        }

        Note(reason, field, expected, both[..length]);
        _isClass = true;
        return reason;

        static void Append(Span<byte> to, ReadOnlySpan<byte> text, int most, ref int length)
        {
            text = text[..Math.Min(text.Length, most)];
            text.CopyTo(to[length..]);
            length += text.Length;
        }
    }

    /// <summary>Notes a byte that is not as it should be.</summary>
    public RejectReason NoteAt(RejectReason reason, int position, string expected, ReadOnlySpan<byte> found = default)
    {
        if (Reason != RejectReason.None) return Reason;
        (_field, _position) = (null, position);
        return Set(reason, expected, found);
    }

    /// <summary>Takes over another fault.</summary>
    public RejectReason Copy(ReadFault other)
    {
        (_field, _position) = (other._field, other._position);
        Set(other.Reason, other._expected, other._found.AsSpan(0, other._foundLength));
        (_cut, _isClass) = (other._cut, other._isClass);
        return Reason;
    }

    /// <summary>What a time that was refused was probably meant to be; null: this is no such fault, or the time looks like nothing that is known.</summary>
    public TimeGuess? TimeGuess => Reason == RejectReason.TimestampRange ? TimeGuess.Of(_found.AsSpan(0, _foundLength)) : null;

    /// <summary>The fault in words.</summary>
    /// <param name="mapping">Says where fields are.</param>
    /// <param name="withFound">Whether what was found is shown: a piece of the record, so not for logs.</param>
    /// <param name="withClasses">Whether it is shown where it names a class.</param>
    public string? Describe(FieldMapping mapping, bool withFound, bool withClasses = false)
    {
        if (Reason == RejectReason.None) return null;
        var text = new StringBuilder();
        if (_field is { } field) text.Append(PlaceOf(mapping, field)).Append(": ");
        else if (_position >= 0) text.Append("byte ").Append(_position).Append(": ");
        text.Append("expected ").Append(_expected);
        if (TimeGuess is { } guess) Guess(text, guess, mapping);
        if (Hint is not null) text.Append(" (this looks like ").Append(Hint).Append(')');
        if ((withFound || (withClasses && _isClass)) && _foundLength > 0) text.Append(", found ").Append(Printable(_found.AsSpan(0, _foundLength))).Append(_cut ? "…" : "");
        return text.ToString();
    }

    private static void Guess(StringBuilder text, TimeGuess guess, FieldMapping mapping)
    {
        text.Append(" (this looks like ").Append(guess.Form);
        if (guess.Unit is { } unit && unit != (mapping.TimestampUnit ?? TimestampUnit.Milliseconds)) text.Append(": set timestampUnit: ").Append(unit.Symbol());
        text.Append(')');
    }

    private static string? PlaceOf(FieldMapping mapping, FieldName field) => field == RecordFields.RowsSlot ? mapping.Rows : field != FieldName.Timestamp ? mapping[field] : mapping.TimeFrom switch
    {
        TimeSource.Header => $"header {mapping.TimeHeader}",
        TimeSource.Kafka => "Kafka timestamp",
        TimeSource.Payload => mapping[field],
        _ => throw new UnreachableException(),
    };

    private RejectReason Set(RejectReason reason, string expected, ReadOnlySpan<byte> found)
    {
        (Reason, _expected, _isClass, Hint) = (reason, expected, false, null);
        _cut = found.Length > MaxFound;
        _foundLength = Math.Min(found.Length, MaxFound);
        found[.._foundLength].CopyTo(_found);
        return reason;
    }

    /// <summary>Fit for a header or a log line: what is not printable ASCII is shown as hexadecimal.</summary>
    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (byte b in bytes)
        {
            if (b is >= 0x20 and < 0x7F) text.Append((char)b);
            else text.Append($"\\x{b:x2}");
        }

        return text.ToString();
    }
}
