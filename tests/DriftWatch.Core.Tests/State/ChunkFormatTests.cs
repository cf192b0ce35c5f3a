using System.Buffers;

namespace DriftWatch.Core.State;

/// <summary>Every kind of chunk has a version of its own; chunks from before there were versions are told from all later ones.</summary>
public class ChunkFormatTests
{
    [Fact]
    public void A_chunk_of_a_newer_version_is_refused_by_its_kind_and_both_versions()
    {
        foreach (var format in ChunkFormat.All)
        {
            byte[] newer = [ChunkFormat.Frame, (byte)(format.Version + 1), 1, 2, 3];

            var refused = Assert.Throws<StateFormatException>(() => StateExchange.Reading(newer).Begin(format));

            Assert.Contains($"\"{format.Kind}\" have version {format.Version + 1}, this DriftWatch reads up to {format.Version}", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Go back", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void A_version_comes_back_and_older_ones_are_read_by_newer(byte version)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var written = StateExchange.Writing(bytes);
        written.Begin(new ChunkFormat("test", version));
        int number = 7;
        written.Exchange(ref number);

        foreach (byte reads in (byte[])[version, 200])
        {
            var read = StateExchange.Reading(bytes.WrittenMemory.ToArray());
            read.Begin(new ChunkFormat("test", reads));
            int found = 0;
            read.Exchange(ref found);
            read.AssertEnd();
            Assert.Equal((version, 7), (read.Version, found));
        }
    }

    [Theory]
    [InlineData("routes")]
    [InlineData("monitor")]
    [InlineData("series")]
    [InlineData("pipeline")]
    [InlineData("segment")]
    public void No_landmark_that_a_chunk_of_version_1_begins_with_looks_like_a_later_version(string mark)
    {
        var bytes = new ArrayBufferWriter<byte>();
        StateExchange.Writing(bytes).Mark(mark);
        Assert.NotEqual(ChunkFormat.Frame, bytes.WrittenSpan[0]);
    }

    [Fact]
    public void No_number_that_a_chunk_of_version_1_begins_with_looks_like_a_later_version()
    {
        // Lengths of texts, numbers of entries, clipped confidences: never negative.
        foreach (long number in (long[])[0, 1, 63, 64, 126, 127, 8191, 1 << 20, long.MaxValue])
        {
            var bytes = new ArrayBufferWriter<byte>();
            long value = number;
            StateExchange.Writing(bytes).Exchange(ref value);
            Assert.NotEqual(ChunkFormat.Frame, bytes.WrittenSpan[0]);
        }
    }
}
