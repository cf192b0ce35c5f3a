using System.Buffers.Binary;
using System.Numerics;
using DriftWatch.Core.Input;

namespace DriftWatch.Formats.Avro;

/// <summary>Walks once through a value by its schema and writes it as JSON. Never throws and never reads beyond the value, whatever the bytes; allocates nothing but for decimals.</summary>
/// <remarks>
/// <para>A branch of a union is its value alone, whatever its name. Times are RFC 3339, so that no unit has to be known; a time without a zone is taken for UTC. Bytes are strings as in Avro's
/// JSON, a character a byte; UUIDs and enumerations are their words.</para>
/// <para>Apache.Avro reads the schema; its decoder of values reads streams and makes an object of each value, so the values are read here.</para>
/// </remarks>
internal ref struct AvroWalk(ReadOnlySpan<byte> value, JsonBuffer json, int maxDepth)
{
    private readonly ReadOnlySpan<byte> _value = value;
    private int _at;
    private FormatFault _fault;

    /// <summary>Reads all of the value.</summary>
    public FormatFault Read(AvroShape shape)
    {
        if (!Value(shape, 0)) return _fault.Reason == RejectReason.None ? TooLong() : _fault;
        if (json.IsFull) return TooLong();
        return _at == _value.Length ? default : new(RejectReason.Format, $"nothing behind the value; its schema ends {_value.Length - _at} bytes before it", _at);
    }

    private static FormatFault TooLong() => new(RejectReason.Oversize, "a value whose JSON is shorter (limit maxRecordBytes)");

    private bool Value(AvroShape shape, int depth)
    {
        switch (shape.Kind)
        {
            case AvroKind.Null:
                json.Raw("null"u8);
                return true;
            case AvroKind.Boolean:
                if (_at == _value.Length || _value[_at] > 1) return Fail("a boolean of the schema (a byte 0 or 1)");
                json.Raw(_value[_at++] == 1 ? "true"u8 : "false"u8);
                return true;
            case AvroKind.Int or AvroKind.Long:
                if (!Whole(out long whole)) return false;
                if (shape.Kind == AvroKind.Int && (int)whole != whole) return Fail("an int of the schema (32 bits)");
                json.Whole(whole);
                return true;
            case AvroKind.Float:
                if (!Take(sizeof(float), out var four)) return false;
                json.Number(BinaryPrimitives.ReadSingleLittleEndian(four));
                return true;
            case AvroKind.Double:
                if (!Take(sizeof(double), out var eight)) return false;
                json.Number(BinaryPrimitives.ReadDoubleLittleEndian(eight));
                return true;
            case AvroKind.String:
                if (!Counted(out var text)) return false;
                json.Text(text);
                return true;
            case AvroKind.Bytes:
                if (!Counted(out var bytes)) return false;
                json.Bytes(bytes);
                return true;
            case AvroKind.Fixed:
                if (!Take(shape.Size, out var exactly)) return false;
                json.Bytes(exactly);
                return true;
            case AvroKind.Enum:
                if (!Index(shape.Words.Length, "a symbol of the schema's enumeration", out int symbol)) return false;
                json.Raw(shape.Words[symbol]);
                return true;
            case AvroKind.Union:
                return Index(shape.Parts.Length, "a branch of the schema's union", out int branch) && Value(shape.Parts[branch], depth);
            default:
                return Structure(shape, depth);
        }
    }

    private bool Structure(AvroShape shape, int depth)
    {
        switch (shape.Kind)
        {
            case AvroKind.Time:
                if (!Whole(out long count)) return false;
                json.Time(shape.Ticks > 0 ? count * (Int128)shape.Ticks : (count / -shape.Ticks) - (count % -shape.Ticks < 0 ? 1 : 0));
                return true;
            case AvroKind.Decimal:
                if (!Counted(out var digits)) return false;
                json.Decimal(new BigInteger(digits, isBigEndian: true), shape.Scale);
                return !json.IsFull;
            case AvroKind.FixedDecimal:
                if (!Take(shape.Size, out var fixedDigits)) return false;
                json.Decimal(new BigInteger(fixedDigits, isBigEndian: true), shape.Scale);
                return !json.IsFull;
            case AvroKind.FixedUuid:
                if (!Take(shape.Size, out var uuid)) return false;
                Span<byte> words = stackalloc byte[36];
                new Guid(uuid, bigEndian: true).TryFormat(words, out _);
                json.Text(words);
                return true;
        }

        if (depth == maxDepth)
        {
            _fault = new(RejectReason.TooDeep, "less nesting (limit maxDepth)", _at);
            return false;
        }

        return shape.Kind == AvroKind.Record ? Record(shape, depth + 1) : Blocks(shape, depth + 1);
    }

    private bool Record(AvroShape shape, int depth)
    {
        json.Raw((byte)'{');
        var (names, parts) = (shape.Words, shape.Parts);
        for (int i = 0; i < parts.Length; i++)
        {
            if (i > 0) json.Raw((byte)',');
            json.Raw(names[i]);
            if (!Value(parts[i], depth)) return false;
        }

        json.Raw((byte)'}');
        return !json.IsFull;
    }

    /// <summary>Reads an array or a map: blocks of items, each with their number before them, the last with none.</summary>
    private bool Blocks(AvroShape shape, int depth)
    {
        bool isMap = shape.Kind == AvroKind.Map;
        json.Raw((byte)(isMap ? '{' : '['));
        for (bool first = true; ;)
        {
            if (!Whole(out long count)) return false;
            if (count == 0) break;
            // A negative number has the block's length behind it, for those who pass over.
            if (count < 0 && !Whole(out _)) return false;
            // What takes no room in the value takes some in its JSON, which has a bound.
            for (ulong left = count < 0 ? (ulong)-count : (ulong)count; left > 0; left--, first = false)
            {
                if (!first) json.Raw((byte)',');
                if (isMap && !Key()) return false;
                if (!Value(shape.Parts[0], depth) || json.IsFull) return false;
            }
        }

        json.Raw((byte)(isMap ? '}' : ']'));
        return !json.IsFull;
    }

    private bool Key()
    {
        if (!Counted(out var key)) return false;
        json.Text(key);
        json.Raw((byte)':');
        return true;
    }

    private bool Index(int count, string expected, out int index)
    {
        index = 0;
        if (!Whole(out long value)) return false;
        if (value < 0 || value >= count) return Fail(expected);
        index = (int)value;
        return true;
    }

    /// <summary>Bytes with their number before them.</summary>
    private bool Counted(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!Whole(out long length)) return false;
        if (length < 0 || length > _value.Length - _at) return Fail("as many bytes as the length before them says");
        bytes = _value.Slice(_at, (int)length);
        _at += (int)length;
        return true;
    }

    private bool Take(int length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (length > _value.Length - _at) return Fail("as many bytes as the schema says");
        bytes = _value.Slice(_at, length);
        _at += length;
        return true;
    }

    /// <summary>A number of 7 bits a byte, the lowest first, with its sign in the lowest bit.</summary>
    private bool Whole(out long value)
    {
        ulong bits = 0;
        value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_at == _value.Length) return Fail("a whole number of the schema");
            byte one = _value[_at++];
            bits |= (ulong)(one & 0x7F) << shift;
            if (one >= 0x80) continue;
            value = (long)(bits >> 1) ^ -(long)(bits & 1);
            return true;
        }

        return Fail("a whole number of at most 64 bits");
    }

    private bool Fail(string expected)
    {
        _fault = new(RejectReason.Format, expected, _at);
        return false;
    }
}
