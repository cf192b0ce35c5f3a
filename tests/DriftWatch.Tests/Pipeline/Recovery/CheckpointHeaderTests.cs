using DriftWatch.Core.State;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>What a checkpoint says of itself comes back.</summary>
public sealed class CheckpointHeaderTests
{
    private const int FormatAt = 2; // after the landmark, as one byte: twice the number

    [Fact]
    public void Ids_of_topics_come_back_with_everything_else()
    {
        var written = Header();
        written.TopicIds["predictions"] = "kmU0Z1hlTvGb_2yxC1Hj3g";

        var read = Read(StateExchange.Write(written));

        Assert.Equal("kmU0Z1hlTvGb_2yxC1Hj3g", read.TopicIds["predictions"]);
        Assert.Single(read.TopicIds);
        AssertSame(written, read);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(10)]
    public void Other_formats_are_refused(byte format)
    {
        byte[] bytes = StateExchange.Write(Header());
        bytes[FormatAt] = format;

        var refused = Assert.Throws<StateFormatException>(() => Read(bytes));

        Assert.Contains($"has version {format / 2}, this DriftWatch reads ", refused.Message);
    }

    [Fact]
    public void A_kind_of_chunk_that_is_newer_is_refused_before_anything_is_read()
    {
        byte[] bytes = StateExchange.Write(Header());
        byte[] name = System.Text.Encoding.UTF8.GetBytes(ChunkFormat.Rule.Kind);
        bytes[bytes.AsSpan().LastIndexOf(name) + name.Length] = 2 * 50;

        var refused = Assert.Throws<StateFormatException>(() => Read(bytes));

        Assert.Contains($"\"rule\" have version 50, this DriftWatch reads up to {ChunkFormat.Rule.Version}", refused.Message);
    }

    private static CheckpointHeader Read(byte[] bytes)
    {
        var header = new CheckpointHeader();
        StateExchange.Read(header, bytes);
        return header;
    }

    private static CheckpointHeader Header()
    {
        var header = new CheckpointHeader { StateOf = 7, TableOf = 5, JournalFrom = "journal/0000000000000000003", Watermark = 1234, Pending = 3, HashKey = [.. Enumerable.Range(0, 16).Select(i => (byte)i)], Tally = [1, 2] };
        header.Partitions.Add(new(StreamPart.Predictions, "predictions", 0, 100));
        header.Partitions.Add(new(StreamPart.Labels, "labels", 3, 200));
        header.Settings["horizon"] = "1d";
        return header;
    }

    private static void AssertSame(CheckpointHeader one, CheckpointHeader other)
    {
        Assert.Equal((one.StateOf, one.TableOf, one.Watermark, one.Pending), (other.StateOf, other.TableOf, other.Watermark, other.Pending));
        Assert.Equal(one.JournalFrom, other.JournalFrom);
        Assert.Equal(one.Partitions, other.Partitions);
        Assert.Equal(one.Settings, other.Settings);
        Assert.Equal(one.HashKey, other.HashKey);
    }
}
