namespace DriftWatch.Options;

/// <summary>The Schema Registry that knows the schemas of records in its framing.</summary>
internal sealed record SchemaRegistryOptions
{
    /// <summary>Its addresses, tried in turn; null: there is none.</summary>
    public IReadOnlyList<string>? Url { get; init; }

    /// <summary>Name for basic authentication; null: none.</summary>
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Bearer token; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>PEM file with the certificates to trust; null: those of the machine.</summary>
    public string? CaFile { get; init; }

    /// <summary>PKCS #12 file with our own certificate and its key; null: none is shown.</summary>
    public string? KeystoreFile { get; init; }

    public string? KeystorePassword { get; init; }

    /// <summary>How long one question may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
