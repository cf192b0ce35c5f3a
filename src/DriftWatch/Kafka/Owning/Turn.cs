using Confluent.Kafka;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Owning;

/// <summary>Whose turn it is to work: membership in the group, the turn that was taken over with, and what being fenced meant.</summary>
/// <remarks>For one thread, but for <see cref="Ownership"/> and <see cref="Leave"/>.</remarks>
internal sealed class Turn(KafkaOptions options, TimeProvider time, ILogger logger, ClientLog clientLog)
{
    /// <summary>In real time, whatever the clock says: librdkafka and the brokers, for whom it waits, know no other.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly ConsecutiveFencing _row = new(time);
    private Coordinator? _coordinator;
    private long _number;
    private bool _fenced;

    /// <summary>What the group says about the task; <see cref="Ownership.Others"/> also once it was left.</summary>
    public Ownership Ownership => _coordinator?.Ownership ?? Ownership.Others;

    /// <summary>Why we are no member; null if we are one, or are about to be.</summary>
    public Error? Trouble => _coordinator?.Trouble;

    /// <summary>Whether the group has not taken the task since <see cref="Await"/>: another may have worked in between, even if it is ours again.</summary>
    public bool IsTheSame => _coordinator?.Turns == _number;

    /// <summary>Who we are in the group, for a transaction that stores its offsets.</summary>
    /// <exception cref="OperationCanceledException">We have left it.</exception>
    public IConsumerGroupMetadata Member() => _coordinator is { } member ? member.Member() : throw new OperationCanceledException("This instance has left the group.");

    /// <summary>Becomes a member, if it is none.</summary>
    public void Join() => _coordinator ??= new Coordinator(options, time, logger, clientLog);

    /// <summary>Waits until the task is ours.</summary>
    /// <param name="waiting">Called again and again meanwhile; may leave the group and join it again.</param>
    /// <param name="cancel">Ends the wait.</param>
    public void Await(Action waiting, CancellationToken cancel)
    {
        while (Ownership != Ownership.Ours)
        {
            waiting();
            Pause(cancel);
        }

        Renew();
    }

    /// <summary>Goes on with the turn that the group counts now.</summary>
    public void Renew() => _number = _coordinator!.Turns;

    /// <summary>The brokers refused our producer as an older one.</summary>
    public void Fenced() => _fenced = true;

    /// <summary>After <see cref="Fenced"/>: by the new owner, or although we are the owner? Whoever slept learns it from the group within a heartbeat.</summary>
    /// <returns>Whether we were fenced as the owner once too often: someone else commits under our name.</returns>
    public bool IsFencedByStranger(CancellationToken cancel)
    {
        if (!_fenced) return false;
        var until = time.GetUtcNow() + options.HeartbeatInterval + TimeSpan.FromSeconds(1);
        while (IsTheSame && time.GetUtcNow() < until) Pause(cancel);
        _fenced = false;
        if (IsTheSame) return _row.FencedAsOwner();
        _row.HandedOver();
        return false;
    }

    public void TookOver() => _row.TookOver();

    public void Committed() => _row.Committed();

    /// <summary>Leaves the group, so that another member is given the task at once.</summary>
    /// <param name="most">How long it may take; afterwards the brokers find out by the session time-out.</param>
    /// <returns>Whether the brokers know it.</returns>
    public bool Leave(TimeSpan most) => Interlocked.Exchange(ref _coordinator, null)?.Leave(most) ?? true;

    private static void Pause(CancellationToken cancel)
    {
        cancel.WaitHandle.WaitOne(Poll);
        cancel.ThrowIfCancellationRequested();
    }
}
