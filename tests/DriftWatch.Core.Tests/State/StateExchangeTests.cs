using System.Buffers;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.State;

public class StateExchangeTests
{
    private sealed class Everything : IKeepsState
    {
        public long Long;
        public int Int;
        public UInt128 Wide;
        public double Double;
        public float Float;
        public bool Bool;
        public string? Text;
        public EventTime? Time;
        public DayOfWeek Day;
        public List<long> Many = [];
        public Dictionary<string, long> Named = [];

        public void Exchange(StateExchange state)
        {
            state.Exchange(ref Long);
            state.Exchange(ref Int);
            state.Exchange(ref Wide);
            state.Mark("numbers");
            state.Exchange(ref Double);
            state.Exchange(ref Float);
            state.Exchange(ref Bool);
            state.Exchange(ref Text);
            state.Exchange(ref Time);
            state.Exchange(ref Day);
            state.Exchange(Many, (StateExchange s, ref long item) => s.Exchange(ref item));
            state.Exchange(Named, StringComparer.Ordinal, (StateExchange s, ref string key) => s.ExchangeText(ref key), (StateExchange s, ref long item) => s.Exchange(ref item));
        }
    }

    private static Everything Some(int seed)
    {
        var random = new Random(seed);
        long[] edges = [0, 1, -1, 63, 64, -64, -65, long.MaxValue, long.MinValue, random.NextInt64()];
        return new Everything
        {
            Long = edges[random.Next(edges.Length)],
            Int = (int)edges[random.Next(edges.Length)],
            Wide = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) >> random.Next(128),
            Double = BitConverter.Int64BitsToDouble(random.NextInt64()),
            Float = random.NextSingle(),
            Bool = random.Next(2) == 0,
            Text = random.Next(3) switch { 0 => null, 1 => "", _ => "größer als α" },
            Time = random.Next(2) == 0 ? null : new EventTime(random.NextInt64(1L << 42)),
            Day = (DayOfWeek)random.Next(7),
            Many = [.. edges.Take(random.Next(edges.Length))],
            Named = Enumerable.Range(0, random.Next(4)).ToDictionary(i => $"name {i}", i => (long)i),
        };
    }

    [Fact]
    public void What_was_written_comes_back_to_the_last_bit()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var before = Some(seed);
            var after = new Everything { Many = [7], Named = { ["stale"] = 1 } };
            byte[] bytes = StateExchange.Write(before);
            StateExchange.Read(after, bytes);
            Assert.True(bytes.AsSpan().SequenceEqual(StateExchange.Write(after)), $"seed {seed}");
            Assert.Equal((before.Long, before.Int, before.Wide, before.Text, before.Time, before.Day), (after.Long, after.Int, after.Wide, after.Text, after.Time, after.Day));
            Assert.Equal(before.Many, after.Many);
            Assert.Equal(before.Named, after.Named);
        }
    }

    [Fact]
    public void State_that_is_cut_off_or_has_bytes_left_over_is_refused()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            byte[] bytes = StateExchange.Write(Some(seed));
            for (int length = 0; length < bytes.Length; length++)
            {
                byte[] cut = bytes[..length];
                Assert.Throws<StateFormatException>(() => StateExchange.Read(new Everything(), cut));
            }

            Assert.Throws<StateFormatException>(() => StateExchange.Read(new Everything(), (byte[])[.. bytes, 0]));
        }
    }

    [Fact]
    public void Damaged_bytes_never_ask_for_more_memory_than_they_have()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = StateExchange.Write(Some(seed));
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                StateExchange.Read(new Everything(), bytes);
            }
            catch (StateFormatException)
            {
                // Either is right: what must not happen is another exception, or memory for a length that the bytes cannot hold.
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (64 * bytes.Length) + 65_536);
        }
    }

    [Fact]
    public void An_array_of_another_length_than_the_options_say_is_refused()
    {
        var bytes = new ArrayBufferWriter<byte>();
        StateExchange.Writing(bytes).Exchange(new double[3].AsSpan());
        Assert.Throws<StateFormatException>(() => StateExchange.Reading(bytes.WrittenMemory).Exchange(new double[4].AsSpan()));
    }
}
