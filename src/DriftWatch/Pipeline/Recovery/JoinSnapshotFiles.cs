using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DriftWatch.Core.Checkpoints;
using DriftWatch.Core.State;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>A join table as it was at the end of an epoch.</summary>
/// <param name="Epoch">Which.</param>
/// <param name="Blocks">Its entries.</param>
internal sealed record JoinSnapshot(long Epoch, IReadOnlyList<byte[]> Blocks);

/// <summary>Snapshots of large join tables in a directory on this machine: they make restarts faster, and nothing depends on them.</summary>
/// <remarks>
/// A file counts only if its checksum is right, its settings are those of now, and the journal knows the epoch that it names by the same chain: it is then
/// of this very past, not of one that was never committed or of another service. Otherwise it is ignored, and the records are read again.
/// </remarks>
/// <param name="directory">Where; made if it is not there.</param>
/// <param name="task">Whose: several services may share the directory.</param>
/// <param name="logger">The log.</param>
internal sealed partial class JoinSnapshotFiles(string directory, string task, ILogger logger)
{
    private const int Kept = 2;
    private const string Draft = ".unfinished";
    private const int ChecksumBytes = 32;
    private static readonly byte[] Magic = "DWJOIN01"u8.ToArray();

    private readonly string _prefix = $"join-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task)).AsSpan(0, 6))}-";
    private Task _writing = Task.CompletedTask;

    /// <summary>The newest snapshot of this checkpoint's past; null if there is none.</summary>
    public JoinSnapshot? Find(CheckpointHeader header, IReadOnlyList<JournalRecord> records)
    {
        if (!Directory.Exists(directory)) return null;
        foreach (string file in Files())
        {
            try
            {
                if (Read(file, header, records) is { } snapshot) return snapshot;
            }
            catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or StateFormatException)
            {
                Log.PassedOver(logger, file, trouble.Message.TrimEnd('.'));
            }
        }

        return null;
    }

    /// <summary>Copies the table and writes it in the background; does nothing while the one before is still being written.</summary>
    public void Write(long epoch, ulong chain, IReadOnlyDictionary<string, string> settings, IEnumerable<byte[]> table)
    {
        if (!_writing.IsCompleted) return;
        byte[][] blocks = [.. table];
        byte[] print = PrintOf(settings);
        _writing = Task.Run(() => Save(epoch, chain, print, blocks));
    }

    /// <summary>Waits until what is being written is there; at a graceful stop.</summary>
    public void Finish(TimeSpan most) => Task.WaitAny([_writing], most);

    private void Save(long epoch, ulong chain, byte[] settings, byte[][] blocks)
    {
        string file = Path.Combine(directory, $"{_prefix}{epoch:D19}");
        string unfinished = file + Draft;
        try
        {
            Directory.CreateDirectory(directory);
            // What a crash or a full disk left behind, each under the name of its own epoch: it would take the room of those to come.
            foreach (string left in Directory.EnumerateFiles(directory, $"{_prefix}*{Draft}")) File.Delete(left);
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            using (var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            {
                Put(stream, sum, Magic);
                Put(stream, sum, Numbers(epoch, (long)chain, blocks.Length));
                Put(stream, sum, settings);
                foreach (byte[] block in blocks)
                {
                    Put(stream, sum, Numbers(block.Length));
                    Put(stream, sum, block);
                    FailPoint.Reach("during-snapshot");
                }

                stream.Write(sum.GetHashAndReset());
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, overwrite: true);
            // By age, since epochs count from 1 again after a reset.
            foreach (string old in Files().OrderByDescending(File.GetLastWriteTimeUtc).Skip(Kept)) File.Delete(old);
            long bytes = blocks.Sum(block => (long)block.Length);
            Log.Wrote(logger, file, bytes);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            Log.NotWritten(logger, file, trouble.Message.TrimEnd('.'));
            Discard(unfinished);
        }
    }

    private static void Discard(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            // What kept it from being written may keep it from being deleted; the next one tries again.
        }
    }

    private static JoinSnapshot? Read(string file, CheckpointHeader header, IReadOnlyList<JournalRecord> records)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (!Get(stream, sum, Magic.Length).AsSpan().SequenceEqual(Magic)) throw new StateFormatException("It is no snapshot of this version.");
        byte[] head = Get(stream, sum, 24);
        var (epoch, chain, count) = (Number(head, 0), (ulong)Number(head, 1), Number(head, 2));
        bool same = Get(stream, sum, ChecksumBytes).AsSpan().SequenceEqual(PrintOf(header.Settings));
        if (!same || epoch > header.StateOf || !records.Any(record => record.Entry.Number == epoch && record.Entry.Chain == chain)) return null;
        List<byte[]> blocks = [];
        for (long block = 0; block < count; block++) blocks.Add(Get(stream, sum, Number(Get(stream, sum, 8), 0)));
        byte[] expected = sum.GetHashAndReset();
        if (!Get(stream, sum, ChecksumBytes).AsSpan().SequenceEqual(expected)) throw new StateFormatException("Its checksum is wrong.");
        return new JoinSnapshot(epoch, blocks);
    }

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(directory, _prefix + "*").Where(file => !file.EndsWith(Draft, StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal);

    private static byte[] PrintOf(IReadOnlyDictionary<string, string> settings) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', settings.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}"))));

    private static void Put(Stream stream, IncrementalHash sum, byte[] bytes)
    {
        stream.Write(bytes);
        sum.AppendData(bytes);
    }

    private static byte[] Get(FileStream stream, IncrementalHash sum, long length)
    {
        if (length < 0 || length > stream.Length - stream.Position) throw new StateFormatException("It is cut off.");
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        sum.AppendData(bytes);
        return bytes;
    }

    private static byte[] Numbers(params ReadOnlySpan<long> numbers)
    {
        byte[] bytes = new byte[8 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), numbers[i]);
        return bytes;
    }

    private static long Number(byte[] bytes, int index) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * index));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Wrote the snapshot {File}, {Bytes} bytes")]
        public static partial void Wrote(ILogger logger, string file, long bytes);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Could not write the snapshot {File}: {Reason}. Until it can be written, restarts read records again")]
        public static partial void NotWritten(ILogger logger, string file, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Ignoring the snapshot {File}: {Reason}. Records are read again instead")]
        public static partial void PassedOver(ILogger logger, string file, string reason);
    }
}
