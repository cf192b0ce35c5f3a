using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>In which order rows are played: by event time, whatever the order of the file.</summary>
/// <remarks>
/// Rows of one time are told apart only where it matters, that is where one id stands twice in one millisecond; then what the rows say
/// decides and not where they stand, so that a shuffled file is the same file.
/// </remarks>
internal sealed class PlayOrder
{
    private readonly int[]? _rows;

    private PlayOrder(int[]? rows, int count) => (_rows, Count) = (rows, count);

    public int Count { get; }

    public int this[int place] => _rows is null ? place : _rows[place];

    /// <summary>By time only; a file in order costs no memory.</summary>
    public static PlayOrder ByTime<T>(Rows<T> rows, Func<T, EventTime> time)
        where T : struct
    {
        if (IsSorted(rows, time)) return new PlayOrder(null, rows.Count);
        var times = new long[rows.Count];
        for (int row = 0; row < times.Length; row++) times[row] = time(rows[row]).Milliseconds;
        var order = Identity(rows.Count);
        Array.Sort(times, order);
        return new PlayOrder(order, rows.Count);
    }

    /// <summary>This order, with rows of one time by <paramref name="comparison"/>.</summary>
    public PlayOrder ThenBy<T>(Rows<T> rows, Func<T, EventTime> time, Comparison<T> comparison)
        where T : struct
    {
        var order = (int[]?)_rows?.Clone() ?? Identity(Count);
        var byContent = Comparer<int>.Create((left, right) => comparison(rows[left], rows[right]));
        for (int from = 0, to; from < Count; from = to)
        {
            var moment = time(rows[order[from]]);
            for (to = from + 1; to < Count && time(rows[order[to]]) == moment;) to++;
            if (to - from > 1) Array.Sort(order, from, to - from, byContent);
        }

        return new PlayOrder(order, Count);
    }

    public static int Compare(PredictionId left, PredictionId right) =>
        left.High != right.High ? left.High.CompareTo(right.High) : left.Low.CompareTo(right.Low);

    private static bool IsSorted<T>(Rows<T> rows, Func<T, EventTime> time)
        where T : struct
    {
        var before = new EventTime(long.MinValue);
        for (int row = 0; row < rows.Count; row++)
        {
            var now = time(rows[row]);
            if (now < before) return false;
            before = now;
        }

        return true;
    }

    private static int[] Identity(int count)
    {
        var order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        return order;
    }
}
