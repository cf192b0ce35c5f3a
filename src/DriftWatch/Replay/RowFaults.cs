using DriftWatch.Core.Input;
using DriftWatch.Files;

namespace DriftWatch.Replay;

/// <summary>The rows that could not be read: counted by reason, the first few remembered with their place.</summary>
internal sealed class RowFaults
{
    /// <summary>How many are told one by one; the counts tell the rest.</summary>
    private const int Shown = 5;

    private readonly long[] _counts = new long[RejectReasons.Count];
    private readonly List<string> _examples = [];
    private readonly Dictionary<TimeGuess, long> _guesses = [];

    public long Total { get; private set; }

    /// <summary>Rows that do not meet the filter; not among <see cref="Total"/>.</summary>
    public long Filtered => _counts[(int)RejectReason.Filtered];

    /// <summary>The first few, as <c>file:line: reason</c>.</summary>
    public IReadOnlyList<string> Examples => _examples;

    public long this[RejectReason reason] => _counts[(int)reason];

    /// <summary>All reasons with their counts, the most frequent first, as <c>5 timestamp_range, 1 missing_id</c>.</summary>
    public string InWords => string.Join(", ", RejectReasons.All.Where(reason => this[reason] > 0).OrderByDescending(reason => this[reason]).Select(reason => $"{this[reason]} {reason.Name()}"));

    /// <summary>What refused times look like, with how many do.</summary>
    public IReadOnlyDictionary<TimeGuess, long> TimeGuesses => _guesses;

    public void Add(RejectReason reason, string file, IRowReader reader) =>
        Add(reason, LineMap.Place(file, reader.Counted, reader.Number), reader.Fault, reader.TimeGuess);

    public void Add(RejectReason reason, string place, string? detail, TimeGuess? guess)
    {
        if (guess is not null) _guesses[guess] = _guesses.GetValueOrDefault(guess) + 1;
        _counts[(int)reason]++;
        if (reason == RejectReason.Filtered) return;
        Total++;
        if (_examples.Count < Shown) _examples.Add($"{place}: {reason.Name()}{(detail is null ? "" : $" ({detail})")}");
    }
}
