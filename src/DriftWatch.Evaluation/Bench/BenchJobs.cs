namespace DriftWatch.Evaluation.Bench;

/// <summary>Runs independent pieces of work on all processors; each writes to a place of its own, so results do not depend on how many there are.</summary>
internal sealed class BenchJobs(Action<string> tell, CancellationToken stop, int? threads = null)
{
    private readonly TimeSpan _every = TimeSpan.FromSeconds(2);

    /// <summary>Makes <paramref name="count"/> results.</summary>
    public T[] Run<T>(string what, int count, Func<int, T> make)
    {
        var results = new T[count];
        int done = 0;
        var told = DateTime.MinValue;
        var gate = new Lock();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount, CancellationToken = stop }, i =>
        {
            results[i] = make(i);
            lock (gate)
            {
                done++;
                if (done < count && DateTime.UtcNow - told < _every) return;
                told = DateTime.UtcNow;
                tell($"{what}: {done} of {count}");
            }
        });
        return results;
    }
}
