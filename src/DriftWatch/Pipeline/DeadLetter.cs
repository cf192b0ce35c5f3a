using System.Text;
using DriftWatch.Messages;

namespace DriftWatch.Pipeline;

/// <summary>A record that could not be read, as it is set aside: its own bytes, key and headers, and why and whence in headers of ours.</summary>
internal static class DeadLetter
{
    public const string Reason = "dw_error_reason";
    public const string Detail = "dw_error_detail";
    public const string SourceTopic = "dw_source_topic";
    public const string SourcePartitionNumber = "dw_source_partition";
    public const string SourceOffset = "dw_source_offset";

    public static OutgoingRecord Of(RecordBatch batch, int index, SourcePartition source, RejectReason reason, string? detail)
    {
        var record = batch[index];
        List<RecordHeader> headers = [.. batch.HeadersOf(index)];
        headers.Add(Text(Reason, reason.Name()));
        if (detail is not null) headers.Add(Text(Detail, detail));
        headers.Add(Text(SourceTopic, source.Topic));
        headers.Add(Text(SourcePartitionNumber, source.Partition.ToString()));
        headers.Add(Text(SourceOffset, batch.OffsetOf(index).ToString()));
        byte[]? key = record.Key.Length == 0 ? null : record.Key.ToArray();
        byte[]? value = record.IsTombstone ? null : record.Value.ToArray();
        return new OutgoingRecord(OutputTopic.DeadLetters, key, value, headers);
    }

    private static RecordHeader Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
