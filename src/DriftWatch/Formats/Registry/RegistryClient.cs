using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Avro;
using Confluent.SchemaRegistry;
using DriftWatch.Core.Input;
using DriftWatch.Formats.Avro;
using DriftWatch.Options;
using Schema = Confluent.SchemaRegistry.Schema;

namespace DriftWatch.Formats.Registry;

/// <summary>Asks a Schema Registry for schemas by their ids, and says in our words how that ended. Any thread.</summary>
internal sealed class RegistryClient : IDisposable
{
    /// <summary>What a registry says when it has no such schema, subject or version.</summary>
    private const int NoSchema = 40403, NoSubject = 40401, NoVersion = 40402;

    /// <summary>Schemas that refer to others that refer to others …</summary>
    private const int DeepestReferences = 16;

    private readonly CachedSchemaRegistryClient _client;
    private readonly SchemaRegistryOptions _options;
    private readonly string _name;

    /// <exception cref="FormatSetupException">A file that the settings name cannot be used.</exception>
    public RegistryClient(SchemaRegistryOptions options)
    {
        _options = options;
        _name = string.Join(",", options.Url ?? []);
        try
        {
            _client = new CachedSchemaRegistryClient(Settings(options), CredentialsOf(options));
        }
        catch (Exception unusable) when (unusable is ArgumentException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new FormatSetupException($"schemaRegistry: {unusable.Message} Look at caFile, keystoreFile and keystorePassword.", unusable);
        }
    }

    /// <summary>Asks for a schema; never throws.</summary>
    public Task<SchemaAnswer> Ask(int id) => Task.Run(async () =>
    {
        try
        {
            // The client's own time-out is of one address.
            return await Find(id).WaitAsync(_options.Timeout * Math.Max(1, _options.Url?.Count ?? 1)).ConfigureAwait(false);
        }
        catch (SchemaRegistryException none) when (none.ErrorCode is NoSchema or NoSubject or NoVersion)
        {
            string what = none.ErrorCode == NoSchema ? $"schema id {id}" : $"what schema id {id} refers to ({none.Message})";
            return new(AnswerKind.Missing, Fault: new(RejectReason.SchemaId, $"a schema id that the registry {_name} has; it does not have {what}. Point schemaRegistry.url at the registry that the producer uses, or register the schema again under this id"));
        }
        catch (AvroSchemaException broken)
        {
            return new(AnswerKind.Unusable, Fault: new(RejectReason.Format, $"a schema that can be parsed; schema id {id} of the registry {_name} cannot: {broken.Message}"));
        }
        catch (Exception trouble)
        {
            return new(AnswerKind.Failed, Trouble: Describe(trouble));
        }
    });

    public void Dispose() => _client.Dispose();

    private async Task<SchemaAnswer> Find(int id)
    {
        var schema = await _client.GetSchemaAsync(id).ConfigureAwait(false);
        if (schema.SchemaType != SchemaType.Avro)
        {
            string instead = schema.SchemaType == SchemaType.Json ? "JSON Schema: set format: json-schema" : "Protobuf";
            return new(AnswerKind.Unusable, Fault: new(RejectReason.Format, $"an Avro schema; schema id {id} of the registry {_name} is {instead}"));
        }

        return new(AnswerKind.Found, AvroSchemas.Parse(schema.SchemaString, await References(schema, 0).ConfigureAwait(false)));
    }

    /// <summary>The types of other schemas that a schema refers to.</summary>
    private async Task<SchemaNames> References(Schema schema, int depth)
    {
        var known = new SchemaNames();
        if (depth == DeepestReferences) return known;
        foreach (var reference in schema.References ?? [])
        {
            // A schema that was deleted softly still has values written with it.
            var other = await _client.GetRegisteredSchemaAsync(reference.Subject, reference.Version, ignoreDeletedSchemas: false).ConfigureAwait(false);
            foreach (var (name, type) in (await References(other.Schema, depth + 1).ConfigureAwait(false)).Names)
            {
                if (!known.Contains(name)) known.Add(name, type);
            }

            AvroSchemas.Define(other.SchemaString, known);
        }

        return known;
    }

    private string Describe(Exception trouble)
    {
        string said = trouble.Message.ReplaceLineEndings(" ");
        string why = trouble switch
        {
            SchemaRegistryException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } or { Message: "Unauthorized" } => $"it refuses us ({said}). Set schemaRegistry.username and password, or token, to an account that may read schemas",
            SchemaRegistryException { Status: HttpStatusCode.NotFound } => "what answers there is no Schema Registry (404). Set schemaRegistry.url to its address, with its path",
            SchemaRegistryException refused => $"it says {(int)refused.Status} {said}",
            // Of several addresses the client puts the messages together and keeps no cause.
            _ when trouble is TimeoutException or OperationCanceledException || said.Contains("HttpClient.Timeout", StringComparison.Ordinal) => $"no answer within {_options.Timeout.TotalSeconds:0.#} s (schemaRegistry.timeout)",
            _ when said.Contains("SSL", StringComparison.Ordinal) || trouble.InnerException?.InnerException is System.Security.Authentication.AuthenticationException => $"TLS failed ({said}). Set schemaRegistry.caFile to the certificates to trust, and keystoreFile if it wants ours",
            _ => said,
        };
        return $"Schema Registry {_name}: {why}.";
    }

    private static List<KeyValuePair<string, string>> Settings(SchemaRegistryOptions options)
    {
        string timeout = ((int)options.Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        List<KeyValuePair<string, string>> settings =
        [
            new(SchemaRegistryConfig.PropertyNames.SchemaRegistryUrl, string.Join(",", options.Url ?? [])),
            new(SchemaRegistryConfig.PropertyNames.SchemaRegistryRequestTimeoutMs, timeout),
            // It is asked again by us, who say so meanwhile.
            new(SchemaRegistryConfig.PropertyNames.SchemaRegistryMaxRetries, "1"),
            new(SchemaRegistryConfig.PropertyNames.SchemaRegistryRetriesWaitMs, "1"),
            // What is kept is kept as shapes.
            new(SchemaRegistryConfig.PropertyNames.SchemaRegistryMaxCachedSchemas, "16"),
        ];
        if (options.CaFile is { } ca) settings.Add(new(SchemaRegistryConfig.PropertyNames.SslCaLocation, ca));
        if (options.KeystoreFile is { } keystore) settings.Add(new(SchemaRegistryConfig.PropertyNames.SslKeystoreLocation, keystore));
        if (options.KeystorePassword is { } password) settings.Add(new(SchemaRegistryConfig.PropertyNames.SslKeystorePassword, password));
        return settings;
    }

    private static IAuthenticationHeaderValueProvider? CredentialsOf(SchemaRegistryOptions options) =>
        options.Token is { } token ? new Bearer(token) : options is { Username: { } name, Password: { } password } ? new BasicAuthenticationHeaderValueProvider(name, password) : null;

    private sealed class Bearer(string token) : IAuthenticationHeaderValueProvider
    {
        public AuthenticationHeaderValue GetAuthenticationHeader() => new("Bearer", token);
    }
}
