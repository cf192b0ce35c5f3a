using System.IO.Compression;
using System.Text;
using DriftWatch.Core.Monitoring;
using DriftWatch.Options;
using DriftWatch.Pipeline.Recovery;

namespace DriftWatch.Pipeline;

/// <summary>A checkpoint as a version committed it, with the records and the settings that it goes with, and the figures that were seen when it was written.</summary>
/// <remarks>A folder: <c>driftwatch.yaml</c>; <c>checkpoint.zip</c> with <c>chunks/…</c>, <c>offsets/topic/partition</c> and <c>topics/topic/partition</c> (a record a line); <c>seen.txt</c>.</remarks>
internal sealed class GoldenCheckpoint
{
    private const string Chunks = "chunks/", Offsets = "offsets/", Topics = "topics/";

    private static readonly (StreamPart Part, string Topic)[] Inputs = [(StreamPart.Predictions, "predictions"), (StreamPart.Labels, "labels")];

    public required DriftWatchOptions Options { get; init; }

    public required CommittedCheckpoint Committed { get; init; }

    public required InMemoryLog Log { get; init; }

    public required FakeTimeProvider Time { get; init; }

    /// <summary>What was seen when it was written, line by line.</summary>
    public required string[] Seen { get; init; }

    /// <summary>Settings of a golden's folder.</summary>
    public static DriftWatchOptions OptionsOf(string folder)
    {
        string file = Path.Combine(folder, "driftwatch.yaml");
        var loaded = ConfigLoader.LoadText(file, File.ReadAllText(file));
        Assert.Empty(loaded.Faults);
        return loaded.Options;
    }

    public static GoldenCheckpoint Read(string folder)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(folder, "checkpoint.zip"));
        var time = new FakeTimeProvider(PipelineDriver.Start + TimeSpan.FromDays(40));
        var log = new InMemoryLog(time);
        Dictionary<string, byte[]> chunks = [];
        Dictionary<(string, int), long> offsets = [];
        foreach (var (part, topic) in Inputs) log.CreateTopic(part, topic, zip.Entries.Count(entry => entry.FullName.StartsWith($"{Topics}{topic}/", StringComparison.Ordinal)));
        foreach (var entry in zip.Entries)
        {
            byte[] bytes = BytesOf(entry);
            if (entry.FullName.StartsWith(Chunks, StringComparison.Ordinal)) chunks[entry.FullName[Chunks.Length..]] = bytes;
            string[] place = entry.FullName.Split('/');
            if (place[0] + "/" == Offsets) offsets[(place[1], int.Parse(place[2]))] = long.Parse(Encoding.UTF8.GetString(bytes));
            if (place[0] + "/" != Topics) continue;
            foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n')) log.Append(place[1], int.Parse(place[2]), new LogRecord(null, Encoding.UTF8.GetBytes(line)));
        }

        return new()
        {
            Options = OptionsOf(folder),
            Committed = new() { Chunks = chunks, Offsets = offsets, Parts = Inputs.ToDictionary(input => input.Topic, input => input.Part) },
            Log = log,
            Time = time,
            Seen = File.ReadAllLines(Path.Combine(folder, "seen.txt")),
        };
    }

    /// <summary>Runs a service over golden traffic, ends it as a crash would, some epochs after its newest state, and keeps what it had committed.</summary>
    public static void Write(string folder)
    {
        var options = OptionsOf(folder);
        var records = GoldenTraffic.Records(seed: 26);
        using var service = new PipelineDriver(options.Monitor, options.Pipeline with { IdleAdvance = false });
        int first = records.Count * 9 / 10;
        Play(service, records.Take(first));
        service.Time.Advance(options.Pipeline.CheckpointInterval);
        service.Settle();
        Play(service, records.Skip(first));

        using var zip = new ZipArchive(File.Create(Path.Combine(folder, "checkpoint.zip")), ZipArchiveMode.Create);
        foreach (var (key, bytes) in service.Store.Chunks.OrderBy(chunk => chunk.Key, StringComparer.Ordinal)) Put(zip, Chunks + key, bytes);
        foreach (var ((topic, partition), offset) in service.Store.Offsets.OrderBy(known => known.Key)) Put(zip, $"{Offsets}{topic}/{partition}", Encoding.UTF8.GetBytes($"{offset}"));
        foreach (var partition in records.GroupBy(record => (record.Topic, record.Partition)))
            Put(zip, $"{Topics}{partition.Key.Topic}/{partition.Key.Partition}", [.. partition.SelectMany((record, i) => (byte[])[.. i == 0 ? [] : "\n"u8, .. record.Value])]);
        File.WriteAllLines(Path.Combine(folder, "seen.txt"), GoldenFigures.Of(service.Loop.State.Monitor.Capture()));
    }

    /// <summary>What comes of it in this version.</summary>
    public (Restorer Restorer, Checkpoint Checkpoint, IReadOnlyList<string> Log) Restore() => Restore(Options.Monitor, Committed.Chunks);

    /// <summary>What comes of it under other settings, or of other chunks.</summary>
    public (Restorer Restorer, Checkpoint Checkpoint, IReadOnlyList<string> Log) Restore(MonitorOptions monitor, IReadOnlyDictionary<string, byte[]> chunks)
    {
        var lines = new LogLines();
        var restorer = new Restorer(Options.Pipeline, monitor, Committed with { Chunks = chunks }, lines, Time);
        using var source = Log.Open(restorer.Plan);
        int steps = 0;
        source.Refresh();
        var checkpoint = restorer.Run(source, () => Assert.True(++steps < 100_000, "The records never came."), CancellationToken.None);
        return (restorer, checkpoint, lines.Lines);
    }

    private static void Play(PipelineDriver service, IEnumerable<(string Topic, int Partition, byte[] Value)> records)
    {
        foreach (var (topic, partition, value) in records) service.Append(topic, partition, Encoding.UTF8.GetString(value));
        service.RunToEnd();
    }

    private static byte[] BytesOf(ZipArchiveEntry entry)
    {
        using var from = entry.Open();
        using var into = new MemoryStream();
        from.CopyTo(into);
        return into.ToArray();
    }

    private static void Put(ZipArchive zip, string name, byte[] bytes)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
        entry.LastWriteTime = PipelineDriver.Start; // the same state gives the same file
        using var into = entry.Open();
        into.Write(bytes);
    }
}
