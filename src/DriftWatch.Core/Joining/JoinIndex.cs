using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using DriftWatch.Core.Input;

namespace DriftWatch.Core.Joining;

/// <summary>Finds the entries of an id: open addressing over 4 bytes a slot.</summary>
/// <remarks>
/// <para>Many small tables, chosen by the first bits of the hash, each grown on its own by a quarter: no growth touches more than
/// some ten thousand entries, and load stays between 0.64 and 0.8.</para>
/// <para>A slot holds the entry's number, how far it lies from its home slot (4 bits; 15 means 15 or more), and a few bits of hash.
/// Slots of a table are in order of their homes (linear probing after Celis' "Robin Hood" rule), which makes a miss as short as a hit,
/// and lets a removal close the gap without looking at the entries themselves. Distance and tag spare nearly every look at
/// an entry with another id. Entries of one id share a home, so they lie together, in the order in which they were inserted: law, which growth and removal keep.</para>
/// </remarks>
internal sealed unsafe class JoinIndex
{
    /// <summary>Highest number of entries that fits beside the distance.</summary>
    public const int MaxEntries = (1 << 27) - 2;

    private const int FarDistance = 15;
    private const int FirstHomes = 16;
    private const int EntriesPerTable = 8192;

    // Tables do not wrap round: what is pushed past the last home finds room here.
    private const int Overhang = 32 + (2 * IdEntries.Most);

    private readonly JoinSlab _slab;
    private readonly int _tableBits;
    private readonly int _entryBits;
    private readonly uint _entryMask;
    private readonly uint _tagMask;
    private readonly Table[] _tables;

    public JoinIndex(JoinSlab slab, int maxEntries)
    {
        _slab = slab;
        _entryBits = BitOperations.Log2((uint)maxEntries + 1) + 1;
        _entryMask = (1u << _entryBits) - 1;
        _tagMask = (1u << Math.Min(28 - _entryBits, 16)) - 1;
        _tableBits = Math.Clamp(BitOperations.Log2((uint)Math.Max(1, maxEntries / EntriesPerTable)) + 1, 1, 16);
        _tables = new Table[1 << _tableBits];
        for (int i = 0; i < _tables.Length; i++) _tables[i] = new Table(FirstHomes);
        Bytes = (long)_tables.Length * (FirstHomes + Overhang) * sizeof(uint);
    }

    public long Bytes { get; private set; }

    /// <summary>The entries of an id, in their order, as many as there is room for.</summary>
    /// <returns>How many.</returns>
    public int FindAll(in PredictionId id, Span<int> into)
    {
        int count = 0;
        ulong hash = Hash(id);
        ref readonly var table = ref TableOf(hash);
        uint tag = (uint)hash & _tagMask;
        int home = HomeOf(hash, table.Homes);
        for (int at = home; at < table.Length; at++)
        {
            uint slot = table[at];
            if (slot == 0) break;
            int far = Math.Min(at - home, FarDistance);
            int distance = FieldOf(slot);
            if (distance < far) break;
            if (distance != far || slot >> (_entryBits + 4) != tag) continue;
            int entry = EntryOf(slot);
            var held = _slab.At(entry);
            if (held->Low != id.Low || held->High != id.High) continue;
            into[count++] = entry;
            if (count == into.Length) break;
        }

        return count;
    }

    /// <summary>Entries from a place on, as many as there is room for; those of one id in their order.</summary>
    /// <returns>How many; 0 at the end.</returns>
    public int Walk(ref IndexPlace place, Span<int> into)
    {
        const int ahead = 12;
        int count = 0;
        for (; place.Table < _tables.Length; place = new(place.Table + 1, 0))
        {
            ref readonly var table = ref _tables[place.Table];
            for (int at = place.Slot; at < table.Length; at++)
            {
                if (Sse.IsSupported && at + ahead < table.Length && table[at + ahead] != 0) Sse.Prefetch0(_slab.At(EntryOf(table[at + ahead])));
                if (table[at] == 0) continue;
                if (count == into.Length)
                {
                    place = place with { Slot = at };
                    return count;
                }

                into[count++] = EntryOf(table[at]);
            }
        }

        return count;
    }

    /// <summary>Adds an entry that is not in the index, behind those of the same id or before them.</summary>
    public void Insert(int entry, bool first = false)
    {
        ulong hash = Hash(_slab.At(entry)->Id);
        ref var table = ref TableOf(hash);
        if (table.Count >= table.Room) Grow(ref table);
        while (!TryInsert(ref table, hash, entry, first)) Grow(ref table);
    }

    /// <summary>Takes an entry out, if it is in.</summary>
    public void Remove(int entry)
    {
        ulong hash = Hash(_slab.At(entry)->Id);
        ref var table = ref TableOf(hash);
        int at = HomeOf(hash, table.Homes);
        for (; ; at++)
        {
            if (at == table.Length || table[at] == 0) return;
            if (EntryOf(table[at]) == entry) break;
        }

        for (; at + 1 < table.Length && table[at + 1] != 0; at++)
        {
            int distance = DistanceAt(table, at + 1);
            if (distance == 0) break;
            table[at] = WithField(table[at + 1], Math.Min(distance - 1, FarDistance));
        }

        table[at] = 0;
        table.Count--;
    }

    /// <summary>Asks for the memory that <see cref="FindAll"/> or <see cref="Remove"/> will look at first.</summary>
    public void PrefetchSlot(in PredictionId id)
    {
        if (!Sse.IsSupported) return;
        ulong hash = Hash(id);
        ref var table = ref TableOf(hash);
        Sse.Prefetch0(Unsafe.AsPointer(ref table[HomeOf(hash, table.Homes)]));
    }

    /// <summary>Asks for the memory of the entry that an id may have, once its slot is at hand.</summary>
    public void PrefetchEntry(in PredictionId id)
    {
        if (!Sse.IsSupported) return;
        ulong hash = Hash(id);
        ref readonly var table = ref TableOf(hash);
        uint tag = (uint)hash & _tagMask;
        int home = HomeOf(hash, table.Homes);
        for (int at = home; at < home + FarDistance; at++)
        {
            uint slot = table[at];
            if (slot == 0 || FieldOf(slot) < at - home) return;
            if (FieldOf(slot) == at - home && slot >> (_entryBits + 4) == tag) Sse.Prefetch0(_slab.At(EntryOf(slot)));
        }
    }

    /// <summary>What is wrong with the index; null if nothing is. Looks at everything.</summary>
    public string? FindFault()
    {
        Span<int> found = stackalloc int[2 * IdEntries.Most];
        for (int number = 0; number < _tables.Length; number++)
        {
            ref var table = ref _tables[number];
            int count = 0;
            int previousHome = -1;
            for (int at = 0; at < table.Length; at++)
            {
                if (table[at] == 0) continue;
                count++;
                int entry = EntryOf(table[at]);
                ulong hash = Hash(_slab.At(entry)->Id);
                int home = HomeOf(hash, table.Homes);
                if (!Unsafe.AreSame(ref TableOf(hash), ref table)) return "An entry is not in the table that its hash names.";
                if (home < previousHome || home > at) return "Slots are not in order of their homes.";
                if (FieldOf(table[at]) != Math.Min(at - home, FarDistance)) return "A slot does not know its distance.";
                if (at > home && table[at - 1] == 0) return "There is a hole between an entry and its home.";
                if (!found[..FindAll(_slab.At(entry)->Id, found)].Contains(entry)) return "What is in the index is not found.";
                previousHome = home;
            }

            if (count != table.Count) return "A table does not know how many entries it holds.";
        }

        return null;
    }

    private bool TryInsert(ref Table table, ulong hash, int entry, bool first = false)
    {
        int home = HomeOf(hash, table.Homes);
        int at = home;
        while (at < table.Length && table[at] != 0 && IsAtLeast(table, at, at - home + (first ? 1 : 0))) at++;
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
        table.Count++;
        return true;
    }

    private void Grow(ref Table table)
    {
        var old = table;
        Table grown;
        int homes = old.Homes;
        do
        {
            homes = (homes * 5 / 4) + 1;
            grown = new Table(homes);
        }
        while (!TryMove(old, ref grown));
        table = grown;
        Bytes += (long)(grown.Length - old.Length) * sizeof(uint);
    }

    private bool TryMove(in Table old, ref Table grown)
    {
        const int ahead = 12;
        for (int at = 0; at < old.Length; at++)
        {
            if (Sse.IsSupported && at + ahead < old.Length && old[at + ahead] != 0) Sse.Prefetch0(_slab.At(EntryOf(old[at + ahead])));
            if (old[at] == 0) continue;
            int entry = EntryOf(old[at]);
            if (!TryInsert(ref grown, Hash(_slab.At(entry)->Id), entry)) return false;
        }

        return true;
    }

    private bool IsAtLeast(in Table table, int at, int distance)
    {
        int field = FieldOf(table[at]);
        return field >= distance || (field == FarDistance && DistanceAt(table, at) >= distance);
    }

    private int DistanceAt(in Table table, int at)
    {
        int field = FieldOf(table[at]);
        return field < FarDistance ? field : at - HomeOf(Hash(_slab.At(EntryOf(table[at]))->Id), table.Homes);
    }

    private int EntryOf(uint slot) => (int)(slot & _entryMask) - 1;

    private int FieldOf(uint slot) => (int)(slot >> _entryBits) & FarDistance;

    private uint WithField(uint slot, int distance) =>
        (slot & ~((uint)FarDistance << _entryBits)) | ((uint)distance << _entryBits);

    private ref Table TableOf(ulong hash) => ref _tables[hash >> (64 - _tableBits)];

    private int HomeOf(ulong hash, int homes) => (int)(((hash << _tableBits) >> 32) * (uint)homes >> 32);

    // Ids are hashes already, but tests and other readers may use plain numbers.
    private static ulong Hash(in PredictionId id)
    {
        ulong x = (id.Low ^ BitOperations.RotateLeft(id.High, 32)) * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
        return x ^ (x >> 32);
    }

    /// <summary>One table; 16 bytes, so that a look-up learns its size without a visit to the array.</summary>
    private struct Table(int homes)
    {
        private readonly uint[] _slots = new uint[homes + Overhang];

        public readonly int Homes = homes;
        public int Count;

        public readonly int Length => Homes + Overhang;

        public readonly int Room => (int)(Homes * 4L / 5);

        public readonly ref uint this[int at] => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), at);
    }
}

/// <summary>A slot of a <see cref="JoinIndex"/>.</summary>
internal readonly record struct IndexPlace(int Table, int Slot);
