using System.Numerics;
using System.Runtime.CompilerServices;
using DriftWatch.Core.Input;

namespace DriftWatch.Replay;

/// <summary>Finds the first prediction of an id: 4 to 8 bytes a row beside the rows themselves.</summary>
/// <remarks>In shards by id, which are filled at once, each by a thread of its own, and can be asked at once.</remarks>
internal sealed class PredictionIndex
{
    /// <summary>How many there are; a power of two.</summary>
    public const int Shards = 2;

    private readonly Shard[] _shards = new Shard[Shards];

    public PredictionIndex(Rows<Prediction> rows)
    {
        Parallel.For(0, Shards, number => _shards[number] = new Shard(rows, number));
        HasTies = _shards.Any(shard => shard.HasTies);
    }

    /// <summary>Whether some id stands twice in the same millisecond, so that the time alone does not say which is the first.</summary>
    public bool HasTies { get; }

    /// <summary>Where an id is looked for.</summary>
    public static int ShardOf(PredictionId id) => (int)(id.High & (Shards - 1));

    /// <summary>The rows of the earliest predictions with these ids, all of one shard; −1 where there is none.</summary>
    /// <remarks>Of many at once: the waits for the table overlap, then those for the rows that it names.</remarks>
    public void Find(int shard, ReadOnlySpan<PredictionId> ids, Span<int> rows) => _shards[shard].Find(ids, rows);

    private sealed class Shard
    {
        private readonly Rows<Prediction> _rows;
        private readonly int[] _table;
        private readonly int _mask;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one long loop, called once
        public Shard(Rows<Prediction> rows, int number)
        {
            _rows = rows;
            // Half empty on the average, so that a search ends soon; a row is stored as its number + 1.
            _table = new int[(int)Math.Min(1u << 30, BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, Math.Min(1u << 29, rows.Count + 1L))))];
            _mask = _table.Length - 1;
            for (int row = 0; row < rows.Count; row++)
            {
                if (ShardOf(rows[row].Id) == number) Add(row);
            }
        }

        public bool HasTies { get; private set; }

        public void Find(ReadOnlySpan<PredictionId> ids, Span<int> rows)
        {
            for (int i = 0; i < ids.Length; i++) rows[i] = _table[(int)ids[i].Low & _mask] - 1;
            for (int i = 0; i < ids.Length; i++)
            {
                if (rows[i] >= 0 && _rows[rows[i]].Id != ids[i]) rows[i] = _table[Slot(ids[i])] - 1;
            }
        }

        private void Add(int row)
        {
            ref readonly var prediction = ref _rows[row];
            ref int entry = ref _table[Slot(prediction.Id)];
            if (entry == 0)
            {
                entry = row + 1;
                return;
            }

            var first = _rows[entry - 1].Time;
            HasTies |= prediction.Time == first;
            if (prediction.Time < first) entry = row + 1;
        }

        private int Slot(PredictionId id)
        {
            int slot = (int)id.Low & _mask;
            while (_table[slot] != 0 && _rows[_table[slot] - 1].Id != id) slot = (slot + 1) & _mask;
            return slot;
        }
    }
}
