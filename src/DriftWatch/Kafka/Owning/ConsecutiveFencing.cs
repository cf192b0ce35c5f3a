namespace DriftWatch.Kafka.Owning;

/// <summary>Decides when being fenced again and again is no accident: this instance is the group's owner, and yet someone else keeps making its producer.</summary>
internal sealed class ConsecutiveFencing(TimeProvider time)
{
    public const int Most = 3;

    /// <summary>Work for that long without being fenced ends the row.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(2);

    private int _inARow;
    private DateTimeOffset _took;

    public void TookOver() => _took = time.GetUtcNow();

    public void Committed()
    {
        if (_inARow > 0 && time.GetUtcNow() - _took >= Calm) _inARow = 0;
    }

    /// <summary>We were fenced, and the group says that we own the task all the same.</summary>
    /// <returns>Whether that is once too often.</returns>
    public bool FencedAsOwner() => ++_inARow >= Most;

    /// <summary>We were fenced by whom the group gave the task: all is well.</summary>
    public void HandedOver() => _inARow = 0;
}
