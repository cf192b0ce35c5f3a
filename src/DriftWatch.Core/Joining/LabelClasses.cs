using System.Numerics;

namespace DriftWatch.Core.Joining;

/// <summary>Classes that labels name, by number: 2 bytes in an entry instead of 8.</summary>
/// <remarks>Within a bound; a class past it has no number, and its label an entry of its own. Open addressing, since it is asked once for every label.</remarks>
internal sealed class LabelClasses
{
    /// <summary>Most classes with a number: at most 1.5 MB.</summary>
    public const int Most = 1 << 16;

    private ulong[] _keys = new ulong[64];
    private int[] _slots = new int[128]; // number + 1; 0: free
    private int _count;

    public ulong this[int number] => _keys[number];

    /// <summary>The number of a class; -1 if there is no room.</summary>
    public int NumberOf(ulong key)
    {
        int at = Find(key);
        if (_slots[at] > 0) return _slots[at] - 1;
        if (_count == Most) return -1;
        if (_count == _keys.Length) Grow();
        _keys[_count] = key;
        _slots[Find(key)] = ++_count;
        return _count - 1;
    }

    private int Find(ulong key)
    {
        int mask = _slots.Length - 1, at = (int)(key * 0x9E3779B97F4A7C15 >> 40) & mask;
        while (_slots[at] > 0 && _keys[_slots[at] - 1] != key) at = (at + 1) & mask;
        return at;
    }

    private void Grow()
    {
        Array.Resize(ref _keys, 2 * _keys.Length);
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)(2 * _keys.Length))];
        for (int number = 0; number < _count; number++) _slots[Find(_keys[number])] = number + 1;
    }
}
