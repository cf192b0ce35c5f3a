using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Producing;

/// <summary>What the store says of itself: where it stands, what is wrong, what was lost. Read by other threads at any time, written by one.</summary>
internal sealed partial class StatusKeeper(KafkaOptions options, ILogger logger)
{
    private volatile StoreStatus _status = new(StoreRole.Connecting);
    private IReadOnlyList<string> _checked = [];
    private bool _saidWarnings;

    public StoreStatus Status => _status;

    public void Show(StoreRole role, string? trouble, bool answered = true)
    {
        var before = _status;
        if (before.Role == role && before.Trouble == trouble && before.Answered == answered) return;
        _status = before with { Role = role, Trouble = trouble, Answered = answered };
        if (trouble is not null && trouble != before.Trouble) Log.Troubled(logger, trouble);
    }

    /// <summary>Another works now.</summary>
    public void Fenced() => _status = _status with { Role = StoreRole.Connecting, Trouble = null, Fenced = _status.Fenced + 1 };

    /// <summary>Where the owner is, while another works.</summary>
    public void ShowOwner(string? owner)
    {
        if (_status.Owner != owner) _status = _status with { Owner = owner };
    }

    /// <summary>A try to commit failed.</summary>
    public void Failed() => _status = _status with { Failures = _status.Failures + 1 };

    /// <summary>What the checks at start warned of; logged once.</summary>
    public void Warn(IReadOnlyList<string> warnings)
    {
        _checked = warnings;
        ShowWarnings();
        if (_saidWarnings) return;
        _saidWarnings = true;
        foreach (string warning in warnings) Log.Warned(logger, warning);
    }

    /// <summary>Says once an epoch which dead letters were lost, without what is in them.</summary>
    public void Dropped(List<OutgoingRecord> letters)
    {
        var first = letters[0];
        Log.Dropped(
            logger, letters.Count, DeadLetter.TextOf(first, DeadLetter.SourceTopic), DeadLetter.TextOf(first, DeadLetter.SourcePartitionNumber), DeadLetter.TextOf(first, DeadLetter.SourceOffset),
            DeadLetter.TextOf(first, DeadLetter.Reason), LetterCut.SizeOf(first), options.DeadLetterTopic);
        _status = _status with { DroppedLetters = _status.DroppedLetters + letters.Count };
        ShowWarnings();
    }

    private void ShowWarnings() => _status = _status with
    {
        Warnings = _status.DroppedLetters == 0 ? _checked :
        [
            .. _checked,
            $"{_status.DroppedLetters} dead letters were dropped since this process began: topic {options.DeadLetterTopic} does not take them however short they are. " +
            "Raise its max.message.bytes, and leave it uncompacted; the log names the first of them.",
        ],
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
        public static partial void Warned(ILogger logger, string warning);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Trouble}")]
        public static partial void Troubled(ILogger logger, string trouble);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Count} dead letters were dropped: topic {DeadLetterTopic} does not take them however short they are. The first was {Topic}[{Partition}]@{Offset}, rejected as {Reason}, {Bytes} bytes. Raise max.message.bytes of that topic, and leave it uncompacted; the records are still in their own topic")]
        public static partial void Dropped(ILogger logger, int count, string? topic, string? partition, string? offset, string? reason, long bytes, string deadLetterTopic);
    }
}
