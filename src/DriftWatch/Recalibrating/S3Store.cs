using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DriftWatch.Options;

namespace DriftWatch.Recalibrating;

/// <summary>Objects under a prefix of a bucket, in Amazon S3 or whatever speaks as it does.</summary>
/// <remarks>
/// Credentials are found by the client's own chain (environment, profile, web identity, instance). What is named by its content is put under a condition (<c>If-None-Match: *</c>), so of two writers one writes; a server that does not know
/// conditions writes the same bytes twice. The client tries again four times; what does not go then is told, and tried again by whoever asked.
/// </remarks>
internal sealed class S3Store : IArtefactStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Lazy<AmazonS3Client> _client;
    private readonly RecalibrationOptions _options;
    private readonly string _bucket;
    private readonly string _prefix;

    /// <param name="options">Which bucket and prefix, and where.</param>
    /// <param name="credentials">Who asks; null: whom the chain finds.</param>
    public S3Store(RecalibrationOptions options, AWSCredentials? credentials = null)
    {
        _options = options;
        // Made when it is first needed: it looks for region and credentials, and what it does not find is told where a request waits for it.
        _client = new(() => credentials is null ? new AmazonS3Client(Config(options)) : new AmazonS3Client(credentials, Config(options)), LazyThreadSafetyMode.PublicationOnly);
        string place = options.Store!["s3://".Length..].TrimEnd('/');
        int slash = place.IndexOf('/', StringComparison.Ordinal);
        (_bucket, _prefix) = slash < 0 ? (place, "") : (place[..slash], place[(slash + 1)..] + "/");
    }

    private S3Store(S3Store parent, string folder) => (_client, _options, _bucket, _prefix) = (parent._client, parent._options, parent._bucket, $"{parent._prefix}{folder}/");

    /// <summary>The store of a configuration; null: there is none.</summary>
    public static S3Store? Of(RecalibrationOptions options) => options.Store is null ? null : new(options);

    /// <summary>What lies in a folder of it.</summary>
    public S3Store Under(string folder) => new(this, folder);

    public string AddressOf(string key) => $"s3://{_bucket}/{_prefix}{key}";

    public IEnumerable<StoredFile> List(string prefix)
    {
        List<StoredFile> files = [];
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix + prefix, ContinuationToken = next };
            var page = Call("listed", prefix, client => client.ListObjectsV2Async(request));
            files.AddRange((page.S3Objects ?? []).Select(one => new StoredFile(one.Key[_prefix.Length..], one.Size ?? 0, one.LastModified?.ToUniversalTime() ?? default)));
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
        return files;
    }

    public byte[]? Read(string key)
    {
        using var content = new MemoryStream();
        return Copy(key, content) ? content.ToArray() : null;
    }

    /// <summary>Copies what is under a key.</summary>
    /// <returns>Whether there is something.</returns>
    public bool Copy(string key, Stream into) => Call("read", key, async client =>
    {
        try
        {
            using var response = await client.GetObjectAsync(_bucket, _prefix + key);
            await response.ResponseStream.CopyToAsync(into);
            return true;
        }
        catch (AmazonS3Exception none) when (none.ErrorCode == "NoSuchKey")
        {
            return false;
        }
    });

    /// <summary>Puts something under a key where nothing is.</summary>
    /// <returns>Whether nothing was there.</returns>
    public bool Add(string key, Stream content) => Call("written", key, async client =>
    {
        try
        {
            await client.PutObjectAsync(Put(key, content, isNew: true));
        }
        catch (AmazonS3Exception there) when (there.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
        catch (AmazonS3Exception unknown) when (unknown.StatusCode == HttpStatusCode.NotImplemented)
        {
            content.Position = 0;
            await client.PutObjectAsync(Put(key, content, isNew: false));
        }

        return true;
    });

    public void Replace(string key, byte[] content) => Call("written", key, client => client.PutObjectAsync(Put(key, new MemoryStream(content), isNew: false)));

    public void Remove(string key) => Call("removed", key, client => client.DeleteObjectAsync(_bucket, _prefix + key));

    /// <summary>Signed as a whole and not in chunks, which some servers store as they come.</summary>
    private PutObjectRequest Put(string key, Stream content, bool isNew) => new() { BucketName = _bucket, Key = _prefix + key, InputStream = content, AutoCloseStream = false, UseChunkEncoding = false, IfNoneMatch = isNew ? "*" : null };

    /// <exception cref="IOException">The store does not answer, or says no.</exception>
    private T Call<T>(string what, string key, Func<AmazonS3Client, Task<T>> call)
    {
        try
        {
            return call(_client.Value).GetAwaiter().GetResult();
        }
        catch (Exception trouble) when (trouble is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException or TimeoutException or WebException)
        {
            throw new IOException($"{AddressOf(key)} could not be {what}: {StoreTrouble.Describe(trouble, _bucket, _options)}", trouble);
        }
    }

    private static AmazonS3Config Config(RecalibrationOptions options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.StorePathStyle,
            Timeout = Patience,
            // Checksums in trailers are Amazon's alone; what is named by its SHA-256 has one that everybody can check.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.StoreEndpoint is { } endpoint) (config.ServiceURL, config.AuthenticationRegion) = (endpoint, options.StoreRegion ?? "us-east-1");
        else if (options.StoreRegion is { } region) config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        return config;
    }
}
