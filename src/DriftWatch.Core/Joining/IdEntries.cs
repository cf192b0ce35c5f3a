using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>The entries of one id that count, in order of arrival, within a bound.</summary>
internal sealed class IdEntries(JoinTable table, HeldLabels labels, Departures departures)
{
    /// <summary>Most predictions and labels of one id. For one more the oldest is evicted: an id with so many names nothing.</summary>
    public const int Most = 64;

    private readonly int[] _entries = new int[Most];

    /// <summary>The entries of an id; valid until the next call, or until an entry is added.</summary>
    public ReadOnlySpan<int> Of(in PredictionId id)
    {
        int found = table.FindAll(id, _entries), live = 0;
        for (int i = 0; i < found; i++)
        {
            int entry = _entries[i];
            if (departures.IsPast(table[entry]) && (!labels.TryOutlive(entry) || departures.IsPast(table[entry]))) table.Detach(entry); // the sweep will hand it out
            else _entries[live++] = entry;
        }

        return _entries.AsSpan(0, live);
    }

    /// <summary>A new entry of an id; the caller says what it is and pushes it.</summary>
    /// <param name="id">The id.</param>
    /// <param name="known">How many entries it has.</param>
    /// <param name="first">Whether it comes before the others.</param>
    public int Add(in PredictionId id, int known, bool first = false)
    {
        if (known >= Most) departures.EvictEarly(_entries[0]);
        departures.MakeRoom();
        return table.Add(id, first);
    }
}
