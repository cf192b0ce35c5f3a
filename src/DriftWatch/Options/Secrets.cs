namespace DriftWatch.Options;

/// <summary>Knows which properties hold secrets, so that none is ever printed.</summary>
internal static class Secrets
{
    public const string Masked = "********";

    private static readonly string[] Marks = ["password", "secret", "key.pem", "jaas", "token", "passphrase", "credential", "oauthbearer.config", "assertion.private"];

    public static bool IsSecret(string property) => Marks.Any(m => property.Contains(m, StringComparison.OrdinalIgnoreCase));

    public static string Mask(string property, string value) => IsSecret(property) && value.Length > 0 ? Masked : value;
}
