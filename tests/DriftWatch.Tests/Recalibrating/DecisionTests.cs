using System.Text;
using System.Text.Json;
using DriftWatch.Core.Events;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;
using DriftWatch.Kafka.Answering;
using DriftWatch.Options;
using DriftWatch.Sets;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>What is decided on a set, what is written down of it, and that the same comes out of the record again.</summary>
public sealed class DecisionTests : IDisposable
{
    private static readonly long Start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly SetRequest Asked = new("event-1", "episode-1", "fraud", "7", "region=eu", "binary", new(Start), new(Start + 3_600_000), 4000, 900, [new("predictions", 0, 5, 4005)]);

    private readonly string _folder = Directory.CreateTempSubdirectory("driftwatch-decision-").FullName;

    [Fact]
    public void The_same_inputs_give_the_same_record_and_map_to_the_bit_and_the_record_says_what_they_were()
    {
        string set = Set(square: true);

        var decision = Decision.Fit(Draft(), set);
        byte[] written = AuditWriter.Write(decision);

        Assert.Equal(written, AuditWriter.Write(Decision.Fit(Draft(), set)));
        Assert.Equal(("accept", 1, null), (decision.Verdict, decision.Map!.Revision, decision.Map.Document.Lineage.Parent));
        // Outcomes come true with p²: so does the map, about.
        Assert.All((double[])[.2, .4, .6], claim => Assert.InRange(decision.Map.Document.Map.Apply(claim), (claim * claim) - .03, (claim * claim) + .03));
        var record = AuditRecord.Read(written);
        // Records hold lists, which are equal only where they are the same: their bytes are compared.
        Assert.Equal(AuditWriter.Write(Draft() with { Failure = "" }), AuditWriter.Write(record.Draft with { Failure = "" }));
        Assert.Equal((Path.GetFileNameWithoutExtension(set), 1, decision.Map.Checksum), (record.SetChecksum, record.MapRevision, record.MapChecksum));
        Assert.True(AuditReplay.Of(record, written, Shelf).IsReproduced);
    }

    [Fact]
    public void A_set_in_Parquet_gives_the_map_of_the_same_set_in_Arrow()
    {
        var (arrow, parquet) = (Decision.Fit(Draft(), Set(square: true)), Decision.Fit(Draft(), Set(square: true, format: SetFormat.Parquet)));
        byte[] written = AuditWriter.Write(parquet);

        Assert.EndsWith(".parquet", parquet.Fitted!.SetFileName, StringComparison.Ordinal);
        Assert.Equal(((LogitMap)arrow.Map!.Document.Map).Intercept, ((LogitMap)parquet.Map!.Document.Map).Intercept);
        Assert.Equal(((LogitMap)arrow.Map.Document.Map).Slope, ((LogitMap)parquet.Map.Document.Map).Slope);
        Assert.True(AuditReplay.Of(AuditRecord.Read(written), written, Shelf).IsReproduced);
    }

    [Fact]
    public void Vectors_are_fitted_where_they_are_asked_for_and_their_map_names_the_classes()
    {
        var random = new Random(9);
        SetRow[] rows =
        [
            .. Enumerable.Range(0, 4000).Select(i =>
            {
                double[] truth = [random.NextDouble() + .05, random.NextDouble() + .05, random.NextDouble() + .05], vector = [.. truth.Select(each => each * each)];
                double u = random.NextDouble() * truth.Sum(), sum = vector.Sum();
                int actual = u < truth[0] ? 0 : u < truth[0] + truth[1] ? 1 : 2;
                double[] claims = [.. vector.Select(each => each / sum)];
                return new SetRow(new((ulong)i, (ulong)i), new EventTime(Start + (i * 500L)), claims.Max(), Array.IndexOf(claims, claims.Max()) == actual, 1) { Vector = claims, Actual = actual };
            }),
        ];
        var asked = Asked with { View = "top-label", Slice = null };
        string set = SetFile.Write(_folder, asked, rows, SetFormat.Parquet, compressed: false, new SetVectors(["cat", "dog", "owl"], null)).Path;
        var draft = Draft() with { Request = new("event-1", "/driftwatch", "episode-1", "zoo", "7", null, "top-label"), Asked = asked, Terms = DecisionTerms.Of(new DriftWatchOptions { Recalibration = new() { Methods = MapMethods.All } }, "zoo") };

        var decision = Decision.Fit(draft, set);
        byte[] written = AuditWriter.Write(decision);

        var document = decision.Map!.Document;
        Assert.Equal(["vector", "cat", "dog", "owl"], [document.View, .. document.Classes]);
        Assert.Equal([MapMethod.Temperature, MapMethod.Vector], decision.Fitted!.Answer.Candidates.Select(candidate => candidate.Method));
        Assert.InRange(1 / ((VectorMap)document.Map).Slopes[0], 1.8, 2.2);
        Assert.True(AuditReplay.Of(AuditRecord.Read(written), written, Shelf).IsReproduced);
        string place = new MapFolder(_folder, "pvc://maps").Write(decision.Map);
        Assert.True(File.Exists(Path.Combine(_folder, place, "map.onnx")));

        // Where they are not asked for, the confidence is mapped as before.
        Assert.Equal("top-label", Decision.Fit(draft with { Terms = DecisionTerms.Of(new DriftWatchOptions(), "zoo") }, set).Fitted!.ViewName);
    }

    [Fact]
    public void The_next_map_names_the_one_before_and_counts_on()
    {
        string set = Set(square: true);
        var first = Decision.Fit(Draft(), set).Map!;

        var second = Decision.Fit(Draft() with { Parent = new(first.Revision, first.Checksum) }, set).Map!;

        Assert.Equal((2, first.Checksum), (second.Revision, second.Document.Lineage.Parent));
        Assert.NotEqual(first.Checksum, second.Checksum);
    }

    [Fact]
    public void Claims_that_hold_keep_their_map_and_too_few_labels_are_waited_for()
    {
        var keep = Decision.Fit(Draft(), Set(square: false));
        var wait = Decision.Fit(Draft(), Set(square: true, rows: 300));

        Assert.Equal(("keep", null, "wait", null), (keep.Verdict, keep.Map, wait.Verdict, wait.Map));
        Assert.All((Decision[])[keep, wait], decision => Assert.True(AuditReplay.Of(AuditRecord.Read(AuditWriter.Write(decision)), AuditWriter.Write(decision), Shelf).IsReproduced));
    }

    [Fact]
    public void What_differs_from_the_record_is_named_by_its_place()
    {
        var decision = Decision.Fit(Draft(), Set(square: true));
        byte[] written = AuditWriter.Write(decision);
        string text = Encoding.UTF8.GetString(written);
        string before = $"\"n\":{decision.Fitted!.Answer.Count},\"positives\":{decision.Fitted.Answer.Positives},\"complete\"";
        Assert.Contains(before, text, StringComparison.Ordinal);
        byte[] changed = Encoding.UTF8.GetBytes(text.Replace(before, before.Replace("\"n\":", "\"n\":1", StringComparison.Ordinal), StringComparison.Ordinal));

        var replay = AuditReplay.Of(AuditRecord.Read(changed), changed, Shelf);

        Assert.Equal([$"set.n: recorded 1{decision.Fitted.Answer.Count}, now {decision.Fitted.Answer.Count}"], replay.Differences);

        // A set that was changed is no set.
        string set = Directory.GetFiles(_folder, "*.arrow").Single();
        byte[] bytes = File.ReadAllBytes(set);
        bytes[^200] ^= 1;
        File.WriteAllBytes(set, bytes);
        Assert.Contains("its SHA-256 is", AuditReplay.Of(AuditRecord.Read(written), written, Shelf).Failure, StringComparison.Ordinal);
        File.Delete(set);
        Assert.Contains("is not there", AuditReplay.Of(AuditRecord.Read(written), written, Shelf).Failure, StringComparison.Ordinal);

        // Retention leaves a line.
        Shelf.Places[0].Replace(RemovedSet.KeyOf(decision.Fitted.SetChecksum!), RemovedSet.Write(new(Start), 4711, "older than recalibration.keep, 400d"));
        Assert.Contains("was removed by retention at 2026-11-01T00:00:00Z: older than recalibration.keep, 400d; it had 4711 bytes.", AuditReplay.Of(AuditRecord.Read(written), written, Shelf).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_try_that_came_to_nothing_is_a_decision_too()
    {
        var failed = Draft() with { Asked = null, Failure = "Retention has taken 5 records." };
        byte[] written = AuditWriter.Write(failed);

        var record = AuditRecord.Read(written);

        Assert.Equal(("failed", "Retention has taken 5 records.", null, null), (record.Verdict, record.Reason, record.SetChecksum, record.MapChecksum));
        Assert.True(AuditReplay.Of(record, written, Shelf).IsReproduced);
        Assert.Throws<FormatException>(() => AuditRecord.Read("{}"u8.ToArray()));
        Assert.Throws<FormatException>(() => AuditRecord.Read(null));
    }

    [Fact]
    public void The_answer_is_the_same_to_the_byte_and_has_the_members_of_its_schema()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs/events/completed.v1.schema.json")));
        var properties = schema.RootElement.GetProperty("properties");
        // The schema asks for less of a pipeline of one's own.
        string[] required = ["model", "version", "slice", "task", "episode", "request", "verdict", "reason", "set", "map"];
        foreach (var decision in (Decision[])[Decision.Fit(Draft(), Set(square: true)), Decision.Fit(Draft(), Set(square: false)), Draft() with { Failure = "nothing is left" }])
        {
            var answer = Answer(decision);

            Assert.Equal(answer.Value, Answer(decision).Value);
            using var document = JsonDocument.Parse(answer.Value!);
            var (root, data) = (document.RootElement, document.RootElement.GetProperty("data"));
            Assert.Equal(("1.0", CloudEventWriter.CompletedType, "episode-1", "event-1", "models/fraud/versions/7/slices/region=eu"), (Text("specversion"), Text("type"), Text("correlationid"), Text("causationid"), Text("subject")));
            Assert.Equal(root.EnumerateObject().Where(member => member.Name != "data").Select(member => ($"ce_{member.Name}", member.Value.GetString())), answer.Headers.Skip(1).Select(header => (header.Name, (string?)Encoding.UTF8.GetString(header.Value!))));
            Assert.Equal(required, required.Where(name => data.TryGetProperty(name, out _)));
            Assert.All(data.EnumerateObject(), member => Assert.True(properties.TryGetProperty(member.Name, out _), member.Name));
            Assert.Contains(decision.Verdict, properties.GetProperty("verdict").GetProperty("enum").EnumerateArray().Select(verdict => verdict.GetString()));
            foreach (string part in new[] { "set", "map" }.Where(part => data.GetProperty(part).ValueKind == JsonValueKind.Object))
                Assert.Equal(properties.GetProperty(part).GetProperty("properties").EnumerateObject().Select(member => member.Name), data.GetProperty(part).EnumerateObject().Select(member => member.Name));

            string? Text(string name) => root.GetProperty(name).GetString();
        }

        static AnswerRecord Answer(Decision decision) => AnswerEvent.Of(decision, "/driftwatch", "answers", "maps", new(decision.Map is null ? null : "fraud/7/1-abc", null, "s3://bucket/sets/abc.arrow"));
    }

    private SetShelf Shelf => new(new RecalibrationOptions { SetsFolder = _folder });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Decision Draft() => new()
    {
        Request = new("event-1", "/driftwatch", "episode-1", "fraud", "7", "region=eu", "binary"),
        Place = "requests[0]@3",
        Asked = Asked,
        Terms = DecisionTerms.Of(new DriftWatchOptions(), "fraud"),
        By = DecidedBy.Us,
    };

    private string Set(bool square, int rows = 4000, SetFormat format = SetFormat.Arrow)
    {
        var random = new Random(4);
        SetRow[] all =
        [
            .. Enumerable.Range(0, rows).Select(i => (Claim: ((i % 17) + 1) / 20.0, i))
                .Select(one => new SetRow(new((ulong)one.i, (ulong)one.i), new EventTime(Start + (one.i * 500L)), one.Claim, random.NextDouble() < (square ? one.Claim * one.Claim : one.Claim))),
        ];
        return SetFile.Write(_folder, Asked, all, format, compressed: false).Path;
    }
}
