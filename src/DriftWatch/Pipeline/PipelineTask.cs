using System.Diagnostics;
using DriftWatch.Core.Monitoring;
using DriftWatch.Formats;
using DriftWatch.Options;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>Waits for its turn, works while it is the owner, and waits again when another has taken over.</summary>
/// <remarks>
/// The loop has a thread of its own and this one watches it, since a thread that hangs in somebody's library can neither stop nor give anything up:
/// whatever it waits for, being told to stop and losing the task take effect within <see cref="PipelineOptions.StopTimeout"/> and some seconds for closing, and a loop that is silent for
/// <see cref="PipelineOptions.StallTimeout"/> loses the task to a standby.
/// </remarks>
internal sealed partial class PipelineTask(
    PipelineOptions options, MonitorOptions monitor, IEpochStore store, Func<IReadOnlyList<PlannedPartition>, IRecordSource> openSource, SnapshotBoard board, TimeProvider time, ILogger logger,
    JoinSnapshotFiles? snapshots = null, ValueFormats? formats = null, Func<IReadOnlyList<AnswerOffset>, IAnswerSource>? openAnswers = null)
{
    private const int MostPatience = 16;

    /// <summary>Between two looks at the other thread. Real time, and the machine's own clock for how long that is silent: whether a thread hangs is no matter of the clock that events go by.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>The most that counts between two looks: while the whole process is frozen, the loop is not silent.</summary>
    private static readonly TimeSpan MostStep = TimeSpan.FromSeconds(1);

    /// <summary>For closing clients, beyond the time of a stop.</summary>
    private static readonly TimeSpan CloseMargin = TimeSpan.FromSeconds(4);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private int _patience = 1;

    /// <summary>Runs until it is told to stop.</summary>
    /// <exception cref="StartRefusedException">Starting would lose or double something.</exception>
    /// <exception cref="LoopHungException">The loop's thread does not answer. The task is given up, the thread is left behind: the process has to end.</exception>
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
        var committed = Await(store.Acquire(stop), stop);
        var pulse = new Pulse();
        // Not disposed: a thread that is left behind still looks at it.
        var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var owned = Stopwatch.StartNew();
        var work = Task.Factory.StartNew(() => Work(committed, pulse, end.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Watch(work, pulse, end, stop);
        try
        {
            work.GetAwaiter().GetResult();
        }
        catch (FencedException fenced)
        {
            Log.Fenced(logger, fenced.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Lost while it restored: there is nothing to commit, and it waits for its turn again.
        }
        catch (StalledException stalled)
        {
            GiveUp(stalled.Message, owned.Elapsed);
        }
        catch (TopicsChangedException changed)
        {
            Halt(changed.Message, stop);
        }
    }

    /// <summary>On the loop's thread.</summary>
    private void Work(CommittedCheckpoint committed, Pulse pulse, CancellationToken end)
    {
        using var loop = new PipelineLoop(Patient(), monitor, committed, store, openSource, board, time, logger, snapshots, pulse, formats, openAnswers);
        loop.Restore(end);
        try
        {
            while (!end.IsCancellationRequested) loop.Cycle(end);
        }
        catch (StalledException)
        {
            // What it has read counts: the next owner need not read it again.
            loop.Stop();
            throw;
        }

        loop.Stop();
    }

    private PipelineOptions Patient() => options with { StallTimeout = options.StallTimeout * _patience };

    private void Watch(Task work, Pulse pulse, CancellationTokenSource end, CancellationToken stop)
    {
        var (silent, lost) = (TimeSpan.Zero, TimeSpan.Zero);
        long beats = pulse.Beats;
        long last = Stopwatch.GetTimestamp();
        while (Task.WaitAny([work], Look) < 0)
        {
            var step = Stopwatch.GetElapsedTime(last) is var elapsed && elapsed < MostStep ? elapsed : MostStep;
            last = Stopwatch.GetTimestamp();
            long now = pulse.Beats;
            lost = store.Lost ? lost + step : TimeSpan.Zero;
            // It notices by its next commit; if it does not, it is told.
            if (lost > options.StopTimeout) end.Cancel();
            bool leaves = stop.IsCancellationRequested || lost > TimeSpan.Zero;
            // Before the first beat it unpacks what was committed, which takes as long as there is much of it.
            silent = now != beats || (now == 0 && !leaves) ? TimeSpan.Zero : silent + step;
            beats = now;
            var most = leaves && options.StopTimeout + CloseMargin < options.StallTimeout ? options.StopTimeout + CloseMargin : options.StallTimeout;
            if (silent >= most) Abandon(work, silent, stop.IsCancellationRequested ? "it was told to stop" : lost > TimeSpan.Zero ? "another instance owns the task now" : null);
            if (silent >= options.StallTimeout / 2) Say($"The loop has not answered for {silent.TotalSeconds:0} s; after {options.StallTimeout.TotalSeconds:0} s (pipeline.stallTimeout) this instance gives up ownership and ends.");
        }
    }

    private void Abandon(Task work, TimeSpan silent, string? occasion)
    {
        // Whatever becomes of it is no news.
        _ = work.ContinueWith(left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        string why =
            $"The loop has not answered for {silent.TotalSeconds:0.#} s{(occasion is null ? "" : " although " + occasion)}: it hangs in a call. " +
            "This instance gives up ownership and the process ends; a standby or the next start goes on at the last commit, and nothing is lost.";
        Log.Hangs(logger, why);
        Say(why);
        store.Leave();
        throw new LoopHungException(why);
    }

    /// <summary>The loop cannot say it itself. When it was last heard of stays as it is.</summary>
    private void Say(string trouble)
    {
        var picture = board.Current;
        if (picture.Phase != ServicePhase.Stalled || picture.Trouble != trouble) board.Publish(picture with { Phase = ServicePhase.Stalled, Trouble = trouble });
    }

    private void GiveUp(string why, TimeSpan owned)
    {
        Log.Stalled(logger, why);
        // Were it the topic and not our client, each owner would give up soon: then ever more rarely.
        _patience = owned < options.StallTimeout * _patience * 4 ? Math.Min(_patience * 2, MostPatience) : 1;
        if (!store.HandOver()) throw new LoopHungException("The call that commits does not end either. The process ends; a standby or the next start goes on at the last commit.");
    }

    /// <summary>Keeps the task, shows what was committed and says what has happened, until an operator has decided. Nothing is read: no number would belong to what there is.</summary>
    private void Halt(string why, CancellationToken stop)
    {
        Log.Halted(logger, why);
        while (!stop.IsCancellationRequested && !store.Lost)
        {
            var now = time.GetUtcNow();
            board.Publish(board.Current with { Phase = ServicePhase.Halted, Trouble = why, TakenAt = now, LastPoll = now });
            stop.WaitHandle.WaitOne(options.PublishInterval < MostStep ? options.PublishInterval : MostStep);
        }
    }

    private T Await<T>(Task<T> task, CancellationToken stop)
    {
        long? stopped = null;
        while (Task.WaitAny([task], Look) < 0)
        {
            if (stop.IsCancellationRequested && Stopwatch.GetElapsedTime(stopped ??= Stopwatch.GetTimestamp()) > options.StopTimeout) throw new OperationCanceledException(stop);
            var status = store.Status;
            board.Publish(new ServiceSnapshot
            {
                Phase = status.Role switch { StoreRole.Standby => ServicePhase.Standby, StoreRole.TakingOver or StoreRole.Owner => ServicePhase.Restoring, StoreRole.Connecting => status.Answered ? ServicePhase.Starting : ServicePhase.Disconnected, _ => throw new UnreachableException() },
                Trouble = status.Trouble,
                Warnings = status.Warnings,
                Owner = status.Role == StoreRole.Standby ? status.Owner : null,
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

        return task.GetAwaiter().GetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Fenced: {Reason} Discarding local state and returning to standby")]
        public static partial void Fenced(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} Giving up ownership so that a standby takes over; rejoining with a new client")]
        public static partial void Stalled(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Critical, Message = "{Reason}")]
        public static partial void Hangs(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Critical, Message = "Consumption stopped: {Reason}")]
        public static partial void Halted(ILogger logger, string reason);
    }
}

/// <summary>The loop's thread hangs and cannot be ended; only the end of the process frees what it holds.</summary>
internal sealed class LoopHungException(string message) : Exception(message);
