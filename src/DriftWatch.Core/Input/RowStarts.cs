namespace DriftWatch.Core.Input;

/// <summary>Where the rows of one record begin, in its bytes; no more than the bound.</summary>
internal sealed class RowStarts(int most)
{
    private int[] _starts = new int[16];

    public int Count { get; private set; }

    public int this[int row] => _starts[row];

    public void Clear() => Count = 0;

    /// <returns>Whether there was room.</returns>
    public bool Add(int start)
    {
        if (Count == most) return false;
        if (Count == _starts.Length) Array.Resize(ref _starts, 2 * Count);
        _starts[Count++] = start;
        return true;
    }
}
