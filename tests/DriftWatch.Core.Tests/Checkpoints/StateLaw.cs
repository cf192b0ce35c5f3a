using System.Numerics;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Checkpoints;

/// <summary>The law of <see cref="IKeepsState"/>: one that was written and read back is the same, and stays the same whatever comes.</summary>
/// <remarks>It also watches itself: a field that no run ever changed would prove nothing, so <see cref="AssertEveryFieldMoved"/> asks that each did.</remarks>
/// <param name="caches">Fields that need not come back (<c>Class.Field</c>): pictures, and room that holds nothing.</param>
internal sealed class StateLaw(params string[] caches)
{
    private readonly HashSet<string> _settable = [];
    private readonly HashSet<string> _moved = [];
    private object? _last;

    /// <summary>Runs one instance to <paramref name="cut"/>, reads its state into another, and runs both to the end.</summary>
    /// <param name="because">The seed, for whoever reads a failure.</param>
    /// <param name="make">Makes an instance with the same options every time.</param>
    /// <param name="step">Gives it the next input and says all that can be seen of it.</param>
    /// <param name="steps">Number of inputs.</param>
    /// <param name="cut">Inputs before state is written.</param>
    /// <returns>The one that ran through.</returns>
    public T Hold<T>(string because, Func<T> make, Func<T, int, object?> step, int steps, int cut)
        where T : IKeepsState
    {
        var whole = make();
        for (int i = 0; i < cut; i++)
        {
            if (BitOperations.IsPow2(i)) Look(make, whole);
            step(whole, i);
        }

        byte[] bytes = StateExchange.Write(whole);
        var after = Read(make, bytes);
        Look(make, whole);
        DeepCompare.AssertSame(whole, after, $"{because}, read back at {cut}", caches);
        Assert.True(bytes.AsSpan().SequenceEqual(StateExchange.Write(after)), $"{because}, read back at {cut}: other bytes");
        for (int i = cut; i < steps; i++)
        {
            if (BitOperations.IsPow2(i - cut)) Look(make, whole);
            DeepCompare.AssertSame(step(whole, i), step(after, i), $"{because}, read back at {cut}, at {i}");
        }

        Look(make, whole);

        DeepCompare.AssertSame(whole, after, $"{because}, at the end", caches);
        Assert.True(StateExchange.Write(whole).AsSpan().SequenceEqual(StateExchange.Write(after)), $"{because}, at the end: other bytes");
        AssertCutIsRefused(because, make, bytes);

        _last = null;
        return whole;
    }

    /// <summary>Every field that can be set has been, in some run: what was forgotten would have shown.</summary>
    /// <param name="classes">Those whose fields are asked for; none: all that were met.</param>
    public void AssertEveryFieldMoved(params string[] classes) =>
        Assert.Empty(_settable.Except(_moved).Except(caches).Where(name => classes.Length == 0 || classes.Contains(name.Split('.')[0])).Order());

    // Notes what has moved since the last look, by what is read back: a copy that stands still.
    private void Look<T>(Func<T> make, T whole)
        where T : IKeepsState
    {
        var now = Read(make, StateExchange.Write(whole));
        _settable.UnionWith(DeepCompare.Settable(now));
        _moved.UnionWith(DeepCompare.Changed(_last ?? make(), now));
        _last = now;
    }

    /// <summary>Bytes in which one bit is wrong are refused, or taken for another state; nothing else happens.</summary>
    /// <returns>How many were refused.</returns>
    public static int AssertDamageIsHarmless<T>(string because, Func<T> make, byte[] bytes, Random random, int times)
        where T : IKeepsState
    {
        int refused = 0;
        for (int i = 0; i < times; i++)
        {
            byte[] damaged = [.. bytes];
            int place = random.Next(bytes.Length), bit = random.Next(8);
            damaged[place] ^= (byte)(1 << bit);
            var fault = Record.Exception(() => Read(make, damaged));
            Assert.True(fault is null or StateFormatException, $"{because}: bit {bit} of byte {place}: {fault}");
            refused += fault is null ? 0 : 1;
        }

        return refused;
    }

    private static T Read<T>(Func<T> make, byte[] bytes)
        where T : IKeepsState
    {
        var part = make();
        StateExchange.Read(part, bytes);
        return part;
    }

    private static void AssertCutIsRefused<T>(string because, Func<T> make, byte[] bytes)
        where T : IKeepsState
    {
        if (bytes.Length == 0) return;
        foreach (int length in (int[])[0, bytes.Length / 2, bytes.Length - 1])
        {
            byte[] cut = bytes[..length];
            Assert.True(Record.Exception(() => Read(make, cut)) is StateFormatException, $"{because}: {length} of {bytes.Length} bytes were taken");
        }
    }
}
