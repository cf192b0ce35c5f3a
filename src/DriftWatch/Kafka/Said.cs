using System.Text.RegularExpressions;
using Confluent.Kafka;
using DriftWatch.Options;

namespace DriftWatch.Kafka;

/// <summary>What the client library says about a failure: its code, and its words taken apart.</summary>
/// <remarks>Its words begin with the connection they are about: <c>sasl_ssl://host:port/bootstrap: …</c>, <c>host:port/2: …</c>, <c>GroupCoordinator: host:port: …</c>.</remarks>
internal sealed partial class Said
{
    public Said(ErrorCode code, string? words, KafkaOptions options)
    {
        (Code, Options) = (code, options);
        var parts = Words().Match(words ?? "");
        Text = parts.Success ? parts.Groups["text"].Value : words ?? "";
        Address = parts.Success ? parts.Groups["address"].Value : options.BootstrapServers;
        Node = int.TryParse(parts.Groups["node"].Value, out int node) ? node : null;
        if (Age().Match(Text) is not { Success: true } age) return;
        Lifetime = TimeSpan.FromMilliseconds(double.Parse(age.Groups["time"].Value));
        State = age.Groups["state"].Value;
        Text = Text.Remove(age.Index, age.Length).TrimEnd();
    }

    public ErrorCode Code { get; }

    /// <summary>What happened, without connection and times.</summary>
    public string Text { get; }

    /// <summary><c>host:port</c> of the connection; the bootstrap servers where it names none.</summary>
    public string Address { get; }

    /// <summary>The broker's number, if the connection goes to an address that the cluster has advertised; null for a bootstrap server.</summary>
    public int? Node { get; }

    /// <summary>State the connection was in when it failed, as the client calls it.</summary>
    public string? State { get; }

    /// <summary>For how long it had been in that state.</summary>
    public TimeSpan? Lifetime { get; }

    public KafkaOptions Options { get; }

    public string Host => Address[..Math.Max(0, Address.LastIndexOf(':'))];

    /// <summary>Whether the user gave this address, rather than the cluster.</summary>
    public bool IsBootstrap => Node is null || Options.BootstrapServers.Split(',').Any(server => server.Trim().Equals(Address, StringComparison.OrdinalIgnoreCase));

    public bool Has(string part) => Text.Contains(part, StringComparison.OrdinalIgnoreCase);

    public string? Property(string name) => Options.Properties.GetValueOrDefault(name);

    public string Protocol => (Property("security.protocol") ?? "plaintext").ToUpperInvariant();

    [GeneratedRegex(@"^(?:\[thrd:[^\]]*\]: )?(?:(?:\w+://)?(?<address>[^/\s]+:\d+)/(?<node>\w+)|\w+Coordinator: (?<address>[^/\s]+:\d+)): (?<text>.*)$", RegexOptions.Singleline)]
    private static partial Regex Words();

    [GeneratedRegex(@" \(after (?<time>\d+)ms in state (?<state>[A-Z_]+)(?:, \d+ identical error\(s\) suppressed)?\)")]
    private static partial Regex Age();
}
