using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.State;

/// <summary>State on its way into bytes or back. Each class says once what it keeps, and the same walk writes and reads: the two cannot differ.</summary>
/// <remarks>
/// Whole numbers take as many bytes as they need (zigzag, seven bits a byte), doubles eight: every bit comes back. There are no names and no types in
/// the bytes, so <see cref="Mark"/> puts in a landmark here and there, and reading the wrong thing ends at the next one.
/// </remarks>
public sealed partial class StateExchange
{
    private readonly ArrayBufferWriter<byte>? _written;
    private readonly ReadOnlyMemory<byte> _read;
    private int _at;
    private string _mark = "start";

    private StateExchange(ArrayBufferWriter<byte>? written, ReadOnlyMemory<byte> read) => (_written, _read) = (written, read);

    /// <summary>Whether state is taken over, not written.</summary>
    public bool IsReading => _written is null;

    /// <summary>Bytes that have not been read yet; 0 when writing.</summary>
    public int Remaining => _read.Length - _at;

    /// <summary>The version that the chunk was or is written in; the newest until <see cref="Begin"/>.</summary>
    public int Version { get; private set; } = int.MaxValue;

    public static StateExchange Writing(ArrayBufferWriter<byte> into) => new(into, default);

    public static StateExchange Reading(ReadOnlyMemory<byte> from) => new(null, from);

    /// <summary>What something keeps, in bytes.</summary>
    public static byte[] Write(IKeepsState part)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        part.Exchange(Writing(bytes));
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Gives something back what it kept; it must have been made with the same options.</summary>
    /// <exception cref="StateFormatException">The bytes are something else.</exception>
    public static void Read(IKeepsState part, ReadOnlyMemory<byte> bytes)
    {
        var exchange = Reading(bytes);
        part.Exchange(exchange);
        exchange.AssertEnd();
    }

    /// <summary>Everything must have been read.</summary>
    /// <exception cref="StateFormatException">It has not.</exception>
    public void AssertEnd()
    {
        if (Remaining > 0) throw new StateFormatException($"{Remaining} bytes of state are left over after {_mark}.");
    }

    /// <summary>Begins a chunk: writes its version, or reads it.</summary>
    /// <exception cref="StateFormatException">A newer version of DriftWatch wrote it.</exception>
    public void Begin(ChunkFormat format)
    {
        bool framed = IsReading ? Remaining > 0 && _read.Span[_at] == ChunkFormat.Frame : format.Version > 1;
        Version = 1;
        if (!framed) return;
        byte frame = ChunkFormat.Frame, version = format.Version;
        Exchange(ref frame);
        Exchange(ref version);
        format.Admit(version);
        Version = version;
    }

    /// <summary>Passes over what is left: it belongs to a part that starts over.</summary>
    public void SkipRest() => _at = _read.Length;

    /// <summary>A landmark: reading fails here if it has lost its way.</summary>
    public void Mark(string name)
    {
        ushort print = 0x5A17;
        foreach (char letter in name) print = (ushort)((print * 31) + letter);
        ushort found = print;
        Fixed(ref found);
        if (found != print) throw new StateFormatException($"State between {_mark} and {name} is not what this version keeps there.");
        _mark = name;
    }

    public void Exchange(IKeepsState part) => part.Exchange(this);

    public void Exchange(ref long value)
    {
        if (_written is not null) WriteVarint((ulong)((value << 1) ^ (value >> 63)));
        else
        {
            ulong zigzag = ReadVarint();
            value = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        }
    }

    public void Exchange(ref int value)
    {
        long wide = value;
        Exchange(ref wide);
        value = wide is >= int.MinValue and <= int.MaxValue ? (int)wide : throw new StateFormatException($"After {_mark}, {wide} is no 32-bit number.");
    }

    public void Exchange(ref ulong value)
    {
        if (_written is not null) WriteVarint(value);
        else value = ReadVarint();
    }

    /// <summary>Numbers with a high half take two words of seven bits a byte.</summary>
    public void Exchange(ref UInt128 value)
    {
        (ulong high, ulong low) = ((ulong)(value >> 64), (ulong)value);
        Exchange(ref high);
        Exchange(ref low);
        value = new UInt128(high, low);
    }

    public void Exchange(ref byte value) => Fixed(ref value);

    public void Exchange(ref bool value)
    {
        byte one = value ? (byte)1 : (byte)0;
        Fixed(ref one);
        value = one switch { 0 => false, 1 => true, _ => throw new StateFormatException($"After {_mark}, {one} is neither true nor false.") };
    }

    public void Exchange(ref double value) => Fixed(ref value);

    public void Exchange(ref float value) => Fixed(ref value);

    public void Exchange<T>(ref T value)
        where T : unmanaged, Enum
    {
        long number = Unsafe.SizeOf<T>() == 1 ? Unsafe.As<T, byte>(ref value) : Unsafe.As<T, int>(ref value);
        Exchange(ref number);
        if (Unsafe.SizeOf<T>() == 1) Unsafe.As<T, byte>(ref value) = (byte)number;
        else Unsafe.As<T, int>(ref value) = (int)number;
        if (IsReading && !Enum.IsDefined(value)) throw new StateFormatException($"After {_mark}, {number} is no {typeof(T).Name}.");
    }

    public void Exchange(ref EventTime value)
    {
        long milliseconds = value.Milliseconds;
        Exchange(ref milliseconds);
        value = new EventTime(milliseconds);
    }

    public void Exchange(ref TimeSpan value)
    {
        long ticks = value.Ticks;
        Exchange(ref ticks);
        value = new TimeSpan(ticks);
    }

    /// <summary>A value that may be missing.</summary>
    public void Exchange<T>(ref T? value, Exchanger<T> each)
        where T : struct
    {
        bool present = value is not null;
        Exchange(ref present);
        T held = value.GetValueOrDefault();
        if (present) each(this, ref held);
        value = present ? held : null;
    }

    public void Exchange(ref EventTime? value) => Exchange(ref value, static (StateExchange state, ref EventTime time) => state.Exchange(ref time));

    public void Exchange(ref double? value) => Exchange(ref value, static (StateExchange state, ref double number) => state.Exchange(ref number));

    public void Exchange(ref long? value) => Exchange(ref value, static (StateExchange state, ref long number) => state.Exchange(ref number));

    /// <summary>A text, or null.</summary>
    public void Exchange(ref string? value)
    {
        byte[]? bytes = value is null ? null : Encoding.UTF8.GetBytes(value);
        Exchange(ref bytes);
        if (IsReading) value = bytes is null ? null : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A text that is always there.</summary>
    public void ExchangeText(ref string value)
    {
        string? text = value;
        Exchange(ref text);
        value = text ?? throw new StateFormatException($"After {_mark}, a text is missing.");
    }

    /// <summary>Bytes, or null.</summary>
    public void Exchange(ref byte[]? value)
    {
        int length = value?.Length ?? -1;
        Exchange(ref length);
        if (_written is not null) _written.Write(value);
        else value = length < 0 ? null : Take(length).ToArray();
    }

    private void Fixed<T>(ref T value)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        if (_written is not null)
        {
            Unsafe.WriteUnaligned(ref _written.GetSpan(size)[0], value);
            _written.Advance(size);
        }
        else value = Unsafe.ReadUnaligned<T>(in Take(size)[0]);
    }

    private void WriteVarint(ulong value)
    {
        var span = _written!.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _written.Advance(length);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw new StateFormatException($"After {_mark}, a number does not end.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > Remaining) throw new StateFormatException($"State ends too early, after {_mark}.");
        var taken = _read.Span.Slice(_at, length);
        _at += length;
        return taken;
    }
}

/// <summary>Writes one item, or reads it into place.</summary>
public delegate void Exchanger<T>(StateExchange state, ref T item);
