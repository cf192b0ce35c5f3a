using System.Buffers;
using DriftWatch.Core.Hashing;

namespace DriftWatch.Core.State;

/// <summary>A piece of the state as it is to be stored from now on.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Bytes">What it holds; null: nothing any more, the key is to be deleted.</param>
public readonly record struct StateChunk(string Key, byte[]? Bytes);

/// <summary>Gathers the pieces of the state that are not stored as they are.</summary>
/// <remarks>
/// It knows pieces that are written every time by a hash of what was written last; of those whose owner knows whether they have changed it remembers nothing.
/// What was taken counts as stored: whoever takes it must store all of it, or give up the whole state. Belongs to one thread.
/// </remarks>
public sealed class ChunkWriter
{
    private static readonly SipHash Hash = new(new byte[16]);

    private readonly Dictionary<string, UInt128> _stored = [];
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 14);
    private List<StateChunk> _changes = [];

    /// <summary>What is to be stored now, in the order in which it was written. The next call gives what has changed since.</summary>
    public IReadOnlyList<StateChunk> Take()
    {
        var changes = _changes;
        _changes = [];
        return changes;
    }

    /// <summary>Writes a piece that may have changed.</summary>
    /// <param name="key">Its name; only ever one piece has it.</param>
    /// <param name="exchange">Walks over what it holds.</param>
    public void Write(string key, Action<StateExchange> exchange)
    {
        var bytes = Encode(exchange);
        var hash = Hash.Of(bytes);
        if (_stored.TryGetValue(key, out var known) && known == hash) return;
        _stored[key] = hash;
        _changes.Add(new(key, bytes.ToArray()));
    }

    /// <summary>Writes a piece that has changed, as its owner knows.</summary>
    public void Replace(string key, Action<StateExchange> exchange) => _changes.Add(new(key, Encode(exchange).ToArray()));

    /// <summary>Notes that a piece that was stored is no more.</summary>
    public void Delete(string key)
    {
        _stored.Remove(key);
        _changes.Add(new(key, null));
    }

    /// <summary>Says what is stored under a key of <see cref="Write"/>, after a restart.</summary>
    public void Remember(string key, ReadOnlySpan<byte> bytes) => _stored[key] = Hash.Of(bytes);

    private ReadOnlySpan<byte> Encode(Action<StateExchange> exchange)
    {
        _bytes.ResetWrittenCount();
        exchange(StateExchange.Writing(_bytes));
        return _bytes.WrittenSpan;
    }
}
