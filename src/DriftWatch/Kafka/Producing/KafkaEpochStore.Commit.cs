using Confluent.Kafka;
using DriftWatch.Core.Time;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Owning;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Producing;

/// <content>The owner's commits.</content>
internal sealed partial class KafkaEpochStore
{
    private void CommitOrLose(SealedEpoch epoch)
    {
        try
        {
            bool resets = _resets && epoch.Chunks.Count > 0;
            int before = _partCounts.Count;
            CommitUntilDone(resets ? Replacing(epoch) : epoch);
            _turn.Committed();
            if (resets)
            {
                _resets = false;
                Log.Reset(_logger, _options.GroupId, before);
            }

            _status.Show(StoreRole.Owner, null);
        }
        catch (FencedException)
        {
            _turn.Fenced();
            _status.Fenced();
            throw;
        }
    }

    /// <summary>The epoch with which nothing of the old state is left.</summary>
    private SealedEpoch Replacing(SealedEpoch epoch)
    {
        var written = epoch.Chunks.Select(chunk => chunk.Key).ToHashSet(StringComparer.Ordinal);
        return epoch with { Chunks = [.. _partCounts.Keys.Where(name => !written.Contains(name)).Select(name => KeyValuePair.Create(name, (byte[]?)null)), .. epoch.Chunks] };
    }

    private void CommitUntilDone(SealedEpoch epoch)
    {
        AwaitMembership();
        if (IsEmpty(epoch)) return;
        var records = new EpochRecords(_options, epoch, _partCounts, _partBytes, _letterLimit);
        TopicPartitionOffset[] offsets =
        [
            .. epoch.Positions.Select(p => new TopicPartitionOffset(p.Topic, p.Partition, p.Offset)),
            .. epoch.Answers.Select(p => new TopicPartitionOffset(p.Topic, p.Partition, p.Offset)),
        ];
        for (var pause = LeastPause; ; pause = pause * 2 < MostPause ? pause * 2 : MostPause)
        {
            switch (_producer!.Try(records.All(), offsets, _turn.Member))
            {
                case TryResult.Committed:
                    Remember(epoch, records);
                    return;
                case TryResult.Fenced:
                    throw FencedBy(_producer.Trouble!);
            }

            _status.Failed();
            if (Adapt(records, _producer.Trouble!)) pause = LeastPause;
            _leave.Token.WaitHandle.WaitOne(pause);
            _leave.Token.ThrowIfCancellationRequested();
            AwaitMembership();
        }
    }

    /// <summary>Waits while the group does not know us; it may yet leave the task with us, and then nothing was lost.</summary>
    private void AwaitMembership()
    {
        while (_turn.Ownership == Ownership.Unknown)
        {
            _status.Show(StoreRole.Owner, _turn.Trouble is { } trouble
                ? _clientLog.Causes.Describe(trouble)
                : $"Consumer group {_options.GroupId} no longer lists this instance as a member; commits wait until it has rejoined.");
            _leave.Token.WaitHandle.WaitOne(Poll);
            _leave.Token.ThrowIfCancellationRequested();
        }

        if (_turn.Ownership == Ownership.Others)
        {
            throw new FencedException($"Lost ownership of consumer group {_options.GroupId} to another instance, which reads again what came since the last commit.");
        }

        // It left and came back: someone else may have worked in between. Only the brokers know, so ask them with the next epoch.
        if (_turn.IsTheSame) return;
        _turn.Renew();
        _refreshed = DateTimeOffset.MinValue;
    }

    private bool IsEmpty(SealedEpoch epoch) =>
        epoch.Records.Count == 0 && epoch.Chunks.Count == 0 && _time.GetUtcNow() - _refreshed < RefreshInterval &&
        epoch.Positions.All(p => _committed.TryGetValue((p.Topic, p.Partition), out long offset) && offset == p.Offset);

    private void Remember(SealedEpoch epoch, EpochRecords records)
    {
        foreach (var position in epoch.Positions) _committed[(position.Topic, position.Partition)] = position.Offset;
        foreach (var (name, parts) in records.NewPartCounts())
        {
            if (parts == 0) _partCounts.Remove(name);
            else _partCounts[name] = parts;
        }

        (_partBytes, _letterLimit) = (records.PartBytes, records.LetterLimit);
        if (records.DroppedLetters.ToList() is { Count: > 0 } dropped) _status.Dropped(dropped);
        _refreshed = _time.GetUtcNow();
    }

    /// <returns>Whether the next try is another one.</returns>
    private bool Adapt(EpochRecords records, Error cause)
    {
        var refused = _producer!.Refused;
        if (refused.Count > 0 && records.Shrink(refused)) return true;
        _status.Show(StoreRole.Owner, refused.Count > 0
            ? $"Topic {records.TopicOf(refused.First())} rejects a record that the epoch needs ({cause.Reason}). Commits are blocked until its max.message.bytes is raised."
            : $"An epoch was aborted and is sent again: {Unanswered(cause)}");
        return false;
    }

    private FencedException FencedBy(Error cause)
    {
        string reason =
            $"The brokers take nothing more from this instance ({cause.Reason}): another one has taken over ownership of consumer group {_options.GroupId}, " +
            $"or an epoch took longer than kafka.transactionTimeout ({Durations.Format(_options.TransactionTimeout)}).";
        Log.Fenced(_logger, reason);
        return new FencedException(reason);
    }
}
