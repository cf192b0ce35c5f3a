namespace DriftWatch.Core.Recalibration;

/// <summary>Blocks of claims, each as the cells of a sketch would hold it: a temperature is known to 3e-4 from them, which is far below its noise.</summary>
internal sealed class ClaimBlocks : IBlocks
{
    private readonly List<ClaimPoint[]> _blocks = [];

    public ClaimBlocks(CalibrationSet set)
    {
        var grid = Calibration.Grid.H188;
        SortedDictionary<int, ClaimPoint[]> blocks = [];
        foreach (var row in set.Rows)
        {
            if (!blocks.TryGetValue(row.Block, out var cells)) blocks.Add(row.Block, cells = new ClaimPoint[grid.Count]);
            ref var cell = ref cells[grid.BinOf(row.Claim)];
            var point = row.Point;
            // The claim of a cell is the mean; kept as a sum until all are in.
            cell = (cell + point) with { Claim = cell.Claim + (point.Weight * point.Claim) };
        }

        foreach (var cells in blocks.Values)
        {
            _blocks.Add([.. cells.Select((cell, bin) => cell with { Claim = Math.Clamp(cell.Claim / cell.Weight, grid.Edges[bin], grid.Edges[bin + 1]) }).Where(cell => cell.Weight > 0)]);
        }
    }

    public int Count => _blocks.Count;

    public Fitted Fit(MapMethod method, int first, int end) => MapFit.Of(method, FitPoints.Of(_blocks[first..end].SelectMany(cells => cells)));

    public (double Sum, double Weight) Gain(CalibrationMap map, int block)
    {
        double sum = 0, weight = 0;
        foreach (var cell in _blocks[block])
        {
            double mapped = map.Apply(cell.Claim);
            if (cell.Positive > 0) sum += cell.Positive * (Look.Of(cell.Claim, true).LogLoss - Look.Of(mapped, true).LogLoss);
            if (cell.Negative > 0) sum += cell.Negative * (Look.Of(cell.Claim, false).LogLoss - Look.Of(mapped, false).LogLoss);
            weight += cell.Weight;
        }

        return (sum, weight);
    }
}
