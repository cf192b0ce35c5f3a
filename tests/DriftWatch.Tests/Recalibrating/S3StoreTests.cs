using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using DriftWatch.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>Sets and maps in servers that speak S3 and are not ours.</summary>
public sealed class S3StoreTests
{
    [Theory]
    [InlineData("s3rver")]
    [InlineData("moto")]
    public void What_is_put_there_is_found_under_its_key_whatever_the_key(string kind)
    {
        using var server = new S3Server(kind);
        var store = new S3Store(server.Options("a/prefix/"), S3Server.Credentials);
        string[] keys = ["sets/0a1b.arrow", "fraud/7/1-0a1b2c3d/map.json", "a%20b/v%2F1/region=eu%2Fwest/current", "%2E.%2F..%2Fetc/%/current", "sets/.note"];

        foreach (string key in keys)
        {
            Assert.Null(store.Read(key));
            store.Replace(key, Encoding.UTF8.GetBytes("first " + key));
            store.Replace(key, Encoding.UTF8.GetBytes(key));
        }

        Assert.Equal(keys, keys.Select(key => Encoding.UTF8.GetString(store.Read(key)!)));
        Assert.Equal(keys.Order(StringComparer.Ordinal), store.List("").Select(file => file.Key).Order(StringComparer.Ordinal));
        Assert.All(store.List(""), file => Assert.Equal((file.Key.Length, true), ((int)file.Bytes, DateTimeOffset.UtcNow - file.Written < TimeSpan.FromMinutes(5))));
        Assert.Equal(["sets/.note", "sets/0a1b.arrow"], store.List("sets/").Select(file => file.Key).Order(StringComparer.Ordinal));
        Assert.Equal("sets/.note", Encoding.UTF8.GetString(store.Under("sets").Read(".note")!));
        Assert.Equal("s3://driftwatch/a/prefix/sets/.note", store.Under("sets").AddressOf(".note"));
        store.Remove(keys[2]);
        store.Remove(keys[2]);
        Assert.Null(store.Read(keys[2]));
        Assert.Equal(4, store.List("").Count());
    }

    [Fact]
    public void Of_two_writers_one_writes_and_a_list_of_more_than_a_page_is_whole()
    {
        using var server = new S3Server("moto");
        var store = new S3Store(server.Options("p"), S3Server.Credentials);

        Assert.True(store.Add("k", new MemoryStream("one"u8.ToArray())));
        Assert.False(store.Add("k", new MemoryStream("two"u8.ToArray())));

        Assert.Equal("one"u8.ToArray(), store.Read("k"));
        Parallel.For(0, 1010, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => store.Replace($"many/{i}", [1]));
        Assert.Equal(1010, store.List("many/").Select(file => file.Key).Distinct().Count());
    }

    [Theory]
    [InlineData("s3rver")]
    [InlineData("moto")]
    public void A_map_is_there_whole_before_current_names_it_and_retention_is_that_of_a_folder(string kind)
    {
        using var server = new S3Server(kind);
        string root = Directory.CreateTempSubdirectory("driftwatch-s3-maps-").FullName;
        try
        {
            var store = new S3Store(server.Options("p"), S3Server.Credentials);
            var folder = new MapFolder(root, "pvc://maps", store);
            DecidedMap[] maps = [UpkeepTests.Map(1), UpkeepTests.Map(2), UpkeepTests.Map(3)];
            string[] places = [.. maps.Select(folder.Write)];
            Assert.Null(store.Read("fraud/7/current"));
            Assert.True(folder.Point(maps[2]));
            Assert.False(folder.Point(maps[2]));

            // To the byte what is in the folder.
            string[] files = [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
            Assert.Equal(files, store.List("").Select(file => file.Key).Order(StringComparer.Ordinal));
            Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(root, file)), store.Read(file)));
            // Another machine, whose folder is empty, has nothing to send; half a map is made whole.
            store.Remove($"{places[0]}/map.json");
            new MapFolder(Path.Combine(root, "other"), "pvc://maps", store).Write(maps[0]);
            Assert.Equal(files, store.List("").Select(file => file.Key).Order(StringComparer.Ordinal));
            store.Replace($"{places[1]}/map.json", "{}"u8.ToArray());
            Assert.Contains($"s3://driftwatch/p/{places[1]} holds another map", Assert.Throws<IOException>(() => folder.Write(maps[1])).Message, StringComparison.Ordinal);

            var time = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(500));
            store.Replace($"sets/{new string('a', 64)}.arrow", [1]);
            store.Replace($"sets/{new string('b', 64)}.arrow", [1, 2]);
            new Upkeep(new(), [store.Under("sets")], [store], time, new LogLines()).Run(() => [], [maps[2] with { Document = maps[2].Document with { Lineage = maps[2].Document.Lineage with { SetChecksum = new('b', 64) } } }], new Dictionary<string, string?>());

            Assert.DoesNotContain(store.List(""), file => file.Key.StartsWith(places[0], StringComparison.Ordinal));
            Assert.Equal([$"sets/{new string('a', 64)}.removed", $"sets/{new string('b', 64)}.arrow"], store.List("sets/").Select(file => file.Key).Order(StringComparer.Ordinal));
            Assert.NotNull(store.Read($"{places[1]}/map.onnx"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void What_the_store_says_no_to_is_told_with_bucket_key_and_what_to_do()
    {
        using var server = new S3Server("s3rver");
        var options = server.Options("p");

        Assert.Contains($"s3://other/p/k could not be written: {server.Endpoint} has no bucket other. Create it, or correct recalibration.store.", Said(new S3Store(options with { Store = "s3://other/p" }, S3Server.Credentials)), StringComparison.Ordinal);
        Assert.Contains("refuses the credentials (InvalidAccessKeyId)", Said(new S3Store(options, new BasicAWSCredentials("NOBODY", "x"))), StringComparison.Ordinal);
        server.Stop();
        string down = Said(new S3Store(options, S3Server.Credentials));
        Assert.Contains($"s3://driftwatch/p/k could not be written: {server.Endpoint} does not answer (", down, StringComparison.Ordinal);
        Assert.Contains("See that it runs", down, StringComparison.Ordinal);

        static string Said(S3Store store) => Assert.Throws<IOException>(() => store.Replace("k", [1])).Message;
    }

    [Theory]
    [InlineData("AccessDenied", 403, "needs s3:ListBucket on b, and s3:GetObject, s3:PutObject and s3:DeleteObject under its prefix")]
    [InlineData("ExpiredToken", 400, "refuses the credentials (ExpiredToken)")]
    [InlineData("PermanentRedirect", 301, "the bucket b is in another region. Set recalibration.storeRegion.")]
    [InlineData("RequestTimeTooSkewed", 403, "the clock of this machine")]
    [InlineData("SlowDown", 503, "Amazon S3 answered 503 SlowDown: Said so.")]
    [InlineData("EntityTooLarge", 400, "Amazon S3 answered 400 EntityTooLarge: Said so.")]
    public void Each_refusal_leads_to_its_fix(string code, int status, string words) =>
        Assert.Contains(words, StoreTrouble.Describe(new AmazonS3Exception("Said so.", ErrorType.Sender, code, "r", (HttpStatusCode)status), "b", new RecalibrationOptions()), StringComparison.Ordinal);

    [Fact]
    public void Without_credentials_or_region_the_words_say_where_they_are_looked_for()
    {
        Assert.Contains("AWS_ACCESS_KEY_ID", StoreTrouble.Describe(new AmazonClientException("Failed to resolve AWS credentials."), "b", new()), StringComparison.Ordinal);
        Assert.Contains("recalibration.storeRegion", StoreTrouble.Describe(new AmazonClientException("No RegionEndpoint or ServiceURL configured"), "b", new()), StringComparison.Ordinal);
    }
}
