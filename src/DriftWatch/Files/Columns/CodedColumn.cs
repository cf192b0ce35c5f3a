using Apache.Arrow;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;

namespace DriftWatch.Files.Columns;

/// <summary>A column of numbers of values in a dictionary: what is asked of the values is asked once.</summary>
/// <param name="values">The dictionary.</param>
/// <param name="count">How many values it has.</param>
/// <param name="codes">Their numbers, row by row.</param>
internal sealed class CodedColumn(PlainColumn values, int count, IArrowArray codes) : PlainColumn
{
    private readonly Presence _presence = Presence.Of(codes);
    private CellPlace[]? _cells, _ids;
    private long[]? _times;
    private double[]? _numbers;
    private int[] _codes = [];

    public override ReadOnlySpan<byte> Cells(int start, Span<CellPlace> places)
    {
        var all = values.Cells(0, _cells ??= new CellPlace[count]);
        Pick(start, _cells, places, default);
        return all;
    }

    public override ReadOnlySpan<byte> Ids(int start, Span<CellPlace> places)
    {
        var all = values.Ids(0, _ids ??= new CellPlace[count]);
        Pick(start, _ids, places, default);
        return all;
    }

    public override void Times(int start, TimestampUnit unit, Span<long> into)
    {
        if (_times is null) values.Times(0, unit, _times = new long[count]);
        Pick(start, _times, into, NoTime);
    }

    public override void Numbers(int start, Span<double> into)
    {
        if (_numbers is null) values.Numbers(0, _numbers = new double[count]);
        Pick(start, _numbers, into, double.NaN);
    }

    /// <exception cref="IndexOutOfRangeException">A code has no value.</exception>
    private void Pick<T>(int start, T[] from, Span<T> into, T nothing)
    {
        if (_codes.Length < into.Length) _codes = new int[into.Length];
        var at = _codes.AsSpan(0, into.Length);
        switch (codes)
        {
            case Int32Array array: Copy(array, start, at); break;
            case Int16Array array: Copy(array, start, at); break;
            case Int8Array array: Copy(array, start, at); break;
            case UInt8Array array: Copy(array, start, at); break;
            case UInt16Array array: Copy(array, start, at); break;
            case UInt32Array array: Copy(array, start, at); break;
            case Int64Array array: Copy(array, start, at); break;
            default: throw new InvalidDataException("indices of a dictionary that are no integers");
        }

        for (int i = 0; i < into.Length; i++) into[i] = _presence.IsMissing(start + i) ? nothing : from[at[i]];
    }

    private static void Copy<T>(PrimitiveArray<T> array, int start, Span<int> into)
        where T : struct, System.Numerics.INumber<T>
    {
        var all = array.Values.Slice(start, into.Length);
        for (int i = 0; i < into.Length; i++) into[i] = int.CreateTruncating(all[i]);
    }
}
