namespace DriftWatch.Pipeline;

/// <summary>What belongs together between two commits: dead letters and requests first, then the positions.</summary>
/// <remarks>
/// Law: positions are stored only when Kafka has acknowledged every record that was written for what lies before them. Today the
/// parts follow one another, so a crash in between repeats records. This is where one Kafka transaction will hold them,
/// together with the checkpoint, and nothing but this seam will change.
/// </remarks>
internal sealed class Epoch
{
    private int _unacknowledged;

    /// <summary>Whether everything written so far has been acknowledged.</summary>
    public bool Flushed => Volatile.Read(ref _unacknowledged) == 0;

    /// <summary>The positions to store; null while the epoch is open.</summary>
    public IReadOnlyList<CommittedPosition>? Positions { get; private set; }

    /// <summary>The running commit; null before <see cref="Flushed"/>.</summary>
    public Task? Commit { get; set; }

    public void Enlist() => Interlocked.Increment(ref _unacknowledged);

    /// <summary>From any thread.</summary>
    public void Acknowledge() => Interlocked.Decrement(ref _unacknowledged);

    public void Seal(IReadOnlyList<CommittedPosition> positions) => Positions = positions;
}
