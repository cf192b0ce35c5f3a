namespace DriftWatch.Drift;

/// <summary>The series that share one false-alarm rate: an alarm of any of them counts against it, so each needs the more evidence the more they are (statistics §6.9).</summary>
/// <remarks>Union bound: costs the logarithm of their number. Belongs to the thread of the series.</remarks>
public sealed class AlarmFamily
{
    /// <summary>How many they are; never less than one.</summary>
    public int Count { get; private set; }

    public double Factor => Math.Max(1, Count);

    /// <summary>One more series is watched.</summary>
    public void Join() => Count++;
}
