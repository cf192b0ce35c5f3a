using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>Ends an epoch every interval: waits until its records are acknowledged, then stores the positions. Never blocks the loop.</summary>
internal sealed partial class Committer(IRecordSource source, CalibrationMonitor monitor, Reach reach, SentRequests requests, TimeSpan interval, ILogger logger)
{
    private Epoch? _sealed;
    private DateTimeOffset _due;
    private bool _last;
    private bool _sealedLast;

    /// <summary>The epoch that records are written in now.</summary>
    public Epoch Open { get; private set; } = new();

    public long Commits { get; private set; }

    public long Failures { get; private set; }

    /// <summary>Why the last commit failed; null if it did not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether everything is stored and no more will come.</summary>
    public bool Finished { get; private set; }

    /// <summary>Asks for one more commit, at once, after which there is none.</summary>
    public void RequestLast() => _last = true;

    public void Step(DateTimeOffset now, List<InputPartition> partitions, bool connected)
    {
        if (_sealed is null && (now >= _due || _last)) Seal(now, partitions);
        if (_sealed is null || !_sealed.Flushed || !connected) return;
        _sealed.Commit ??= source.Commit(_sealed.Positions!);
        if (_sealed.Commit.IsCompleted) End(_sealed, partitions);
    }

    private void Seal(DateTimeOffset now, List<InputPartition> partitions)
    {
        _due = now + interval;
        _sealedLast = _last;
        if (partitions.Count == 0)
        {
            Finished = _last;
            return;
        }

        _sealed = Open;
        Open = new Epoch();
        EventTime? predictions = monitor.Watermark is { } watermark ? reach.Predictions(watermark, monitor.Episodes) : null;
        EventTime? labels = predictions - reach.Lead;
        _sealed.Seal([.. partitions.Select((p, i) => Position(p, p.Stream.Part == StreamPart.Predictions ? predictions : labels, predictions, first: i == 0))]);
    }

    private CommittedPosition Position(InputPartition partition, EventTime? needed, EventTime? from, bool first)
    {
        var source = partition.Source;
        // While an earlier run's stretch is read again, that run's note stays true.
        long next = Math.Max(source.Position, source.Previous?.Note.Next ?? -1);
        long floor = Math.Max(from?.Milliseconds ?? long.MinValue, source.Previous?.Note.From ?? long.MinValue);
        return new CommittedPosition(source.Topic, source.Partition, partition.SafeFor(needed), new PositionNote(next, floor, first ? requests.Sent : []));
    }

    private void End(Epoch epoch, List<InputPartition> partitions)
    {
        _sealed = null;
        if (epoch.Commit!.IsCompletedSuccessfully)
        {
            Commits++;
            Trouble = null;
            for (int i = 0; i < epoch.Positions!.Count; i++) partitions[i].SafeOffset = epoch.Positions[i].SafeOffset;
            Finished = _sealedLast;
            return;
        }

        Failures++;
        string reason = epoch.Commit.Exception!.InnerException!.Message;
        if (Trouble is null) Log.CommitFailed(logger, reason);
        Trouble = $"Positions could not be stored ({reason}); what was read since is read again after a restart.";
        // The next epoch's positions take in this one's.
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Positions could not be stored: {Reason}. Trying again with the next ones")]
        public static partial void CommitFailed(ILogger logger, string reason);
    }
}
