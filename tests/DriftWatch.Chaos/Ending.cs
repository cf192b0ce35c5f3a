namespace DriftWatch.Chaos;

/// <summary>Ends what the harness has open, each within a time limit: what hangs is a fault with a name, and everything else is ended all the same.</summary>
internal sealed class Ending(Tally tally)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <param name="what">What is ended, as the fault calls it.</param>
    /// <param name="end">Ends it; left alone on a thread of its own where it takes longer than the limit.</param>
    public void Of(string what, Action end)
    {
        var thread = new Thread(() =>
        {
            try
            {
                end();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                tally.Fault($"{what} could not be ended: {failure}");
            }
        }) { Name = "end", IsBackground = true };
        thread.Start();
        if (!thread.Join(Limit)) tally.Fault($"{what} has not ended within {Limit.TotalSeconds} s");
    }
}
