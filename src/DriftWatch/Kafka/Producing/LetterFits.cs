using Confluent.Kafka;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Producing;

/// <summary>How large a dead letter may be.</summary>
/// <param name="Told">The topic's own limit; <see cref="int.MaxValue"/> if it may not be asked.</param>
internal readonly record struct LetterLimit(int Told)
{
    /// <summary>To that size letters are cut: less than <see cref="Told"/> once that was refused too.</summary>
    public int Bytes { get; init; } = Told;

    /// <summary>The smallest size that was refused, more than <see cref="Bytes"/>: what is as large is cut before it is sent.</summary>
    public long Refused { get; init; } = long.MaxValue;
}

/// <summary>What becomes of the dead letters of one epoch that the brokers refuse: cut, and in the end dropped. A record that nobody could read stops nothing.</summary>
/// <remarks>Brokers refuse whole batches, so a letter that was refused in company is sent alone before it is held to be at fault. Each refusal changes something, and the changes are finite.</remarks>
internal sealed class LetterFits
{
    private readonly IReadOnlyList<OutgoingRecord> _records;
    private readonly HashSet<int> _alone = [];

    /// <summary>What is sent instead; null: nothing.</summary>
    private readonly Dictionary<int, OutgoingRecord?> _fitted = [];

    public LetterFits(IReadOnlyList<OutgoingRecord> records, LetterLimit limit)
    {
        (_records, Limit) = (records, limit);
        CutLarge();
    }

    /// <summary>What was learned of the topic.</summary>
    public LetterLimit Limit { get; private set; }

    /// <summary>Letters that the topic does not take, however short.</summary>
    public IEnumerable<OutgoingRecord> Dropped => _fitted.Where(f => f.Value is null).Select(f => _records[f.Key]);

    /// <summary>What to send for a record; null: nothing.</summary>
    public OutgoingRecord? this[int number] => _fitted.TryGetValue(number, out var fitted) ? fitted : _records[number];

    /// <summary>Whether a record must be in no batch with others.</summary>
    public bool IsAlone(int number) => _alone.Contains(number);

    /// <summary>Does something about letters that were refused.</summary>
    /// <returns>Whether anything was done: not where no letter was refused.</returns>
    public bool Refuse(IEnumerable<Refusal> refused)
    {
        bool changed = false;
        var tried = refused.Where(r => r.Number >= 0 && _records[r.Number].Topic == OutputTopic.DeadLetters).Select(r => (r.Number, r.Code, Letter: this[r.Number])).ToList();
        foreach (var (number, code, letter) in tried)
        {
            changed = true;
            // Cut already, since another one was refused.
            if (letter is null || !ReferenceEquals(this[number], letter)) continue;
            bool tooLarge = code == ErrorCode.MsgSizeTooLarge;
            long size = LetterCut.SizeOf(letter);
            if (tooLarge && size > Limit.Told)
            {
                CutFrom(size, Limit.Bytes);
            }
            else if (_alone.Add(number))
            {
                // Perhaps only its company was at fault.
            }
            else if (tooLarge)
            {
                // The topic takes less than it says, or does not say.
                CutFrom(size, size > Limit.Bytes ? Limit.Bytes : (int)(size / 2));
            }
            else
            {
                // A compacted topic takes nothing without a key, for one.
                _fitted[number] = null;
            }
        }

        return changed;
    }

    private void CutFrom(long size, int bytes)
    {
        Limit = Limit with { Bytes = bytes, Refused = Math.Min(Limit.Refused, size) };
        CutLarge();
    }

    private void CutLarge()
    {
        if (Limit.Refused == long.MaxValue) return;
        for (int number = 0; number < _records.Count; number++)
        {
            if (_records[number].Topic != OutputTopic.DeadLetters || this[number] is not { } letter || LetterCut.SizeOf(letter) < Limit.Refused) continue;
            _fitted[number] = LetterCut.To(_records[number], Limit.Bytes);
        }
    }
}
