using System.Globalization;
using System.Text;
using DriftWatch.Core.Input;

namespace DriftWatch.Pipeline;

/// <summary>A record that could not be read, as it is set aside: its own bytes, key and headers, and why and whence in headers of ours.</summary>
/// <remarks>
/// A dead letter that is fed to an input again, and refused again, carries one set of our headers: the newest reason and place, how often it was refused,
/// and from its first time what would be lost otherwise: its timestamp, and the lengths of what was cut.
/// </remarks>
internal static class DeadLetter
{
    public const string Reason = "dw_error_reason";
    public const string Detail = "dw_error_detail";

    /// <summary>How often the record has been refused: 1, and more when it was fed to an input again.</summary>
    public const string Count = "dw_error_count";
    public const string SourceTopic = "dw_source_topic";
    public const string SourcePartitionNumber = "dw_source_partition";
    public const string SourceOffset = "dw_source_offset";

    /// <summary>Kafka's timestamp of the record when it was first refused, in epoch milliseconds; absent if it had none.</summary>
    public const string Timestamp = "dw_original_timestamp";

    /// <summary><c>CreateTime</c> or <c>LogAppendTime</c>.</summary>
    public const string TimestampType = "dw_original_timestamp_type";

    /// <summary>Bytes that the value had before it was cut.</summary>
    public const string ValueTruncated = "dw_value_truncated";

    /// <summary>Bytes that the key had before it was cut.</summary>
    public const string KeyTruncated = "dw_key_truncated";

    /// <summary>Bytes that the record's own headers had, names and values, before they were cut.</summary>
    public const string HeadersTruncated = "dw_headers_truncated";

    private static readonly HashSet<string> Ours =
        [Reason, Detail, Count, SourceTopic, SourcePartitionNumber, SourceOffset, Timestamp, TimestampType, ValueTruncated, KeyTruncated, HeadersTruncated];

    private static readonly string[] OfTheFirstTime = [Timestamp, TimestampType, ValueTruncated, KeyTruncated, HeadersTruncated];

    public static OutgoingRecord Of(RecordBatch batch, int index, SourcePartition source, RejectReason reason, string? detail)
    {
        var record = batch[index];
        return Of(
            new SingleRecord(source.Topic, source.Partition, batch.OffsetOf(index), record.HasKey ? record.Key.ToArray() : null, record.IsTombstone ? null : record.Value.ToArray(), batch.HeadersOf(index))
            {
                Timestamp = batch.TimestampOf(index),
                TimestampType = batch.TimestampTypeOf(index),
            },
            reason.Name(),
            detail);
    }

    /// <param name="record">The record.</param>
    /// <param name="reason">Why it could not be read, in one word.</param>
    /// <param name="detail">That in words.</param>
    public static OutgoingRecord Of(SingleRecord record, string reason, string? detail)
    {
        List<RecordHeader> headers = [.. record.Headers.Where(h => !IsOurs(h.Name))];
        bool again = headers.Count < record.Headers.Count;
        headers.Add(Text(Reason, reason));
        if (detail is not null) headers.Add(Text(Detail, detail));
        headers.Add(Text(Count, again ? (Times(record.Headers) + 1).ToString(CultureInfo.InvariantCulture) : "1"));
        headers.Add(Text(SourceTopic, record.Topic));
        headers.Add(Text(SourcePartitionNumber, record.Partition.ToString(CultureInfo.InvariantCulture)));
        headers.Add(Text(SourceOffset, record.Offset.ToString(CultureInfo.InvariantCulture)));
        if (again) headers.AddRange(OfTheFirstTime.SelectMany(name => record.Headers.Where(h => h.Name == name).TakeLast(1)));
        else if (record.TimestampType is { } type) headers.AddRange([Text(DeadLetter.Timestamp, record.Timestamp.ToString(CultureInfo.InvariantCulture)), Text(DeadLetter.TimestampType, type)]);
        return new OutgoingRecord(OutputTopic.DeadLetters, record.Key, record.Value, headers);
    }

    /// <summary>Whether a header is one of those that are added here.</summary>
    public static bool IsOurs(string header) => Ours.Contains(header);

    /// <summary>The text of one of our headers; null if the record does not have it.</summary>
    public static string? TextOf(OutgoingRecord letter, string header) =>
        letter.Headers.LastOrDefault(h => h.Name == header).Value is { } text ? Encoding.UTF8.GetString(text) : null;

    public static RecordHeader Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    /// <summary>How often a record that comes again was refused before: once at least.</summary>
    private static int Times(IEnumerable<RecordHeader> headers) =>
        int.TryParse(headers.LastOrDefault(h => h.Name == Count).Value, NumberStyles.None, CultureInfo.InvariantCulture, out int times) ? Math.Clamp(times, 1, int.MaxValue - 1) : 1;
}
