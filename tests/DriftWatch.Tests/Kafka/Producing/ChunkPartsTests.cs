using System.Text;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka.Producing;

public sealed class ChunkPartsTests
{
    [Fact]
    public void What_is_cut_is_put_together_again_whatever_the_lengths()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var shelf = new ChunkStore("g");
            Dictionary<string, byte[]> expected = [];
            for (int writing = 1; writing <= 4; writing++)
            {
                int most = random.Next(1, 40);
                foreach (string name in new[] { "a", "b/\tc", "" })
                {
                    byte[] value = new byte[random.Next(3) == 0 ? most * random.Next(4) : random.Next(200)];
                    random.NextBytes(value);
                    int before = shelf.PartCounts().GetValueOrDefault(name);
                    byte[][] parts = ChunkParts.Cut(value, most, writing);
                    Assert.Equal(ChunkParts.Count(value.Length, most), parts.Length);
                    Assert.All(parts, p => Assert.True(p.Length <= most + ChunkParts.HeaderBytes, $"seed {seed}"));
                    for (int part = 0; part < Math.Max(before, parts.Length); part++) shelf.Add(ChunkParts.Key("g", name, part), part < parts.Length ? parts[part] : null);
                    expected[name] = value;
                }
            }

            var read = shelf.Assemble();
            Assert.Equal(expected.Keys.Order(), read.Keys.Order());
            foreach (var (name, value) in expected) Assert.True(value.AsSpan().SequenceEqual(read[name]), $"seed {seed}, chunk {name}");
        }
    }

    [Theory]
    [InlineData("g", "g2")]
    [InlineData("g2", "g")]
    [InlineData("g 0", "g")]
    public void Another_group_in_the_same_topic_is_not_seen(string ours, string other)
    {
        var shelf = new ChunkStore(ours);
        shelf.Add(ChunkParts.Key(other, "state", 0), ChunkParts.Cut("theirs"u8, 100, 1)[0]);
        shelf.Add(ChunkParts.Key(ours, "state", 0), ChunkParts.Cut("ours"u8, 100, 1)[0]);
        shelf.Add(ChunkParts.Key(other, "state", 0), null);
        shelf.Add("no key of anybody"u8.ToArray(), "x"u8.ToArray());

        Assert.Equal("ours", Encoding.UTF8.GetString(Assert.Single(shelf.Assemble()).Value));
        Assert.Equal(1, shelf.Records);
    }

    [Fact]
    public void A_part_that_is_gone_is_told_and_not_made_up_for()
    {
        byte[][] parts = ChunkParts.Cut(new byte[100], 30, 7);
        Assert.Equal(4, parts.Length);
        string Fault(params (int Part, byte[] Record)[] records)
        {
            var shelf = new ChunkStore("g");
            foreach (var (part, record) in records) shelf.Add(ChunkParts.Key("g", "state", part), record);
            return Assert.Throws<FormatException>(() => shelf.Assemble()).Message;
        }

        Assert.Equal("state lacks its first part", Fault((1, parts[1]), (2, parts[2]), (3, parts[3])));
        Assert.Equal("state lacks part 3 of 4", Fault((0, parts[0]), (1, parts[1]), (3, parts[3])));
        Assert.Equal("part 2 of state belongs to another writing", Fault((0, parts[0]), (1, ChunkParts.Cut(new byte[100], 30, 8)[1]), (2, parts[2]), (3, parts[3])));
        Assert.Equal("state was not written by this version of DriftWatch", Fault((0, new byte[50])));
    }

    /// <summary>Real state of every kind; damage anywhere in it must show here, since what comes through is taken for what was written.</summary>
    [Theory]
    [InlineData("header")]
    [InlineData("pipeline")]
    [InlineData("monitor")]
    [InlineData("routes")]
    [InlineData("series/")]
    [InlineData("journal/")]
    [InlineData("join/")]
    public void Damage_is_told_as_a_format_error_and_as_nothing_else(string kind)
    {
        using var service = new PipelineDriver(pipeline: new PipelineOptions { BatchRecords = 50, CommitInterval = TimeSpan.Zero, IdleAdvance = false });
        Traffic.Drifting(service, hours: 2, seed: 3);
        service.RunToEnd();
        Assert.True(service.Loop.Stop());
        var chunks = service.Store.Chunks.Where(chunk => chunk.Key.StartsWith(kind, StringComparison.Ordinal)).OrderBy(chunk => chunk.Key, StringComparer.Ordinal).ToList();
        Assert.NotEmpty(chunks);
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (name, bytes) = chunks[random.Next(chunks.Count)];
            byte[][] parts = ChunkParts.Cut(bytes, random.Next(2) == 0 ? 500_000 : random.Next(20, 400), stamp: 7);
            int part = random.Next(parts.Length);
            string damage = Damage(ref parts[part], random);
            var shelf = new ChunkStore("g");
            for (int i = 0; i < parts.Length; i++) shelf.Add(ChunkParts.Key("g", name, i), parts[i]);
            var thrown = Record.Exception(() => shelf.Assemble());
            Assert.True(thrown is FormatException, $"Seed {seed}: part {part + 1} of {parts.Length} of {name}, {damage}: {thrown?.GetType().Name ?? "nobody noticed"}");
        }
    }

    private static string Damage(ref byte[] record, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                int length = random.Next(record.Length);
                record = record[..length];
                return $"cut to {length} bytes";
            case 1:
                record = [.. record, (byte)random.Next(256)];
                return "a byte more";
            case 2:
                int at = random.Next(record.Length);
                record[at] ^= (byte)(1 << random.Next(8));
                return $"a bit of byte {at}";
            default:
                int from = random.Next(record.Length), count = random.Next(1, Math.Min(20, record.Length - from) + 1);
                byte[] before = [.. record];
                while (before.AsSpan().SequenceEqual(record)) random.NextBytes(record.AsSpan(from, count));
                return $"bytes {from} to {from + count - 1}";
        }
    }
}
