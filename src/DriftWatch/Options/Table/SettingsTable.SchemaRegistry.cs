namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static IReadOnlyList<Setting<SchemaRegistryOptions>> SchemaRegistrySettings =>
    [
        Registry("url", Kinds.Optional(Kinds.List(Kinds.HttpAddress, "addresses", 1, 16)), o => o.Url, (o, v) => o with { Url = v },
            "Addresses of the Schema Registry, tried in turn. Needed where a topic's `format` is `avro` and has no `schemaFile`."),
        Registry("username", Kinds.Optional(Kinds.Line(256)), o => o.Username, (o, v) => o with { Username = v }, "Name (or API key) for basic authentication."),
        Registry("password", Kinds.Optional(Kinds.Secret), o => o.Password, (o, v) => o with { Password = v }, "Password (or API secret) of `username`. Write it as `${env:NAME}` or `${file:/run/secrets/name}`."),
        Registry("token", Kinds.Optional(Kinds.Secret), o => o.Token, (o, v) => o with { Token = v }, "Bearer token, instead of a name and a password. Write it as `${env:NAME}` or `${file:/run/secrets/name}`."),
        Registry("caFile", Kinds.Optional(Kinds.Line(4096, "a path")), o => o.CaFile, (o, v) => o with { CaFile = v }, "PEM file with the certificates to trust, where they are not those of the machine."),
        Registry("keystoreFile", Kinds.Optional(Kinds.Line(4096, "a path")), o => o.KeystoreFile, (o, v) => o with { KeystoreFile = v }, "PKCS #12 file (`.p12`) with the certificate and key that we show to the registry."),
        Registry("keystorePassword", Kinds.Optional(Kinds.Secret), o => o.KeystorePassword, (o, v) => o with { KeystorePassword = v }, "Password of `keystoreFile`."),
        Registry("timeout", Kinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)), o => o.Timeout, (o, v) => o with { Timeout = v },
            "How long one question may take. Nothing is lost meanwhile: partitions whose next record needs the schema wait, all others are read on."),
    ];

    private static ValueSetting<SchemaRegistryOptions, TValue> Registry<TValue>(
        string name, ValueKind<TValue> kind, Func<SchemaRegistryOptions, TValue> get, Func<SchemaRegistryOptions, TValue, SchemaRegistryOptions> with, string meaning) => new(name, kind, get, with, meaning);
}
