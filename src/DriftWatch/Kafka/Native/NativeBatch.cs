using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Confluent.Kafka;
using DriftWatch.Core.Input;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Native;

/// <summary>Records in librdkafka's own memory, seen through spans: no copy, no object per record.</summary>
internal sealed unsafe class NativeBatch : RecordBatch, IDisposable
{
    private const int CacheLine = 64, MostPrefetched = 512, Ahead = 8;

    private readonly NativeMethods.Message** _messages;
    private readonly int _capacity;
    private int _held;
    private bool _needsKafkaTime;
    private readonly List<(int Code, long Offset, string? Text)> _events = [];
    private byte[][] _headers = [];
    private IReadOnlyList<string> _headerNames = [];

    public NativeBatch(int capacity)
    {
        _capacity = capacity;
        _messages = (NativeMethods.Message**)NativeMemory.Alloc((nuint)capacity, (nuint)sizeof(void*));
    }

    /// <summary>Takes what lies in the queue; gives what is not a record to <paramref name="onEvent"/>.</summary>
    public void Fill(nint queue, int timeoutMilliseconds, int most, SourcePartition? partition, Action<int, long, string?> onEvent)
    {
        Release();
        _events.Clear();
        nint taken = NativeMethods.rd_kafka_consume_batch_queue(queue, timeoutMilliseconds, _messages, (nuint)Math.Min(most, _capacity));
        int kept = 0;
        for (int i = 0; i < taken; i++)
        {
            if (Sse.IsSupported && i + Ahead < taken) Sse.Prefetch0(_messages[i + Ahead]);
            var message = _messages[i];
            if (message->Error == 0)
            {
                _messages[kept++] = message;
                continue;
            }

            string? text = message->Payload == null ? null : Encoding.UTF8.GetString(message->Payload, (int)message->PayloadLength);
            _events.Add((message->Error, message->Offset, text));
            NativeMethods.rd_kafka_message_destroy(message);
        }

        Count = _held = kept;
        if (partition is not null) Need(partition);
        // Last, when every message is either ours or given back: one that were lost on the way would keep the client from ever closing.
        foreach (var (code, offset, text) in _events) onEvent(code, offset, text);
    }

    /// <summary>Takes records that were given back.</summary>
    public void Refill(List<nint> returned, int most, SourcePartition partition)
    {
        Release();
        int taken = Math.Min(Math.Min(most, _capacity), returned.Count);
        for (int i = 0; i < taken; i++) _messages[i] = (NativeMethods.Message*)returned[i];
        returned.RemoveRange(0, taken);
        Count = _held = taken;
        Need(partition);
    }

    /// <summary>Gives the records from <paramref name="from"/> on to somebody else to keep, before what he has.</summary>
    public void Return(int from, List<nint> to)
    {
        for (int i = _held - 1; i >= from; i--) to.Insert(0, (nint)_messages[i]);
        Count = _held = from;
    }

    public static void Destroy(nint message) => NativeMethods.rd_kafka_message_destroy((NativeMethods.Message*)message);

    public override RecordView this[int index]
    {
        get
        {
            var message = _messages[index];
            return new RecordView
            {
                Value = new ReadOnlySpan<byte>(message->Payload, (int)message->PayloadLength),
                IsTombstone = message->Payload == null,
                HasKey = message->Key != null,
                Key = new ReadOnlySpan<byte>(message->Key, (int)message->KeyLength),
                KafkaTimestamp = _needsKafkaTime ? TimestampOf(index) : -1,
                Headers = this,
                Index = index,
            };
        }
    }

    /// <inheritdoc/>
    /// <remarks>Another thread wrote their bytes, so none of them is in this core's cache.</remarks>
    public override void Prefetch(int from, int to)
    {
        if (!Sse.IsSupported) return;
        for (int i = from; i < to; i++)
        {
            byte* payload = _messages[i]->Payload;
            byte* end = payload + Math.Min(_messages[i]->PayloadLength, MostPrefetched);
            for (; payload < end; payload += CacheLine) Sse.Prefetch0(payload);
        }
    }

    public override long OffsetOf(int index) => _messages[index]->Offset;

    public override ReadOnlySpan<byte> HeaderOf(int record, int header) => LastHeader(_messages[record], _headers[header]);

    public override long TimestampOf(int index)
    {
        int kind;
        long milliseconds = NativeMethods.rd_kafka_message_timestamp(_messages[index], &kind);
        return kind == 0 ? -1 : milliseconds;
    }

    public override string? TimestampTypeOf(int index)
    {
        int kind;
        NativeMethods.rd_kafka_message_timestamp(_messages[index], &kind);
        return kind switch
        {
            0 => null,
            1 => nameof(TimestampType.CreateTime),
            _ => nameof(TimestampType.LogAppendTime),
        };
    }

    public override IReadOnlyList<RecordHeader> HeadersOf(int index)
    {
        nint headers;
        if (NativeMethods.rd_kafka_message_headers(_messages[index], &headers) != 0) return [];
        List<RecordHeader> copy = [];
        byte* name;
        byte* value;
        nuint size;
        for (nuint i = 0; NativeMethods.rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; i++)
        {
            copy.Add(new RecordHeader(Marshal.PtrToStringUTF8((nint)name)!, value == null ? null : new ReadOnlySpan<byte>(value, (int)size).ToArray()));
        }

        return copy;
    }

    /// <summary>Gives the records back to librdkafka.</summary>
    public void Release()
    {
        for (int i = 0; i < _held; i++) NativeMethods.rd_kafka_message_destroy(_messages[i]);
        Count = _held = 0;
    }

    public void Dispose()
    {
        Release();
        NativeMemory.Free(_messages);
    }

    private void Need(SourcePartition partition)
    {
        _needsKafkaTime = partition.NeedsKafkaTime;
        if (ReferenceEquals(_headerNames, partition.NeedsHeaders)) return;
        _headerNames = partition.NeedsHeaders;
        _headers = [.. _headerNames.Select(name => Encoding.UTF8.GetBytes(name + "\0"))];
    }

    private static ReadOnlySpan<byte> LastHeader(NativeMethods.Message* message, byte[] name)
    {
        nint headers;
        byte* value;
        nuint size;
        if (NativeMethods.rd_kafka_message_headers(message, &headers) != 0) return default;
        fixed (byte* text = name)
        {
            return NativeMethods.rd_kafka_header_get_last(headers, text, &value, &size) == 0 ? new ReadOnlySpan<byte>(value, (int)size) : default;
        }
    }
}
