using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Files;
using DriftWatch.Replay;
using Parquet;
using Parquet.Schema;

namespace DriftWatch.Benchmarks;

/// <summary>How fast a replay of the flights is from each kind of file, and whether each gives the same bits: <c>replay FOLDER [ROUNDS [KIND …]]</c>, the folder with <c>predictions.csv.gz</c> and <c>labels.csv.gz</c>.</summary>
internal static class ReplayBenchmark
{
    private static readonly string[] Kinds = ["csv.gz", "csv", "csv.zst", "arrow", "parquet"];

    public static int Run(string[] arguments)
    {
        if (arguments.Length == 0 || !File.Exists(Path.Combine(arguments[0], "predictions.csv.gz"))) return Complain();
        int rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        string folder = Directory.CreateTempSubdirectory("driftwatch-replay-bench-").FullName;
        try
        {
            Convert(arguments[0], folder, "predictions");
            Convert(arguments[0], folder, "labels");
            Measure(folder, rounds, arguments.Length > 2 ? arguments[2..] : Kinds);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Complain()
    {
        Console.Error.WriteLine("replay FOLDER [ROUNDS [KIND ...]]: the folder holds predictions.csv.gz and labels.csv.gz of the flights");
        return 2;
    }

    private static void Measure(string folder, int rounds, string[] kinds)
    {
        Console.WriteLine($"{"file",-10}{"MB",8}{"read, M rows/s",18}{"in all, M rows/s",20}{"CPU s",10}  {"document",-18}ms of the fastest: {string.Join(", ", Enum.GetNames<ReplayStage>()).ToLowerInvariant()}");
        foreach (string kind in kinds)
        {
            string predictions = Path.Combine(folder, $"predictions.{kind}"), labels = Path.Combine(folder, $"labels.{kind}");
            double readFor = double.MaxValue, allFor = double.MaxValue, cpu = double.MaxValue;
            long rows = 0;
            string document = "", stages = "";
            for (int round = 0; round < rounds; round++)
            {
                readFor = Math.Min(readFor, Timed(() => rows = Read(predictions, labels)).Wall);
                byte[] bytes = [];
                var meter = new ReplayMeter();
                long start = Stopwatch.GetTimestamp();
                var (wall, busy) = Timed(() => bytes = Play(predictions, labels, meter));
                if (wall < allFor) stages = Stages(start, meter);
                (allFor, cpu) = (Math.Min(allFor, wall), Math.Min(cpu, busy));
                document = System.Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
            }

            double size = (new FileInfo(predictions).Length + new FileInfo(labels).Length) / 1e6;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-10}{size,8:0.0}{rows / readFor / 1e6,18:0.00}{rows / allFor / 1e6,20:0.00}{cpu,10:0.0}  {document,-18}{stages}"));
        }
    }

    private static (double Wall, double Cpu) Timed(Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        work();
        process.Refresh();
        return (clock.Elapsed.TotalSeconds, (process.TotalProcessorTime - before).TotalSeconds);
    }

    private static ReplayRequest Request(string predictions, string labels) => new() { Predictions = predictions, Labels = labels, Model = "flights", Windows = [TimeSpan.FromDays(7)], Origin = new EventTime(978_307_200_000) };

    /// <summary>Both files as predictions and labels, one thread each, as a replay reads them.</summary>
    private static long Read(string predictions, string labels)
    {
        var request = Request(predictions, labels);
        var meter = new ReplayMeter();
        var ofLabels = Task.Run(() => Loading.Labels(InputFiles.Find(labels, () => Stream.Null), request, new RouteTable(new SeriesOptions()), meter).Count);
        return Loading.Predictions(InputFiles.Find(predictions, () => Stream.Null), request, new RouteTable(ReplayOptions.ForReading(request).Routing), meter).Count + ofLabels.GetAwaiter().GetResult();
    }

    private static string Stages(long start, ReplayMeter meter)
    {
        List<string> each = [];
        foreach (var (_, passed) in meter.Passed)
        {
            each.Add(Stopwatch.GetElapsedTime(start, passed).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture));
            start = passed;
        }

        return string.Join(", ", each);
    }

    private static byte[] Play(string predictions, string labels, ReplayMeter meter)
    {
        using var document = new MemoryStream();
        ReplayJson.Write(document, new Replayer(Request(predictions, labels), meter).Run(() => Stream.Null));
        return document.ToArray();
    }

    private static void Convert(string from, string to, string name)
    {
        string packed = Path.Combine(to, $"{name}.csv.gz"), csv = Path.Combine(to, $"{name}.csv");
        File.Copy(Path.Combine(from, $"{name}.csv.gz"), packed);
        using (var content = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
        using (var file = File.Create(csv)) content.CopyTo(file);
        using (var content = File.OpenRead(csv))
        using (var file = new ZstdSharp.CompressionStream(File.Create(Path.Combine(to, $"{name}.csv.zst")), leaveOpen: false)) content.CopyTo(file);

        string header = File.ReadLines(csv).First();
        var rows = File.ReadLines(csv).Skip(1).Select(line => line.Split(',')).ToList();
        long[] Whole(int column) => [.. rows.Select(row => long.Parse(row[column], CultureInfo.InvariantCulture))];
        var (ids, times) = (Whole(0), Whole(1));
        string value = header.Split(',')[2];
        double[]? numbers = name == "predictions" ? [.. rows.Select(row => double.Parse(row[2], CultureInfo.InvariantCulture))] : null;
        long[]? labels = numbers is null ? Whole(2) : null;
        WriteArrow(Path.Combine(to, $"{name}.arrow"), ids, times, value, numbers, labels);
        WriteParquet(Path.Combine(to, $"{name}.parquet"), ids, times, value, numbers, labels).GetAwaiter().GetResult();
    }

    private static void WriteArrow(string path, long[] ids, long[] times, string value, double[]? numbers, long[]? labels)
    {
        const int BatchRows = 1 << 16;
        var schema = new Apache.Arrow.Schema.Builder()
            .Field(new Apache.Arrow.Field("id", Int64Type.Default, false)).Field(new Apache.Arrow.Field("timestamp", Int64Type.Default, false))
            .Field(new Apache.Arrow.Field(value, numbers is null ? Int64Type.Default : DoubleType.Default, false)).Build();
        using var file = File.Create(path);
        using var writer = new ArrowFileWriter(file, schema);
        writer.WriteStart();
        for (int start = 0; start < ids.Length; start += BatchRows)
        {
            var rows = start..Math.Min(start + BatchRows, ids.Length);
            IArrowArray values = numbers is null ? Integers(labels![rows]) : new DoubleArray.Builder().AppendRange(numbers[rows]).Build();
            using var batch = new RecordBatch(schema, [Integers(ids[rows]), Integers(times[rows]), values], rows.End.Value - start);
            writer.WriteRecordBatch(batch);
        }

        writer.WriteEnd();

        static Int64Array Integers(long[] values) => new Int64Array.Builder().AppendRange(values).Build();
    }

    private static async Task WriteParquet(string path, long[] ids, long[] times, string value, double[]? numbers, long[]? labels)
    {
        var schema = new ParquetSchema(new DataField<long>("id"), new DataField<long>("timestamp"), numbers is null ? new DataField<long>(value) : new DataField<double>(value));
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, file);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync<long>(schema.DataFields[0], ids.AsMemory());
        await group.WriteAsync<long>(schema.DataFields[1], times.AsMemory());
        if (numbers is null) await group.WriteAsync<long>(schema.DataFields[2], labels.AsMemory());
        else await group.WriteAsync<double>(schema.DataFields[2], numbers.AsMemory());
        group.CompleteValidate();
    }
}
