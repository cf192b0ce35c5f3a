using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>Waits for its turn, works while it is the owner, and waits again when another has taken over.</summary>
internal sealed partial class PipelineTask(
    PipelineOptions options, MonitorOptions monitor, IEpochStore store, Func<IReadOnlyList<PlannedPartition>, IRecordSource> openSource, SnapshotBoard board, TimeProvider time, ILogger logger,
    JoinSnapshotFiles? snapshots = null)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>Runs until it is told to stop.</summary>
    /// <exception cref="StartRefusedException">Starting would lose or double something.</exception>
    public void Run(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested) Own(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // While it waited for its turn, or restored: there is nothing to commit.
        }
        finally
        {
            store.Leave();
        }
    }

    private void Own(CancellationToken stop)
    {
        var committed = Await(store.Acquire(stop));
        try
        {
            using var loop = new PipelineLoop(options, monitor, committed, store, openSource, board, time, logger, snapshots);
            loop.Restore(stop);
            while (!stop.IsCancellationRequested) loop.Cycle(stop);
            loop.Stop();
        }
        catch (FencedException fenced)
        {
            Log.Fenced(logger, fenced.Message);
        }
    }

    private T Await<T>(Task<T> task)
    {
        Await((Task)task);
        return task.GetAwaiter().GetResult();
    }

    private void Await(Task task)
    {
        while (Task.WaitAny([task], Look) < 0)
        {
            var status = store.Status;
            board.Publish(new ServiceSnapshot
            {
                Phase = status.Role switch { StoreRole.Standby => ServicePhase.Standby, StoreRole.TakingOver or StoreRole.Owner => ServicePhase.Restoring, _ => status.Answered ? ServicePhase.Starting : ServicePhase.Disconnected },
                Trouble = status.Trouble,
                Warnings = status.Warnings,
                StartedAt = _startedAt,
                TakenAt = time.GetUtcNow(),
                LastPoll = time.GetUtcNow(),
                Fenced = status.Fenced,
                DroppedLetters = status.DroppedLetters,
                CommitFailures = status.Failures,
                CommitDurations = board.Current.CommitDurations,
                RestoreMismatches = board.Current.RestoreMismatches,
                Restore = status.Role == StoreRole.TakingOver ? new(0, 0, board.Current.Restore?.Since ?? time.GetUtcNow()) : null,
                Options = monitor,
            });
        }

        task.GetAwaiter().GetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Shut out: {Reason} The state of this instance is dropped; it waits for its turn")]
        public static partial void Fenced(ILogger logger, string reason);
    }
}
