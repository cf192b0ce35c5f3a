using Confluent.Kafka;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Producing;

/// <summary>What became of one try to commit an epoch.</summary>
internal enum TryResult
{
    Committed,

    /// <summary>The transaction was aborted and nothing of it counts; the epoch may be sent again.</summary>
    Aborted,

    /// <summary>The producer is of no use any more: a newer one with the same id has shut it out, or it was too slow.</summary>
    Fenced,
}

/// <summary>One owner's producer. Its calls wait, and are told again what timed out until the brokers answer: whether a commit came through is never left open.</summary>
/// <remarks>For one thread. Three fates of an error: what may pass is called again, what spoils the transaction aborts it, what spoils the producer ends it.</remarks>
internal sealed class TransactionalProducer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastPatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly Action<Error> _waiting;
    private readonly CancellationToken _leave;
    private readonly List<Refusal> _refused = [];
    private readonly Lock _calls = new(); // a client that is destroyed while it is called ends the process
    private bool _disposed;

    /// <summary>Makes the producer; nobody is fenced yet.</summary>
    /// <param name="options">The user's settings.</param>
    /// <param name="batchBytes">The largest record batch that every topic of ours takes.</param>
    /// <param name="clientLog">Where the client's own words go.</param>
    /// <param name="waiting">Is told, on the caller's thread, why a call is not answered yet.</param>
    /// <param name="leave">Ends all waiting.</param>
    public TransactionalProducer(KafkaOptions options, int batchBytes, ClientLog clientLog, Action<Error> waiting, CancellationToken leave)
    {
        (_waiting, _leave) = (waiting, leave);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(ClientSettings.Transactions(options, batchBytes))
            .SetErrorHandler((_, error) => clientLog.Error(error))
            .SetLogHandler((_, message) => clientLog.Write(message))
            .Build();
    }

    /// <summary>Why the last try did not succeed; null if it did.</summary>
    public Error? Trouble { get; private set; }

    /// <summary>What of the last try the brokers will not take as it is: too large, or not fit for its topic.</summary>
    public IReadOnlyCollection<Refusal> Refused
    {
        get
        {
            lock (_refused) return [.. _refused];
        }
    }

    /// <summary>Shuts out every predecessor; what it left unfinished is aborted, what it had begun to commit is committed before this returns.</summary>
    /// <exception cref="KafkaException">Fatal: this producer cannot be used, another may.</exception>
    public void TakeOver(CancellationToken cancel) => Retry(() => _producer.InitTransactions(Patience), cancel);

    /// <summary>One transaction with all records and offsets.</summary>
    public TryResult Try(IEnumerable<EpochRecord> records, IReadOnlyCollection<TopicPartitionOffset> offsets, Func<IConsumerGroupMetadata> member)
    {
        try
        {
            FailPoint.Reach("before-begin");
            Call(_producer.BeginTransaction);
            FailPoint.Reach("after-begin");
            Send(records);
            if (offsets.Count > 0) Retry(() => _producer.SendOffsetsToTransaction(offsets, member(), Patience), _leave);
            FailPoint.Reach("after-offsets");
            FailPoint.ReachSoon("commit-sent");
            Retry(() => _producer.CommitTransaction(Patience), _leave);
            FailPoint.Reach("after-commit");
            Trouble = null;
            return TryResult.Committed;
        }
        catch (KafkaException failure)
        {
            Note(failure.Error);
            return IsEnd(failure.Error) ? TryResult.Fenced : Abort();
        }
        catch (OperationCanceledException)
        {
            GiveUp();
            throw;
        }
    }

    /// <summary>Waits for the call under way; those that come later are told that it is over.</summary>
    public void Dispose()
    {
        lock (_calls)
        {
            if (_disposed) return;
            _disposed = true;
            _producer.Dispose();
        }
    }

    private void Send(IEnumerable<EpochRecord> records)
    {
        lock (_refused) _refused.Clear();
        foreach (var (to, message, number, alone) in records)
        {
            // What is sent while nothing waits, and before anything else does, has a batch of its own.
            if (alone) Call(() => _producer.Flush(_leave));
            while (!TryProduce(to, message, number)) _leave.WaitHandle.WaitOne(10);
            if (alone) Call(() => _producer.Flush(_leave));
            _leave.ThrowIfCancellationRequested();
            if (FailPoint.IsArmed("half-produced")) Call(() => _producer.Flush(_leave));
            FailPoint.Reach("half-produced");
        }

        if (FailPoint.IsArmed("after-produce")) Call(() => _producer.Flush(_leave));
        FailPoint.Reach("after-produce");
    }

    /// <returns>false: the client's queue is full, and empties by itself.</returns>
    private bool TryProduce(TopicPartition to, Message<byte[]?, byte[]?> message, int number)
    {
        try
        {
            Call(() => _producer.Produce(to, message, report => Delivered(report.Error, number)));
            return true;
        }
        catch (ProduceException<byte[]?, byte[]?> full) when (full.Error.Code == ErrorCode.Local_QueueFull && !_leave.IsCancellationRequested)
        {
            return false;
        }
        catch (ProduceException<byte[]?, byte[]?> refused)
        {
            Delivered(refused.Error, number);
            throw;
        }
    }

    // On the client's thread, or on ours when it refuses at once.
    private void Delivered(Error error, int number)
    {
        if (error.Code is not (ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord or ErrorCode.Local_InvalidDifferentRecord)) return;
        lock (_refused) _refused.Add(new(number, error.Code));
    }

    private TryResult Abort()
    {
        var cause = Trouble;
        try
        {
            Retry(() => _producer.AbortTransaction(Patience), _leave);
            // The reports of what was purged, and before them those of what was refused.
            Call(() => _producer.Flush(Patience));
            Trouble = cause;
            return TryResult.Aborted;
        }
        catch (KafkaException failure)
        {
            Note(failure.Error);
            return TryResult.Fenced;
        }
        catch (OperationCanceledException)
        {
            GiveUp();
            throw;
        }
    }

    /// <summary>We leave: what stays open holds readers back until it times out.</summary>
    private void GiveUp()
    {
        try
        {
            Call(() => _producer.AbortTransaction(LastPatience));
        }
        catch (Exception over) when (over is KafkaException or OperationCanceledException)
        {
            // The next owner aborts it, or the brokers do in time.
        }
    }

    /// <summary>Calls until the brokers answer. A call that timed out goes on in the client: the same call again takes it up.</summary>
    private void Retry(Action call, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                Call(call);
                return;
            }
            catch (KafkaRetriableException again)
            {
                _waiting(again.Error);
                cancel.WaitHandle.WaitOne(Pause);
            }
        }
    }

    /// <exception cref="OperationCanceledException">The producer was disposed of.</exception>
    private void Call(Action call)
    {
        lock (_calls)
        {
            if (_disposed) throw new OperationCanceledException("The producer was closed.");
            call();
        }
    }

    private void Note(Error error) => Trouble = error;

    /// <summary>Whether nothing can be done with this producer any more.</summary>
    private static bool IsEnd(Error error) =>
        error.IsFatal || error.Code is ErrorCode.Local_Fatal or ErrorCode.Local_Fenced or ErrorCode.InvalidProducerEpoch or ErrorCode.ProducerFenced;
}
