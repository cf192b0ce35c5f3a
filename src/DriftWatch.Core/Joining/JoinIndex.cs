using System.Numerics;
using System.Runtime.Intrinsics.X86;
using DriftWatch.Messages;

namespace DriftWatch.Joining;

/// <summary>Finds the entry of an id: open addressing over 4 bytes a slot.</summary>
/// <remarks>
/// <para>Many small tables, chosen by the first bits of the hash, each grown on its own by a quarter: no growth touches more than
/// some ten thousand entries, and load stays between 0.64 and 0.8.</para>
/// <para>A slot holds the entry's number, how far it lies from its home slot (4 bits; 15 means 15 or more), and a few bits of hash.
/// Slots of a table are in order of their homes (linear probing after Celis' "Robin Hood" rule), which makes a miss as short as a hit,
/// and lets a removal close the gap without looking at the entries themselves. Distance and tag spare nearly every look at
/// an entry with another id.</para>
/// </remarks>
internal sealed unsafe class JoinIndex
{
    /// <summary>Highest number of entries that fits beside the distance.</summary>
    public const int MaxEntries = (1 << 27) - 2;

    private const int FarDistance = 15;
    private const int FirstHomes = 16;
    private const int EntriesPerTable = 8192;

    // Tables do not wrap round: what is pushed past the last home finds room here.
    private const int Overhang = 32;

    private readonly JoinSlab _slab;
    private readonly int _tableBits;
    private readonly int _entryBits;
    private readonly uint _entryMask;
    private readonly uint _tagMask;
    private readonly uint[][] _tables;
    private readonly int[] _counts;

    public JoinIndex(JoinSlab slab, int maxEntries)
    {
        _slab = slab;
        _entryBits = BitOperations.Log2((uint)maxEntries + 1) + 1;
        _entryMask = (1u << _entryBits) - 1;
        _tagMask = (1u << Math.Min(28 - _entryBits, 16)) - 1;
        _tableBits = Math.Clamp(BitOperations.Log2((uint)Math.Max(1, maxEntries / EntriesPerTable)) + 1, 1, 16);
        _tables = new uint[1 << _tableBits][];
        _counts = new int[1 << _tableBits];
        for (int i = 0; i < _tables.Length; i++) _tables[i] = new uint[FirstHomes + Overhang];
        Bytes = (long)_tables.Length * (FirstHomes + Overhang) * sizeof(uint);
    }

    public long Bytes { get; private set; }

    /// <summary>The entry of an id, or -1.</summary>
    public int Find(in PredictionId id)
    {
        ulong hash = Hash(id);
        uint[] table = _tables[TableOf(hash)];
        uint tag = (uint)hash & _tagMask;
        int home = HomeOf(hash, table);
        for (int at = home; at < table.Length; at++)
        {
            uint slot = table[at];
            if (slot == 0) return -1;
            int far = Math.Min(at - home, FarDistance);
            int distance = FieldOf(slot);
            if (distance < far) return -1;
            if (distance != far || slot >> (_entryBits + 4) != tag) continue;
            int entry = (int)(slot & _entryMask) - 1;
            var held = _slab.At(entry);
            if (held->Low == id.Low && held->High == id.High) return entry;
        }

        return -1;
    }

    /// <summary>Adds an entry whose id is not in the index.</summary>
    public void Insert(int entry)
    {
        ulong hash = Hash(_slab.At(entry)->Id);
        int number = TableOf(hash);
        if (_counts[number] >= Homes(_tables[number]) / 5 * 4) Grow(number);
        while (!TryInsert(_tables[number], hash, entry)) Grow(number);
        _counts[number]++;
    }

    /// <summary>Takes an entry out, if it is in.</summary>
    public void Remove(int entry)
    {
        ulong hash = Hash(_slab.At(entry)->Id);
        int number = TableOf(hash);
        uint[] table = _tables[number];
        int at = HomeOf(hash, table);
        for (; ; at++)
        {
            if (at == table.Length || table[at] == 0) return;
            if ((table[at] & _entryMask) == (uint)entry + 1) break;
        }

        for (; at + 1 < table.Length && table[at + 1] != 0; at++)
        {
            int distance = DistanceAt(table, at + 1);
            if (distance == 0) break;
            table[at] = WithField(table[at + 1], Math.Min(distance - 1, FarDistance));
        }

        table[at] = 0;
        _counts[number]--;
    }

    /// <summary>Asks for the memory that <see cref="Find"/> will look at first.</summary>
    public void Prefetch(in PredictionId id)
    {
        if (!Sse.IsSupported) return;
        ulong hash = Hash(id);
        uint[] table = _tables[TableOf(hash)];
        fixed (uint* slot = &table[HomeOf(hash, table)]) Sse.Prefetch0(slot);
    }

    /// <summary>What is wrong with the index; null if nothing is. Looks at everything.</summary>
    public string? FindFault()
    {
        for (int number = 0; number < _tables.Length; number++)
        {
            uint[] table = _tables[number];
            if (table.Count(slot => slot != 0) != _counts[number]) return "A table knows how many entries it holds.";
            int previousHome = -1;
            for (int at = 0; at < table.Length; at++)
            {
                if (table[at] == 0) continue;
                int entry = (int)(table[at] & _entryMask) - 1;
                ulong hash = Hash(_slab.At(entry)->Id);
                int home = HomeOf(hash, table);
                if (TableOf(hash) != number) return "An entry is in the table that its hash names.";
                if (home < previousHome || home > at) return "Slots are in order of their homes.";
                if (FieldOf(table[at]) != Math.Min(at - home, FarDistance)) return "A slot knows its distance.";
                if (at > home && table[at - 1] == 0) return "There is no hole between an entry and its home.";
                if (Find(_slab.At(entry)->Id) != entry) return "What is in the index is found.";
                previousHome = home;
            }
        }

        return null;
    }

    private bool TryInsert(uint[] table, ulong hash, int entry)
    {
        int home = HomeOf(hash, table);
        int at = home;
        while (at < table.Length && table[at] != 0 && DistanceAtLeast(table, at, at - home)) at++;
        int hole = at;
        while (hole < table.Length && table[hole] != 0) hole++;
        if (hole == table.Length) return false;

        for (; hole > at; hole--)
        {
            uint moved = table[hole - 1];
            table[hole] = WithField(moved, Math.Min(FieldOf(moved) + 1, FarDistance));
        }

        uint tag = (uint)hash & _tagMask;
        table[at] = WithField((tag << (_entryBits + 4)) | ((uint)entry + 1), Math.Min(at - home, FarDistance));
        return true;
    }

    private void Grow(int number)
    {
        uint[] old = _tables[number];
        for (int homes = (Homes(old) * 5 / 4) + 1; ; homes = (homes * 5 / 4) + 1)
        {
            uint[] table = new uint[homes + Overhang];
            if (!TryMove(old, table)) continue;
            _tables[number] = table;
            Bytes += (long)(table.Length - old.Length) * sizeof(uint);
            return;
        }
    }

    private bool TryMove(uint[] old, uint[] table)
    {
        const int ahead = 12;
        for (int at = 0; at < old.Length; at++)
        {
            if (Sse.IsSupported && at + ahead < old.Length && old[at + ahead] != 0)
                Sse.Prefetch0(_slab.At((int)(old[at + ahead] & _entryMask) - 1));
            if (old[at] == 0) continue;
            int entry = (int)(old[at] & _entryMask) - 1;
            if (!TryInsert(table, Hash(_slab.At(entry)->Id), entry)) return false;
        }

        return true;
    }

    private bool DistanceAtLeast(uint[] table, int at, int distance)
    {
        int field = FieldOf(table[at]);
        return field >= distance || (field == FarDistance && DistanceAt(table, at) >= distance);
    }

    private int DistanceAt(uint[] table, int at)
    {
        int field = FieldOf(table[at]);
        return field < FarDistance ? field : at - HomeOf(Hash(_slab.At((int)(table[at] & _entryMask) - 1)->Id), table);
    }

    private int FieldOf(uint slot) => (int)(slot >> _entryBits) & FarDistance;

    private uint WithField(uint slot, int distance) =>
        (slot & ~((uint)FarDistance << _entryBits)) | ((uint)distance << _entryBits);

    private int TableOf(ulong hash) => (int)(hash >> (64 - _tableBits));

    private int HomeOf(ulong hash, uint[] table) => (int)(((hash << _tableBits) >> 32) * (uint)Homes(table) >> 32);

    private static int Homes(uint[] table) => table.Length - Overhang;

    // Ids are hashes already, but tests and other readers may use plain numbers.
    private static ulong Hash(in PredictionId id)
    {
        ulong x = (id.Low ^ BitOperations.RotateLeft(id.High, 32)) * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
        return x ^ (x >> 32);
    }
}
