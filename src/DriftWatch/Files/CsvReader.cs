using DriftWatch.Core.Input;

namespace DriftWatch.Files;

/// <summary>What is wrong with a row before its fields are looked at.</summary>
internal enum CsvFault
{
    None,

    /// <summary>A quoted field that never ends, or that ends before its delimiter.</summary>
    Quotes,

    /// <summary>Longer than the bound.</summary>
    Oversize,
}

/// <summary>Reads values with a delimiter between them (RFC 4180) as bytes: quoted fields, doubled quotes, line breaks in quotes, CRLF, a byte order mark.</summary>
/// <remarks>
/// Fields are views into the buffer, valid until the next <see cref="Read"/>; nothing is allocated per row. A quote that opens and never
/// closes costs the line it stands in, not the rest of the file: reading goes on at the next line. A quote inside an unquoted field is
/// itself. Empty lines are passed over.
/// </remarks>
internal sealed class CsvReader(Stream stream, int maxRowBytes, byte delimiter = (byte)',')
{
    private readonly SlidingBuffer _buffer = new(stream, maxRowBytes + 1);
    private Extent[] _fields = new Extent[16];
    private int _rowStart;
    private long _lines;

    private record struct Extent(int Start, int Length, bool HasDoubledQuotes);

    private enum Scan
    {
        /// <summary>The field ends with a delimiter.</summary>
        Field,

        /// <summary>The field ends the row.</summary>
        Row,

        /// <summary>The buffer ends before the field does.</summary>
        Cut,

        /// <summary>Text between a closing quote and the delimiter.</summary>
        Broken,
    }

    /// <summary>Number of the line on which the current row begins, from 1.</summary>
    public long Line { get; private set; }

    public CsvFault Fault { get; private set; }

    /// <summary>What stands between fields.</summary>
    public byte Delimiter => delimiter;

    /// <summary>Fields of the current row; none if it has a <see cref="Fault"/>.</summary>
    public int FieldCount { get; private set; }

    public ReadOnlySpan<byte> this[int field] => Record.Slice(_fields[field].Start, _fields[field].Length);

    /// <summary>The memory that <see cref="Cell"/> points into.</summary>
    public ReadOnlySpan<byte> Record => _buffer.Bytes;

    /// <summary>The current row as it stands in the file, doubled quotes closed up.</summary>
    public ReadOnlySpan<byte> Row => Record[_rowStart.._buffer.Start];

    public Field Cell(int field) => Field.Cell(_fields[field].Start, _fields[field].Length);

    /// <summary>Goes on to the next row; look at <see cref="Fault"/> before its fields.</summary>
    public bool Read()
    {
        do
        {
            Line = _lines + 1;
            Fault = CsvFault.None;
            if (!ReadRow()) return false;
        }
        while (FieldCount == 1 && _fields[0].Length == 0);
        return true;
    }

    // A row that the buffer cuts is scanned again from its start once there is more: once in thousands of rows, and fields stay plain offsets.
    private bool ReadRow()
    {
        while (true)
        {
            if (_lines == 0) SkipByteOrderMark();
            switch (ScanRow(out int end, out bool inQuotes))
            {
                case Scan.Row:
                    Accept(end);
                    return true;
                case Scan.Broken:
                    return Reject(CsvFault.Quotes);
                default:
                    if (_buffer.Fill()) continue;
                    if (_buffer.Rest.IsEmpty) return false;
                    return Reject(inQuotes || !_buffer.IsFull ? CsvFault.Quotes : CsvFault.Oversize);
            }
        }
    }

    private void SkipByteOrderMark()
    {
        while (_buffer.Rest.Length < 3 && _buffer.Fill())
        {
        }

        if (_buffer.Rest.StartsWith("\uFEFF"u8)) _buffer.Start += 3;
    }

    private void Accept(int end)
    {
        var row = _buffer.Bytes.AsSpan(_buffer.Start, end - _buffer.Start);
        bool quoted = false;
        for (int i = 0; i < FieldCount; i++)
        {
            ref var field = ref _fields[i];
            quoted |= field.Start > _buffer.Start && _buffer.Bytes[field.Start - 1] == '"';
            if (field.HasDoubledQuotes) field.Length = CloseUpDoubledQuotes(_buffer.Bytes.AsSpan(field.Start, field.Length));
        }

        _lines += quoted ? row.Count((byte)'\n') : 1;
        _rowStart = _buffer.Start;
        _buffer.Start = end;
    }

    private bool Reject(CsvFault fault)
    {
        (Fault, FieldCount) = (fault, 0);
        _lines++;
        _buffer.SkipLine();
        return true;
    }

    private Scan ScanRow(out int at, out bool inQuotes)
    {
        var bytes = _buffer.Bytes.AsSpan(0, _buffer.End);
        FieldCount = 0;
        at = _buffer.Start;
        while (true)
        {
            inQuotes = false;
            if (at == bytes.Length) return Scan.Cut;
            inQuotes = bytes[at] == '"';
            var scan = inQuotes ? ScanQuoted(bytes, ref at) : ScanPlain(bytes, ref at);
            if (scan != Scan.Field) return scan;
        }
    }

    private Scan ScanPlain(ReadOnlySpan<byte> bytes, ref int at)
    {
        int length = bytes[at..].IndexOfAny(delimiter, (byte)'\n');
        if (length < 0) return Scan.Cut;
        int start = at;
        at += length + 1;
        if (bytes[start + length] == delimiter) return Add(start, length, false, Scan.Field);
        bool carriageReturn = length > 0 && bytes[start + length - 1] == '\r';
        return Add(start, carriageReturn ? length - 1 : length, false, Scan.Row);
    }

    private Scan ScanQuoted(ReadOnlySpan<byte> bytes, ref int at)
    {
        int start = ++at;
        bool doubled = false;
        while (true)
        {
            int length = bytes[at..].IndexOf((byte)'"');
            if (length < 0) return Scan.Cut;
            at += length + 1;
            // The last line always has an end, so a closing quote is always followed by something.
            if (at == bytes.Length) return Scan.Cut;
            if (bytes[at] != '"') break;
            doubled = true;
            at++;
        }

        int end = at - 1;
        if (bytes[at] == '\r')
        {
            if (at + 1 == bytes.Length) return Scan.Cut;
            at++;
            if (bytes[at] == delimiter) return Scan.Broken;
        }

        byte behind = bytes[at++];
        if (behind == delimiter) return Add(start, end - start, doubled, Scan.Field);
        return behind == '\n' ? Add(start, end - start, doubled, Scan.Row) : Scan.Broken;
    }

    private Scan Add(int start, int length, bool doubled, Scan scan)
    {
        if (FieldCount == _fields.Length) Array.Resize(ref _fields, 2 * _fields.Length);
        _fields[FieldCount++] = new Extent(start, length, doubled);
        return scan;
    }

    private static int CloseUpDoubledQuotes(Span<byte> field)
    {
        int to = 0;
        for (int from = 0; from < field.Length; from++)
        {
            field[to++] = field[from];
            if (field[from] == '"') from++;
        }

        return to;
    }
}
