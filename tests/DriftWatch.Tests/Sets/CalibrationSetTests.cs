using System.Text;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Recalibrating;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Sets;

/// <summary>From a request that a running service has sent to the file that a pipeline trains on.</summary>
public sealed class CalibrationSetTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private const int PerHour = 200;
    private const int Hours = 12;

    /// <summary>Whole, whatever the time of day: an hour is judged when it is over.</summary>
    private static readonly long Start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000 - (40 * 3_600_000L);

    private static readonly MonitorOptions Monitor = new()
    {
        Default = new ModelOptions
        {
            Join = new JoinRule { Horizon = TimeSpan.FromHours(1), Lead = TimeSpan.FromSeconds(5) },
            Drift = new DriftOptions { Dependence = Dependence.Independent },
            Slices = ["region"],
        },
    };

    [Fact]
    public async Task The_set_of_a_request_holds_exactly_the_labeled_predictions_that_it_rests_on()
    {
        var options = kafka.Options("set");
        Create(options);
        WriteTraffic(options);
        var pipeline = new PipelineOptions { PublishInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(200) };
        using (var service = new ServiceRun(options, pipeline, Monitor))
        {
            service.RunUntil(s => s.Monitor.Series.Any(series => series.Key is { Model: "m", IsWhole: true } && series.Requests > 0), "a request");
            Assert.True(service.Stop());
        }

        var requests = EventsOf(options);
        var request = requests.First(each => each is { Model: "m", Slice: null });
        var whole = new DriftWatchOptions { Kafka = options, Monitor = Monitor, Pipeline = pipeline };
        var reader = new SetReader(whole, request);

        var rows = reader.Read();

        Assert.True(SetFile.IsComplete(request, rows), $"{rows.Count} of {request.Labeled}");
        Assert.Equal(0, reader.Gone);
        // What was sent is known: the same claims and outcomes, hour by hour.
        var sent = Enumerable.Range(0, Hours * PerHour).Select(i => (Time: TimeOf(i), Claim: ClaimOf(i), Outcome: OutcomeOf(i)))
            .Where(each => each.Time >= request.From.Milliseconds && each.Time < request.To.Milliseconds);
        Assert.Equal(sent, rows.Select(row => (row.Time.Milliseconds, row.Claim, row.Outcome)));

        // A slice's are those of the slice alone.
        var slice = request with { Slice = "region=eu" };
        Assert.Equal(rows.Count(row => (row.Time.Milliseconds - Start) / (3_600_000 / PerHour) % 2 == 0), new SetReader(whole, slice).Read().Count);

        AssertAnswered(whole, requests);

        // Retention takes the first half of a partition: what is left is told from what was asked for.
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).SetLogHandler((_, _) => { }).Build())
        {
            var range = request.Ranges[0];
            await admin.DeleteRecordsAsync([new(range.Topic, range.Partition, (range.StartOffset + range.EndOffset) / 2)]);
        }

        var left = reader.Read();
        Assert.True(reader.Gone > 0 && left.Count < rows.Count && !SetFile.IsComplete(request, left));
    }

    /// <summary>What the service has asked for is answered, each episode once, and by what was read again.</summary>
    private static void AssertAnswered(DriftWatchOptions whole, List<SetRequest> requests)
    {
        string folder = Directory.CreateTempSubdirectory("driftwatch-answers-").FullName, prefix = whole.Kafka.GroupId;
        try
        {
            var options = whole with { Recalibration = new() { Folder = folder, MapsTopic = prefix + "-maps", AuditTopic = prefix + "-audit", AnswersTopic = prefix + "-answers" } };
            using (var loop = new RecalibrationLoop(options, once: true, TimeProvider.System, NullLogger.Instance)) loop.Run(TestContext.Current.CancellationToken);

            var decisions = AnswerStore.ReadAll(options.Kafka, options.Recalibration.AuditTopic).Select(record => AuditRecord.Read(record.Value)).ToList();
            Assert.Equal(requests.Select(each => each.Episode).Order(), decisions.Select(each => each.Draft.Request.Episode).Order());
            Assert.DoesNotContain(decisions, each => each.Verdict == Decision.Failed);
            Assert.Equal(decisions.Count(each => each.Verdict == "accept"), AnswerStore.ReadAll(options.Kafka, options.Recalibration.MapsTopic).Count());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_set_names_the_settings_that_decide_what_is_in_it_and_no_others()
    {
        var request = new SetRequest("e", "ep", "m", "1", null, "binary", new(Start), new(Start + 1000), 3, 1, [new("p", 0, 5, 9)]);
        var options = new DriftWatchOptions { Kafka = new() { PredictionTopics = ["p"], LabelTopics = ["l"] } };
        string Of(DriftWatchOptions with) => new SetReader(with, request).Configuration;
        string usual = Of(options);

        Assert.Matches("^sha256:[0-9a-f]{64}$", usual);
        foreach (var same in (DriftWatchOptions[])[options, options with { Web = new() { PagePollMilliseconds = 9 } }, options with { Monitor = options.Monitor with { Default = options.Monitor.Default with { Team = "x" } } }]) Assert.Equal(usual, Of(same));
        DriftWatchOptions[] others =
        [
            options with { Monitor = options.Monitor with { Default = options.Monitor.Default with { Join = new() { Horizon = TimeSpan.FromDays(3) } } } },
            options with { Monitor = options.Monitor with { Default = options.Monitor.Default with { PositiveLabel = "fraud" } } },
            options with { Pipeline = options.Pipeline with { PredictionFields = new() { [FieldName.Probability] = "/score" } } },
        ];
        Assert.Equal(1 + others.Length, others.Select(Of).Append(usual).Distinct().Count());

        string folder = Directory.CreateTempSubdirectory("driftwatch-sets-").FullName;
        try
        {
            using var reader = new ArrowFileReader(File.OpenRead(SetFile.Write(folder, request, [], SetFormat.Arrow, compressed: false, configuration: usual).Path), new CompressionCodecFactory());
            Assert.Equal(usual, reader.Schema.Metadata["driftwatch.configuration"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_is_named_by_its_bytes_and_read_back_as_it_was_written(bool compressed)
    {
        var request = new SetRequest("e", "ep", "m", "1", null, "binary", new(Start), new(Start + 1000), 3, 1, [new("p", 0, 5, 9)]);
        SetRow[] rows = [.. Enumerable.Range(0, 70_000).Select(i => new SetRow(new((ulong)i * 3, (ulong)i * 7), new(Start + i), ClaimOf(i), OutcomeOf(i)))];
        string folder = Directory.CreateTempSubdirectory("driftwatch-sets-").FullName;
        try
        {
            var written = SetFile.Write(folder, request, rows, SetFormat.Arrow, compressed);

            Assert.Equal(written, SetFile.Write(folder, request, rows, SetFormat.Arrow, compressed));
            Assert.Equal([written.Path], Directory.GetFiles(folder));
            Assert.Equal(written.Checksum, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(written.Path))));
            Assert.NotEqual(written.Checksum, SetFile.Write(folder, request, rows[1..], SetFormat.Arrow, compressed).Checksum);
            using var reader = new ArrowFileReader(File.OpenRead(written.Path), new CompressionCodecFactory());
            List<SetRow> read = [];
            while (reader.ReadNextRecordBatch() is { } batch)
            {
                for (int i = 0; i < batch.Length; i++)
                {
                    var time = ((TimestampArray)batch.Column("time")).GetTimestamp(i)!.Value;
                    read.Add(new(new(((UInt64Array)batch.Column("id_hash")).GetValue(i)!.Value, 0), new(time.ToUnixTimeMilliseconds()), ((DoubleArray)batch.Column("claim")).GetValue(i)!.Value, ((BooleanArray)batch.Column("outcome")).GetValue(i)!.Value));
                    Assert.Equal((byte)Core.Recalibration.CalibrationSet.FoldOf((ulong)(read.Count - 1) * 7), ((UInt8Array)batch.Column("fold")).GetValue(i)!.Value);
                }
            }

            Assert.Equal(rows.Select(row => row with { Id = new(row.Id.High, 0) }), read);
            Assert.Equal(("false", "p[0]@5-9", "70000"), (reader.Schema.Metadata["driftwatch.complete"], reader.Schema.Metadata["driftwatch.ranges"], reader.Schema.Metadata["driftwatch.n"]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parquet_holds_the_rows_and_metadata_of_the_same_set_in_Arrow(bool compressed)
    {
        var request = new SetRequest("e", "ep", "m", "1", "region=eu", "binary", new(Start), new(Start + 1000), 3, 1, [new("p", 0, 5, 9)]);
        SetRow[] rows = [.. Enumerable.Range(0, 70_000).Select(i => new SetRow(new((ulong)i * 3 << 32, (ulong)i * 7), new(Start + (i * 5000L)), ClaimOf(i) / 3, OutcomeOf(i), 1 + (i % 5 / 7.0)))];
        string folder = Directory.CreateTempSubdirectory("driftwatch-sets-").FullName;
        try
        {
            var (arrow, parquet) = (SetFile.Write(folder, request, rows, SetFormat.Arrow, compressed), SetFile.Write(folder, request, rows, SetFormat.Parquet, compressed));

            Assert.Equal(parquet, SetFile.Write(folder, request, rows, SetFormat.Parquet, compressed));
            Assert.Equal(Path.Combine(folder, $"{parquet.Checksum}.parquet"), parquet.Path);
            Assert.True(parquet.Bytes < arrow.Bytes || compressed);
            using var file = File.OpenRead(parquet.Path);
            var ((metadata, read), (arrowMetadata, arrowRead)) = (Files.ParquetSet.Read(file), Files.ArrowSet.Read(File.OpenRead(arrow.Path)));
            Assert.Equal(arrowRead, read);
            Assert.Equal(arrowMetadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal));
            Assert.Equal(rows.Select(row => (row.Time.Milliseconds, row.Claim, row.Outcome, row.Weight, row.Id.High)), read.Select(row => (row.Time, row.Claim, row.Outcome, row.Weight, row.IdHash)));
            // The reader of input files sees the same columns.
            using var input = Files.InputFile.Open(parquet.Path, () => Stream.Null);
            using var table = new Files.ParquetTable(input);
            Assert.Equal(["time", "claim", "outcome", "weight", "fold", "day", "id_hash"], table.Columns);
            Assert.False(table.IsWithoutZone(0));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Probabilities_of_all_classes_are_in_the_set_and_give_the_map_of_vectors_that_they_give_in_memory()
    {
        var options = kafka.Options("vectors");
        Create(options);
        var random = new Random(12);
        string[] names = ["cat", "dog", "owl"];
        var sent = Enumerable.Range(0, 4000).Select(i =>
        {
            // Claims of twice the log-odds that there are, so T is 2 about; classes are named in another order in every second record.
            double[] logits = [random.NextDouble() * 3, random.NextDouble() * 3, random.NextDouble() * 3], claims = Softmax(logits, 2), truth = Softmax(logits, 1);
            double u = random.NextDouble();
            return (Id: $"v{i}", Time: Start + (i * 1000L), Claims: claims, Actual: u < truth[0] ? 0 : u < truth[0] + truth[1] ? 1 : 2);
        }).ToList();
        using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5 }).SetLogHandler((_, _) => { }).Build())
        {
            foreach (var one in sent)
            {
                string[] members = [.. one.Claims.Select((claim, at) => $"\"{names[at]}\":{claim.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}")];
                if (one.Time % 2000 == 0) members.AsSpan().Reverse();
                Send(options.PredictionTopics[0], $$$"""{"id":"{{{one.Id}}}","model":"zoo","version":"1","timestamp":{{{one.Time}}},"probabilities":{{{{string.Join(',', members)}}}}}""", one.Time);
                Send(options.LabelTopics[0], $$"""{"id":"{{one.Id}}","timestamp":{{one.Time + 60_000}},"label":"{{names[one.Actual]}}"}""", one.Time + 60_000);
            }

            Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(60)));
            void Send(string topic, string json, long time) => producer.Produce(new TopicPartition(topic, 0), new Message<byte[], byte[]> { Value = Encoding.UTF8.GetBytes(json), Timestamp = new Timestamp(time, TimestampType.CreateTime) });
        }

        var request = new SetRequest("e", "ep", "zoo", "1", null, "top-label", new(Start), new(Start + 3_600_000 * 2), 4000, 1, [new(options.PredictionTopics[0], 0, 0, 4000)]);
        var reader = new SetReader(new DriftWatchOptions { Kafka = options, Monitor = Monitor }, request);
        var rows = reader.Read();

        Assert.Equal(names, reader.Vectors.Classes);
        Assert.Equal(sent.Select(one => (one.Time, one.Actual, string.Join(' ', one.Claims))), rows.Select(row => (row.Time.Milliseconds, row.Actual, string.Join(' ', row.Vector!))));
        string folder = Directory.CreateTempSubdirectory("driftwatch-vectors-").FullName;
        try
        {
            var inMemory = new Core.Recalibration.VectorSet(3);
            foreach (var row in rows) inMemory.AddToFold(Core.Recalibration.CalibrationSet.FoldOf(row.Id.Low), row.Vector, row.Actual, 1, (int)(row.Time.Milliseconds / 86_400_000));
            var expected = Core.Recalibration.Recalibrator.Recommend(inMemory, new());
            Assert.Equal(Core.Recalibration.MapMethod.Temperature, expected.Chosen!.Method);
            foreach (var format in SetFormats.All)
            {
                var file = SetFile.Write(folder, request, rows, format, compressed: false, reader.Vectors);
                var fitted = FittedSet.Of(file.Path, Core.Recalibration.MapMethods.All);

                var map = (Core.Recalibration.VectorMap)fitted.Answer.Chosen!.Map!;
                Assert.Equal(((Core.Recalibration.VectorMap)expected.Chosen.Map!).Slopes, map.Slopes);
                Assert.InRange(1 / map.Slopes[0], 1.8, 2.2);
                Assert.Equal([.. names, "vector"], [.. fitted.Classes, fitted.ViewName]);
                // Where vectors are not asked for, the claim of the top class is fitted as before.
                Assert.Equal(("top-label", true), (FittedSet.Of(file.Path, Core.Recalibration.MapMethods.OfClaims) is var claims ? claims.ViewName : "", claims.Answer.Chosen!.Map is not Core.Recalibration.VectorMap));
            }

            var without = new SetVectors(null, "3 of 4000 labeled predictions have no probabilities of all classes in their records");
            var bare = SetFile.Write(folder, request, [.. rows.Select(row => row with { Vector = null, Actual = -1 })], SetFormat.Arrow, compressed: false, without);
            Assert.Contains(without.Lack!, Assert.Throws<SetException>(() => FittedSet.Of(bare.Path, [Core.Recalibration.MapMethod.Vector])).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static double[] Softmax(double[] logits, double by)
        {
            double sum = logits.Sum(logit => Math.Exp(by * logit));
            return [.. logits.Select(logit => Math.Exp(by * logit) / sum)];
        }
    }

    [Theory]
    [InlineData("b a 10", "10 a b")]
    [InlineData("10 9 0", "0 9 10")]
    public void Classes_have_an_order_that_does_not_depend_on_which_came_first(string names, string order) => Assert.Equal(order.Split(' '), SetVectors.InOrder(names.Split(' ')));

    [Fact]
    public async Task A_set_becomes_a_map_that_names_episode_and_set()
    {
        string folder = Directory.CreateTempSubdirectory("driftwatch-sets-").FullName;
        try
        {
            var random = new Random(4);
            SetRow[] rows = [.. Enumerable.Range(0, 6000).Select(i => (Claim: ClaimOf(i), i)).Select(one => new SetRow(new((ulong)one.i, (ulong)one.i), new(Start + (one.i * 60_000L)), one.Claim, random.NextDouble() < one.Claim * one.Claim))];
            var request = new SetRequest("e", "ep", "m", "1", "region=eu", "binary", new(Start), new(Start + 1), 6000, rows.Count(row => row.Outcome), []);
            var set = SetFile.Write(folder, request, rows, SetFormat.Arrow, compressed: true);
            string maps = Path.Combine(folder, "maps");

            Assert.Equal(ExitCode.Ok, await Commands.CommandLine.RunAsync(["fit", "--calibration-set", set.Path, "--out", maps]));

            var map = Core.Recalibration.MapJsonReader.Read(await File.ReadAllBytesAsync(Path.Combine(maps, "map.json"), TestContext.Current.CancellationToken));
            Assert.Equal(("m", "1", "region=eu", "binary"), (map.Model, map.Version, map.Slice, map.View));
            Assert.Equal(("ep", set.Checksum, 6000L), (map.Lineage.Episode, map.Lineage.SetChecksum, map.Lineage.N));
            // Outcomes come true with p²: so does the map, about.
            Assert.All((double[])[.2, .4, .6], claim => Assert.InRange(map.Map.Apply(claim), (claim * claim) - .03, (claim * claim) + .03));

            byte[] bytes = await File.ReadAllBytesAsync(set.Path, TestContext.Current.CancellationToken);
            bytes[^200] ^= 1;
            await File.WriteAllBytesAsync(set.Path, bytes, TestContext.Current.CancellationToken);
            Assert.Equal(ExitCode.Usage, await Commands.CommandLine.RunAsync(["fit", "--calibration-set", set.Path]));
            Assert.Equal(ExitCode.Usage, await Commands.CommandLine.RunAsync(["fit", "--calibration-set", set.Path, "--labels", "l.csv"]));
            Assert.Equal(ExitCode.Usage, await Commands.CommandLine.RunAsync(["fit"]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("{", "This is no recalibration request")]
    [InlineData("""{"id":"1","type":"io.driftwatch.recalibration.resolved.v1","data":{}}""", "only io.driftwatch.recalibration.requested.v1 names the data")]
    [InlineData("""{"id":"1","type":"io.driftwatch.recalibration.requested.v1","data":{"view":"class:cat"}}""", "The request is of the view class:cat")]
    [InlineData("""{"id":"1"}""", "/data is missing")]
    [InlineData("[]", "the document is no object, array was found")]
    [InlineData("""{"id":"1","type":"io.driftwatch.recalibration.requested.v1","data":{"window":[]}}""", "/data/episode is missing")]
    [InlineData("""{"id":"1","type":"io.driftwatch.recalibration.requested.v1","data":{"episode":"e","model":"m","version":"1","slice":null,"task":"binary","window":{"start":"2026-01-01T00:00:00Z"}}}""", "/data/window/end is missing")]
    [InlineData("""{"id":"1","type":"io.driftwatch.recalibration.requested.v1","data":{"episode":"e","model":"m","version":"1","slice":null,"task":"binary","window":{"start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z"},"n":1,"positives":0,"dataRange":[{"topic":"t","partition":"0"}]}}""", "/data/dataRange/0/partition is no whole number")]
    public void What_no_set_can_be_made_of_is_refused_in_words(string json, string words) =>
        Assert.Contains(words, Assert.Throws<SetException>(() => SetRequest.Read(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_request_of_the_model_over_all_its_versions_asks_for_the_predictions_of_each_that_was_judged()
    {
        const string Json = """{"id":"1","type":"io.driftwatch.recalibration.requested.v1","data":{"model":"m","version":"3","versions":["1","2","3"],"slice":null,"task":"binary","episode":"e","window":{"start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z"},"n":9,"positives":3,"dataRange":[]}}""";
        Assert.Equal(["1", "2", "3"], SetRequest.Read(Encoding.UTF8.GetBytes(Json)).Versions);
        Assert.Equal(["3"], SetRequest.Read(Encoding.UTF8.GetBytes(Json.Replace("\"versions\":[\"1\",\"2\",\"3\"],", "", StringComparison.Ordinal))).Versions);
    }

    private static long TimeOf(int i) => Start + (i * (3_600_000L / PerHour));

    private static double ClaimOf(int i) => ((i % 7) + 1) / 10.0;

    private static bool OutcomeOf(int i) => i % 11 == 0;

    private static List<SetRequest> EventsOf(KafkaOptions options)
    {
        using var range = new TopicRange(options, [options.RequestTopic], null, null);
        List<SetRequest> requests = [];
        while (range.Read()) requests.Add(SetRequest.Read(range.Message.Value));
        return requests;
    }

    private static void WriteTraffic(KafkaOptions options)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = options.BootstrapServers, LingerMs = 5, EnableIdempotence = true })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        for (int i = 0; i < Hours * PerHour; i++)
        {
            string region = i % 2 == 0 ? "eu" : "us", claim = ClaimOf(i).ToString(System.Globalization.CultureInfo.InvariantCulture);
            // Another version and another model in the same partitions.
            foreach (var (model, version) in new[] { ("m", "1"), ("m", "2"), ("other", "1") })
            {
                Send(options.PredictionTopics[0], $"{model}{version}-{i}", $$$"""{"id":"{{{model}}}{{{version}}}-{{{i}}}","model":"{{{model}}}","version":"{{{version}}}","timestamp":{{{TimeOf(i)}}},"probability":{{{claim}}},"slices":{"region":"{{{region}}}"}}""", TimeOf(i));
                Send(options.LabelTopics[0], $"{model}{version}-{i}", $$"""{"id":"{{model}}{{version}}-{{i}}","timestamp":{{TimeOf(i) + 60_000}},"label":{{(OutcomeOf(i) ? 1 : 0)}}}""", TimeOf(i) + 60_000);
            }
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(60)));
        void Send(string topic, string key, string json, long time) =>
            producer.Produce(topic, new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(json), Timestamp = new Timestamp(time, TimestampType.CreateTime) });
    }

    private static void Create(KafkaOptions options)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        admin.CreateTopicsAsync(new[] { options.PredictionTopics[0], options.LabelTopics[0] }.Select(topic => new TopicSpecification { Name = topic, NumPartitions = 2 })).GetAwaiter().GetResult();
    }
}
