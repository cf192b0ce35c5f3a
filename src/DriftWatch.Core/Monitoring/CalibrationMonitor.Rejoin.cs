using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Monitoring;

/// <summary>The join table over a restart: copied, or filled again from the records, with nothing counted.</summary>
public sealed partial class CalibrationMonitor
{
    private bool _rejoining;

    /// <summary>Entries in the join table: pending, waiting, and matched ones that catch duplicates.</summary>
    public int JoinEntries => _joiner.Entries;

    /// <summary>The counts of the join.</summary>
    public JoinCounts JoinCounts => _joiner.Counts;

    /// <summary>The last watermark, in epoch milliseconds, at which anything in the join table counts.</summary>
    public long JoinNeededUntil => _joiner.Image.NeededUntil();

    /// <summary>The counts of the join as a checkpoint keeps them.</summary>
    public IKeepsState JoinTally => _joiner.Tally;

    /// <summary>The counts of the join that every version has had.</summary>
    public byte[] JoinFates => _joiner.Fates;

    /// <summary>Whether the id alone makes a prediction. Set while records are read again that were read under another identity.</summary>
    public bool JoinsById
    {
        get => _joiner.ById;
        set => _joiner.ById = value;
    }

    /// <summary>Copies the entries of the join table, block by block. Nothing may be added until the last block is there.</summary>
    public IEnumerable<byte[]> CopyJoin() => _joiner.Image.Blocks();

    /// <summary>Begins to fill the join table again: event time is where the checkpoint's state had it.</summary>
    public void StartRejoin()
    {
        _rejoining = true;
        if (_watermark is { } watermark) _joiner.AdvanceTo(watermark);
    }

    /// <summary>Puts entries that were copied into the join table.</summary>
    /// <exception cref="StateFormatException">The bytes are something else.</exception>
    public void Rejoin(ReadOnlyMemory<byte> block) => _joiner.Image.Load(block);

    /// <summary>Puts a prediction that was counted before the checkpoint back into the join table.</summary>
    public void Rejoin(in Prediction prediction)
    {
        _joiner.Again.Add(prediction);
        Recall();
    }

    /// <summary>Brings a label that was counted before the checkpoint back to its prediction.</summary>
    /// <param name="label">The label.</param>
    /// <param name="notes">How often it stands in the journal (<see cref="ReplayTrace.Notes"/>).</param>
    public void Rejoin(in Label label, int notes)
    {
        _joiner.Again.Add(label, notes);
        Recall();
    }

    /// <summary>Ends it: from now on everything counts. The counts are those that were stored.</summary>
    /// <param name="tally">What <see cref="JoinTally"/> had written.</param>
    public void EndRejoin(ReadOnlyMemory<byte> tally)
    {
        StateExchange.Read(_joiner.Tally, tally);
        if (_orphansUnknown) _orphans.Begin(Math.Max(0, _joiner.Counts.Orphaned - _known.Models.Values.Sum(model => model.Orphans.Total)));
        _orphansUnknown = false;
        _rejoining = false;
    }

    private void Recall()
    {
        foreach (ref readonly var meeting in _joiner.Meetings)
        {
            if (meeting.Label is Arrival.Matched or Arrival.Corrected && Routes[meeting.Route].HasOtherViews) _views.Recall(Routes[meeting.Route], meeting.Vector);
        }
    }
}
