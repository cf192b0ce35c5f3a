namespace DriftWatch.Core.Recalibration;

/// <summary>Blocks of vectors.</summary>
internal sealed class VectorBlocks : IBlocks
{
    private readonly VectorSet _set;
    private readonly List<List<int>> _blocks;

    public VectorBlocks(VectorSet set)
    {
        _set = set;
        _blocks = [.. Enumerable.Range(0, set.Rows.Count).GroupBy(row => set.Rows[row].Block).OrderBy(block => block.Key).Select(block => block.ToList())];
    }

    public int Count => _blocks.Count;

    public Fitted Fit(MapMethod method, int first, int end) => MapFit.Of(method, _set.Part([.. _blocks[first..end].SelectMany(rows => rows)]));

    public (double Sum, double Weight) Gain(CalibrationMap map, int block)
    {
        double sum = 0, weight = 0;
        var mapped = new double[_set.Classes];
        foreach (int row in _blocks[block])
        {
            map.Apply(_set[row], mapped);
            var (actual, w) = (_set.Rows[row].Actual, _set.Rows[row].Weight);
            sum += w * (Look.Of(_set[row], actual).LogLoss - Look.Of(mapped, actual).LogLoss);
            weight += w;
        }

        return (sum, weight);
    }
}
