using DriftWatch.Kafka.Owning;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Producing;

/// <content>While another instance works.</content>
/// <remarks>
/// A standby is one that could take over, so it compares its settings with those of the stored state before it says that it is ready. One that could not
/// leaves the group: else the group might give it the task that it must not take. It comes back when the difference is gone.
/// </remarks>
internal sealed partial class KafkaEpochStore
{
    private static readonly TimeSpan StandAsidePatience = TimeSpan.FromSeconds(3);

    private readonly StateFit? _fit;
    private HeaderWatch? _headers;
    private OwnerLookup? _owner;
    private bool _stoodBy;

    /// <summary>One look while the group has given the task to another.</summary>
    private void StandBy(CancellationToken cancel)
    {
        _stoodBy = true;
        var owner = _owner ??= new OwnerLookup(_options, _time, _clientLog);
        owner.Look();
        _status.ShowOwner(owner.Owner);
        if (_fit is null)
        {
            _status.Show(StoreRole.Standby, null);
            return;
        }

        var headers = _headers ??= new HeaderWatch(_options, _clientLog);
        headers.Look();
        if (!headers.CaughtUp) return;
        if (headers.Header is null) _status.Show(StoreRole.Standby, "The owner has stored no state yet. This one is ready as soon as it can compare its settings with those of the state.");
        else if (_fit.Objection(headers.Header, Parts) is { } objection) StandAside(objection, cancel);
        else _status.Show(StoreRole.Standby, null);
    }

    /// <summary>Stays out of the group until the stored state fits.</summary>
    private void StandAside(string objection, CancellationToken cancel)
    {
        _turn.Leave(StandAsidePatience);
        for (string? reason = objection; reason is not null;)
        {
            _status.Show(StoreRole.Standby,
                $"{reason} This instance could not take over, so it stands aside and is not ready. Give it the settings of the owner; a service of its own needs another kafka.groupId. " +
                "To go on under the new settings, stop all instances and start one of these once with --reset-state.");
            cancel.WaitHandle.WaitOne(Poll);
            cancel.ThrowIfCancellationRequested();
            var headers = _headers ??= new HeaderWatch(_options, _clientLog);
            headers.Look();
            if (headers.CaughtUp) reason = headers.Header is null ? null : _fit!.Objection(headers.Header, Parts);
        }

        Log.Fits(_logger, _options.GroupId);
        _status.Show(StoreRole.Connecting, null);
        _turn.Join();
    }

    /// <summary>Whether what was found on taking over is nothing for us, after another has worked: then it is left to whom it fits.</summary>
    private string? ObjectionTo(CommittedCheckpoint found) =>
        _stoodBy && _fit is not null && found.Chunks.TryGetValue(CheckpointHeader.Key, out byte[]? header) ? _fit.Objection(header, Parts) : null;

    private void DropHeaders()
    {
        _headers?.Dispose();
        _owner?.Dispose();
        (_headers, _owner) = (null, null);
    }

    private IReadOnlyDictionary<string, StreamPart> Parts => field ??= new TopicPlan(_options).Parts;
}
