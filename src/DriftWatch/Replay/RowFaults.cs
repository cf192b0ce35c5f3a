using DriftWatch.Core.Input;

namespace DriftWatch.Replay;

/// <summary>The rows of one file that could not be read: counted by reason, the first few remembered with their place.</summary>
internal sealed class RowFaults(string file)
{
    /// <summary>How many are told one by one; the counts tell the rest.</summary>
    private const int Shown = 5;

    private readonly long[] _counts = new long[RejectReasons.All.Count + 1];
    private readonly List<string> _examples = [];
    private readonly Dictionary<TimeGuess, long> _guesses = [];

    /// <summary>What messages call the file.</summary>
    public string File => file;

    public long Total { get; private set; }

    /// <summary>The first few, as <c>file:line: reason</c>.</summary>
    public IReadOnlyList<string> Examples => _examples;

    public long this[RejectReason reason] => _counts[(int)reason];

    /// <summary>What refused times look like, with how many do.</summary>
    public IReadOnlyDictionary<TimeGuess, long> TimeGuesses => _guesses;

    public void Add(RejectReason reason, long line, string? detail = null, TimeGuess? guess = null)
    {
        if (guess is not null) _guesses[guess] = _guesses.GetValueOrDefault(guess) + 1;
        _counts[(int)reason]++;
        Total++;
        if (_examples.Count < Shown) _examples.Add($"{file}:{line}: {reason.Name()}{(detail is null ? "" : $" ({detail})")}");
    }
}
