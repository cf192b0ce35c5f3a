using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace DriftWatch.Core.Input.Json;

/// <summary>Reads JSON's tokens (RFC 8259, to the letter) one after the other and says where it stumbled.</summary>
internal ref struct JsonTokens(ReadOnlySpan<byte> json, RecordFields fields)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at;

    public readonly int At => _at;

    public readonly bool AtEnd => _at >= _json.Length;

    /// <summary>The byte that comes next; 0, which no token begins with, at the end.</summary>
    public readonly byte Next
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (uint)_at < (uint)_json.Length ? _json[_at] : (byte)0;
    }

    public void MoveTo(int position) => _at = position;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipSpace()
    {
        if ((uint)_at < (uint)_json.Length && _json[_at] <= ' ') SkipSpaces();
    }

    /// <summary>Passes one byte and the space behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take(byte expected, string words)
    {
        if (Next != expected) return Fail(words);
        _at++;
        SkipSpace();
        return true;
    }

    /// <summary>Reads a key and the colon behind it.</summary>
    public bool Key(bool wanted, out Field key)
    {
        if (Next == '"')
        {
            if (!String(wanted, out key)) return false;
            if (Next != ':') return Colon();
            _at++;
            SkipSpace();
            return true;
        }

        key = default;
        return Fail("a key in double quotes");
    }

    /// <summary>Passes a key that is known beforehand, and the colon behind it, if it is what comes; if not, nothing happened.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryKey(in KeyPattern pattern, out Field key)
    {
        key = new Field(_at + 1, pattern.Length - 3, FieldKind.Text);
        if (_json.Length - _at < Vector128<byte>.Count || !pattern.Matches(Vector128.Create(_json.Slice(_at, Vector128<byte>.Count)))) return false;
        _at += pattern.Length;
        SkipSpace();
        return true;
    }

    /// <summary>Reads a string, number or literal.</summary>
    /// <param name="wanted">Whether its text will be looked at.</param>
    /// <param name="notFinite">Whether NaN and infinities, which are no JSON, are to be understood here.</param>
    /// <param name="field">What it is and where.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Scalar(bool wanted, bool notFinite, out Field field)
    {
        byte first = Next;
        if (first == '"') return String(wanted, out field);
        if ((uint)first - '0' <= 9) return Number(out field);
        return OtherScalar(first, notFinite, out field);
    }

    /// <summary>Notes that something else was expected here. Always false.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly bool Fail(string expected)
    {
        // A fault of the syntax comes before whatever was noted about single fields.
        fields.Fault.Clear();
        var found = AtEnd ? "the end of the record"u8 : _json.Slice(_at, Math.Min(12, _json.Length - _at));
        fields.Fault.NoteAt(RejectReason.Malformed, _at, expected, found);
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SkipSpaces()
    {
        while ((uint)_at < (uint)_json.Length && IsSpace(_json[_at])) _at++;
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';

    private bool Colon()
    {
        SkipSpace();
        return Take((byte)':', "a colon after the key");
    }

    /// <summary>Reads a string. Most are found to their end 16 bytes at a time: the signed comparison stops at controls and at all that is not ASCII.</summary>
    public bool String(bool wanted, out Field field)
    {
        var json = _json;
        int start = _at + 1;
        int at = start;
        while (json.Length - at >= Vector128<byte>.Count)
        {
            uint stops = Stops(json.Slice(at, Vector128<byte>.Count));
            if (stops != 0)
            {
                at += BitOperations.TrailingZeroCount(stops);
                break;
            }

            at += Vector128<byte>.Count;
        }

        while ((uint)at < (uint)json.Length && IsPlain(json[at])) at++;
        if ((uint)at < (uint)json.Length && json[at] == '"')
        {
            field = new Field(start, at - start, FieldKind.Text);
            _at = at + 1;
            return true;
        }

        return UnusualString(start, at, wanted, out field);
    }

    /// <summary>A bit for each of 16 bytes that may end the plain part of a string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Stops(ReadOnlySpan<byte> sixteen)
    {
        var bytes = Vector128.Create(sixteen);
        var special = Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)0x20)).AsByte()
            | Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
        return special.ExtractMostSignificantBits();
    }

    private static bool IsPlain(byte b) => (sbyte)b >= 0x20 && b != '"' && b != '\\';

    /// <summary>Reads on in a string with escapes, with text beyond ASCII, or without an end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool UnusualString(int start, int at, bool wanted, out Field field)
    {
        field = default;
        bool isEscaped = false;
        while (at < _json.Length && _json[at] != '"')
        {
            int length = 1;
            if (_json[at] == '\\')
            {
                length = JsonEscapes.Length(_json[at..]);
                isEscaped = true;
            }

            if (length == 0 || _json[at] < 0x20)
            {
                _at = at;
                return Fail(length == 0 ? "an escape such as \\n or \\u00e9" : "control characters in strings to be escaped");
            }

            at += length;
        }

        _at = at;
        if (at == _json.Length) return Fail("a closing quote");
        var text = _json[start..at];
        _at = at + 1;
        field = new Field(start, text.Length, FieldKind.Text);
        if (!Utf8.IsValid(text)) return FailEncoding(_json);
        if (!isEscaped) return true;
        if (!JsonEscapes.TryUnescape(text, fields.Reserve(text.Length), out int written)) fields.Fault.NoteAt(RejectReason.Encoding, start, "surrogates in pairs", text);
        else if (wanted) field = fields.Kept(written, FieldKind.Text);
        return true;
    }

    /// <summary>Notes the first byte of the record that is not UTF-8. Always false.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly bool FailEncoding(ReadOnlySpan<byte> record)
    {
        int at = 0;
        while (at < record.Length && System.Text.Rune.DecodeFromUtf8(record[at..], out _, out int length) == System.Buffers.OperationStatus.Done) at += length;
        fields.Fault.Clear();
        fields.Fault.NoteAt(RejectReason.Encoding, at, "UTF-8", record.Slice(at, Math.Min(4, record.Length - at)));
        return false;
    }

    /// <summary>Reads a number. Up to 15 characters without an exponent are measured at once, by a bit per digit.</summary>
    private bool Number(out Field field)
    {
        var json = _json;
        int at = _at;
        uint digits = DigitsAhead(json, at);
        int length = BitOperations.TrailingZeroCount(~digits);
        if (length == 0 || length > 15 || (length > 1 && json[at] == '0')) return AnyNumber(out field);
        if (at + length < json.Length && json[at + length] == '.')
        {
            int decimals = BitOperations.TrailingZeroCount(~(digits >> (length + 1)));
            if (decimals == 0) return AnyNumber(out field);
            length += 1 + decimals;
            if (length > 15) return AnyNumber(out field);
        }

        if (at + length < json.Length && (json[at + length] | 0x20) == 'e') return AnyNumber(out field);
        field = new Field(at, length, FieldKind.Number);
        _at = at + length;
        return true;
    }

    /// <summary>A bit for each of the next 16 bytes that is a digit; none beyond the end. A record shorter than that has none either: it is read byte by byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint DigitsAhead(ReadOnlySpan<byte> json, int at)
    {
        if (json.Length < Vector128<byte>.Count) return 0;
        int start = Math.Min(at, json.Length - Vector128<byte>.Count);
        var bytes = Vector128.Create(json.Slice(start, Vector128<byte>.Count));
        return Vector128.LessThan(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)10)).ExtractMostSignificantBits() >> (at - start);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool AnyNumber(out Field field)
    {
        int start = _at;
        int at = start;
        var json = _json;
        field = default;
        if (json[at] == '-') at++;
        int digits = Digits(json, at);
        if (digits == 0) return FailAt(at, "a digit");
        if (json[at] == '0' && digits > 1) return FailAt(at, "a number without leading zeros");
        at += digits;
        if (at < json.Length && json[at] == '.')
        {
            digits = Digits(json, ++at);
            if (digits == 0) return FailAt(at, "a digit after the point");
            at += digits;
        }

        if (at < json.Length && (json[at] | 0x20) == 'e')
        {
            at++;
            if (at < json.Length && json[at] is (byte)'+' or (byte)'-') at++;
            digits = Digits(json, at);
            if (digits == 0) return FailAt(at, "a digit in the exponent");
            at += digits;
        }

        field = new Field(start, at - start, FieldKind.Number);
        _at = at;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Digits(ReadOnlySpan<byte> json, int at)
    {
        int start = at;
        while ((uint)at < (uint)json.Length && (uint)json[at] - '0' <= 9) at++;
        return at - start;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool OtherScalar(byte first, bool notFinite, out Field field)
    {
        field = default;
        switch (first)
        {
            case (byte)'t': return Literal("true"u8, FieldKind.True, ref field);
            case (byte)'f': return Literal("false"u8, FieldKind.False, ref field);
            case (byte)'n': return Literal("null"u8, FieldKind.Absent, ref field);
            case (byte)'-' when !_json[_at..].StartsWith("-I"u8): return AnyNumber(out field);
            case (byte)'-' or (byte)'N' or (byte)'I':
                if (!notFinite) return Fail("a value (NaN and infinities are no JSON)");
                return Literal(first == '-' ? "-Infinity"u8 : first == 'N' ? "NaN"u8 : "Infinity"u8, FieldKind.NotFinite, ref field);
            default: return Fail("a value");
        }
    }

    private bool Literal(ReadOnlySpan<byte> text, FieldKind kind, ref Field field)
    {
        if (!_json[_at..].StartsWith(text)) return Fail("a value");
        field = new Field(_at, text.Length, kind);
        _at += text.Length;
        return true;
    }

    private bool FailAt(int position, string expected)
    {
        _at = position;
        return Fail(expected);
    }
}
