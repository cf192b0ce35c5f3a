using DriftWatch.Core.Drift;
using DriftWatch.Core.State;

namespace DriftWatch.Pipeline;

/// <summary>The answers of all epochs so far: how many of each result, and where reading of their topic goes on.</summary>
internal sealed class AnswerLog : IKeepsState
{
    private readonly long[] _counts = new long[AnswerResults.All.Count];
    private readonly SortedDictionary<int, long> _next = [];
    private string _topic = "";
    private AnswerNotApplied[] _notApplied = []; // of this process: a restart tells it no more than the log does

    /// <summary>How many that changed nothing are kept in words.</summary>
    public const int Most = 5;

    /// <summary>The newest that changed nothing, newest last.</summary>
    public IReadOnlyList<AnswerNotApplied> NotApplied => _notApplied;

    /// <summary>How many there were of each result.</summary>
    public IReadOnlyDictionary<AnswerResult, long> Counts => AnswerResults.All.ToDictionary(result => result, result => _counts[(int)result]);

    public long Total => _counts.Sum();

    /// <summary>Where reading of each partition goes on; one that is not in it begins as on the first start.</summary>
    public IReadOnlyList<AnswerOffset> Offsets => [.. _next.Select(one => new AnswerOffset(_topic, one.Key, one.Value))];

    /// <summary>Another topic than before begins at its beginning.</summary>
    public void Begin(string topic)
    {
        if (_topic != topic) _next.Clear();
        _topic = topic;
    }

    /// <summary>Counts a record.</summary>
    public void Add(AnswerTaken taken)
    {
        Begin(taken.Topic);
        _next[taken.Partition] = taken.Offset + 1;
        _counts[(int)taken.Result]++;
    }

    /// <summary>Keeps the words for one that changed nothing.</summary>
    public void Note(AnswerNotApplied one) => _notApplied = [.. _notApplied.TakeLast(Most - 1), one];

    public void Exchange(StateExchange state)
    {
        state.Mark("answers");
        state.ExchangeText(ref _topic);
        // By number: a later version may know more results.
        int count = state.ExchangeCount(_counts.Length);
        for (int result = 0; result < count; result++)
        {
            long known = result < _counts.Length ? _counts[result] : 0;
            state.Exchange(ref known);
            if (result < _counts.Length) _counts[result] = known;
        }

        List<(int Partition, long Offset)> next = [.. _next.Select(one => (one.Key, one.Value))];
        state.Exchange(next, static (StateExchange each, ref (int Partition, long Offset) one) =>
        {
            each.Exchange(ref one.Partition);
            each.Exchange(ref one.Offset);
        });
        if (!state.IsReading) return;
        _next.Clear();
        foreach (var (partition, offset) in next) _next[partition] = offset;
    }
}
