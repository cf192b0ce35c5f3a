namespace DriftWatch.Chaos;

/// <summary>What was done and what was found, over all rounds. Threads share it.</summary>
internal sealed class Tally
{
    /// <summary>After so many, going on tells nothing new.</summary>
    private const int MostFaults = 40;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _kills = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _hangs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, TimeSpan> _spent = new(StringComparer.Ordinal);
    private readonly List<string> _passed = [];
    private readonly List<string> _faults = [];

    public long Pairs { get; set; }

    public long Lost { get; set; }

    public long Doubled { get; set; }

    public long WindowsThatDiffer { get; set; }

    public long Events { get; set; }

    public long DuplicateEvents { get; set; }

    /// <summary>What readers who do not ask for committed records see besides: copies of events whose epoch was sent again.</summary>
    public long AbortedCopies { get; set; }

    public long AbortedCopiesThatDiffer { get; set; }

    public long DeadLetters { get; set; }

    public long DuplicateDeadLetters { get; set; }

    public long CountersThatWentBack { get; set; }

    public int Kills
    {
        get
        {
            lock (_lock) return _kills.Values.Sum();
        }
    }

    /// <summary>Of one kind.</summary>
    public int KillsOf(string kind)
    {
        lock (_lock) return _kills.GetValueOrDefault(kind);
    }

    public bool Hopeless
    {
        get
        {
            lock (_lock) return _faults.Count >= MostFaults / 4;
        }
    }

    public bool Failed => _faults.Count + Lost + Doubled + WindowsThatDiffer + DuplicateEvents + DuplicateDeadLetters + CountersThatWentBack > 0;

    /// <summary>A process that is no more: SIGKILL.</summary>
    public void Killed(string kind) => Count(_kills, kind);

    /// <summary>A process that was silent for a while: SIGSTOP.</summary>
    public void Hung(string kind) => Count(_hangs, kind);

    /// <summary>What the run's time went into: a run that is slow should say where.</summary>
    public void Spent(string what, TimeSpan time)
    {
        lock (_lock) _spent[what] = _spent.GetValueOrDefault(what) + time;
    }

    /// <summary>An event of the log that came out as it should.</summary>
    public void Passed(string logEvent)
    {
        lock (_lock) _passed.Add(logEvent);
    }

    /// <summary>Anything else that must not be.</summary>
    public void Fault(string what)
    {
        lock (_lock)
        {
            if (_faults.Count >= MostFaults) return;
            _faults.Add(what);
        }

        Program.Say($"FAULT {what}");
    }

    public List<string> Lines()
    {
        lock (_lock)
        {
            List<string> lines =
            [
                $"windows that differ {WindowsThatDiffer}; events {Events}, aborted copies {AbortedCopies}, of which differ {AbortedCopiesThatDiffer}; dead letters {DeadLetters}; {Text(_hangs)}",
                $"kills {_kills.Values.Sum()} ({Text(_kills)}), pairs {Pairs}, lost {Lost}, doubled {Doubled}, duplicate events {DuplicateEvents}, " +
                    $"duplicate dead letters {DuplicateDeadLetters}, counters that went back {CountersThatWentBack}",
            ];
            if (_spent.Count > 0) lines.Insert(0, $"seconds: {string.Join(", ", _spent.OrderByDescending(s => s.Value).Select(s => $"{s.Key} {s.Value.TotalSeconds:0}"))}");
            if (_passed.Count > 0) lines.Insert(0, $"events of the log that came out as they should: {string.Join(", ", _passed)}");
            if (_faults.Count > 0) lines.Insert(0, $"faults {_faults.Count}, the first: {_faults[0]}");
            return lines;
        }
    }

    private static string Text(SortedDictionary<string, int> counts) => string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"));

    private void Count(SortedDictionary<string, int> counts, string kind)
    {
        lock (_lock) counts[kind] = counts.GetValueOrDefault(kind) + 1;
    }
}
