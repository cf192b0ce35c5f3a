using System.Runtime.InteropServices;

namespace DriftWatch.Kafka.Native;

/// <summary>The few functions of librdkafka that Confluent.Kafka does not offer: batches without a managed object per record.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "librdkafka";

    /// <summary>rd_kafka_message_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Payload;
        public nuint PayloadLength;
        public byte* Key;
        public nuint KeyLength;
        public long Offset;
        public nint Private;
    }

    [LibraryImport(Library)]
    public static partial nint rd_kafka_name(nint client);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rd_kafka_queue_get_partition(nint client, string topic, int partition);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_queue_get_consumer(nint client);

    [LibraryImport(Library)]
    public static partial void rd_kafka_queue_forward(nint source, nint destination);

    [LibraryImport(Library)]
    public static partial void rd_kafka_queue_destroy(nint queue);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_consume_batch_queue(nint queue, int timeoutMilliseconds, Message** messages, nuint size);

    [LibraryImport(Library)]
    public static partial void rd_kafka_message_destroy(Message* message);

    [LibraryImport(Library)]
    public static partial long rd_kafka_message_timestamp(Message* message, int* kind);

    [LibraryImport(Library)]
    public static partial int rd_kafka_message_headers(Message* message, nint* headers);

    [LibraryImport(Library)]
    public static partial int rd_kafka_header_get_all(nint headers, nuint index, byte** name, byte** value, nuint* size);

    [LibraryImport(Library)]
    public static partial int rd_kafka_header_get_last(nint headers, byte* name, byte** value, nuint* size);
}
