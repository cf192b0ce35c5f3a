namespace DriftWatch.Pipeline;

/// <summary>Signs of life of the loop's thread, for whoever watches it from another: the loop itself cannot say that it hangs.</summary>
internal sealed class Pulse
{
    private long _beats;

    /// <summary>Grows with each turn, each step of a restore and each look at the last commit; 0 before the first.</summary>
    public long Beats => Interlocked.Read(ref _beats);

    public void Beat() => Interlocked.Increment(ref _beats);
}
