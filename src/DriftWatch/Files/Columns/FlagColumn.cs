using Apache.Arrow;
using DriftWatch.Core.Input.Columns;

namespace DriftWatch.Files.Columns;

/// <summary>A column of bits.</summary>
internal sealed class FlagColumn(BooleanArray array) : PlainColumn
{
    private static readonly byte[] Both = [0, 1];

    public override ReadOnlySpan<byte> Cells(int start, Span<CellPlace> places)
    {
        for (int i = 0; i < places.Length; i++) places[i] = array.GetValue(start + i) is { } flag ? new(flag ? 1 : 0, 1) : default;
        return Both;
    }
}
