using System.Diagnostics;

namespace DriftWatch.Replay;

/// <summary>A list that grows by chunks: rows are never copied, and millions of them lie as densely as in an array.</summary>
internal sealed class Rows<T>
    where T : struct
{
    private const int ChunkBits = 16;

    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    public ref readonly T this[int row] => ref _chunks[row >> ChunkBits][row & ((1 << ChunkBits) - 1)];

    /// <exception cref="ReplayException">There are 2^31 rows, more than one replay can hold.</exception>
    public void Add(in T row)
    {
        int offset = Count & ((1 << ChunkBits) - 1);
        if (offset == 0)
        {
            if (Count == int.MaxValue - ((1 << ChunkBits) - 1))
            {
                throw new ReplayException($"More than {Count} rows in one file: split it by time and replay the parts.", ExitCode.Failure);
            }

            _chunks.Add(new T[1 << ChunkBits]);
        }

        Debug.Assert(_chunks.Count == (Count >> ChunkBits) + 1, "The last chunk is the only one with room.");
        _chunks[^1][offset] = row;
        Count++;
    }
}
