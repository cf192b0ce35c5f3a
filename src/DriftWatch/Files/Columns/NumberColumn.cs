using System.Buffers.Text;
using System.Numerics;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;
using DriftWatch.Core.Time;

namespace DriftWatch.Files.Columns;

/// <summary>A column of integers, or of floating-point numbers of 32 or 64 bits.</summary>
internal sealed class NumberColumn<T>(ValuesOf<T> values, Presence presence) : ValueColumn<T>(values, presence)
    where T : unmanaged, INumber<T>
{
    private const int LongestId = 20;

    /// <summary>Floating-point numbers below are written as their digits, and no two of them as the same.</summary>
    private static readonly double Exact = typeof(T) == typeof(float) ? 1 << 24 : 1e15;

    private byte[] _ids = [];

    private static bool IsFloating => typeof(T) == typeof(double) || typeof(T) == typeof(float);

    public override void Numbers(int start, Span<double> into) => Make(start, into, double.NaN, default(Number));

    public override void Times(int start, TimestampUnit unit, Span<long> into) => Make(start, into, NoTime, new Time(unit));

    public override ReadOnlySpan<byte> Ids(int start, Span<CellPlace> places)
    {
        if (_ids.Length < places.Length * LongestId) _ids = new byte[places.Length * LongestId];
        int end = 0;
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = default;
            if (!TryValue(start + i, out var value) || (IsFloating && !IsWhole(value))) continue;
            int length;
            if (typeof(T) == typeof(ulong)) Utf8Formatter.TryFormat(ulong.CreateTruncating(value), _ids.AsSpan(end), out length);
            else Utf8Formatter.TryFormat(long.CreateTruncating(value), _ids.AsSpan(end), out length);
            places[i] = new(end, length);
            end += length;
        }

        return _ids;
    }

    /// <summary>Whether a floating-point number is one that is written as an integer.</summary>
    private static bool IsWhole(T value) => T.IsInteger(value) && double.CreateTruncating(T.Abs(value)) < Exact && !(value == T.Zero && T.IsNegative(value));

    private readonly struct Number : IMaker<T, double>
    {
        public double Make(T value) => value is float narrow ? FloatText.Read(narrow) : double.CreateTruncating(value);
    }

    private readonly struct Time(TimestampUnit unit) : IMaker<T, long>
    {
        public long Make(T value)
        {
            if (T.IsNegative(value) || (IsFloating && !IsWhole(value))) return NoTime;
            ulong count = ulong.CreateTruncating(value);
            if (count > (ulong)EventTime.Latest.Milliseconds * 1_000_000) return NoTime;
            return (long)(unit switch
            {
                TimestampUnit.Seconds => count > (ulong)EventTime.Latest.Milliseconds ? ulong.MaxValue >> 1 : count * 1000,
                TimestampUnit.Microseconds => count / 1000,
                TimestampUnit.Nanoseconds => count / 1_000_000,
                _ => count,
            });
        }
    }
}
