using Confluent.Kafka;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Pipeline.Recovery;

namespace DriftWatch.Kafka.Owning;

/// <summary>Follows the header of the stored state without owning the task: what a standby compares its settings with.</summary>
/// <remarks>Reads the checkpoint topic once from its beginning, then what is added; keeps the header alone. Used by one thread.</remarks>
internal sealed class HeaderWatch : IDisposable
{
    /// <summary>A look never takes longer than reading so many records.</summary>
    private const int MostRecords = 10_000;

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly string _group;
    private readonly ChunkStore _shelf;
    private readonly TopicPartition _topic;
    private long? _end; // of the log when it began

    public HeaderWatch(KafkaOptions options, ClientLog clientLog)
    {
        (_group, _shelf) = (options.GroupId, new ChunkStore(options.GroupId));
        _consumer = new ConsumerBuilder<byte[], byte[]>(ClientSettings.Checkpoint(options))
            .SetErrorHandler((_, error) => clientLog.Error(error))
            .SetLogHandler((_, message) => clientLog.Write(message))
            .Build();
        _topic = new(options.CheckpointTopic, 0);
        _consumer.Assign(new TopicPartitionOffset(_topic, Offset.Beginning));
    }

    /// <summary>Whether everything that was committed when it began has been read.</summary>
    public bool CaughtUp { get; private set; }

    /// <summary>The newest header; null: there is none, or it has not been read yet.</summary>
    public byte[]? Header { get; private set; }

    /// <summary>Takes in what is there. Never waits.</summary>
    /// <exception cref="KafkaException">A broker refused; begin again with another.</exception>
    public void Look()
    {
        bool changed = false;
        for (int i = 0; i < MostRecords && _consumer.Consume(TimeSpan.Zero) is { } read; i++)
        {
            if (read.IsPartitionEOF)
            {
                CaughtUp = true;
                continue;
            }

            // The client tells of the end only when there was nothing to fetch: never, while an owner writes faster than it fetches.
            _end ??= _consumer.GetWatermarkOffsets(_topic).High is { IsSpecial: false } high ? high.Value : null;
            CaughtUp |= read.Offset.Value + 1 >= _end;
            if (read.Message.Key is { } key && ChunkParts.ParseKey(key, _group) is (CheckpointHeader.Key, _))
            {
                _shelf.Add(key, read.Message.Value);
                changed = true;
            }
        }

        if (changed) Assemble();
    }

    public void Dispose() => _consumer.Dispose();

    private void Assemble()
    {
        try
        {
            Header = _shelf.Assemble().GetValueOrDefault(CheckpointHeader.Key);
        }
        catch (FormatException)
        {
            // Some of its parts are yet to come; what stays damaged the next owner refuses.
        }
    }
}
