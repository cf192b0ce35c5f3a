using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DriftWatch.Options.Table;

/// <summary>Brokers: a list, or one text with commas between, each host:port. What librdkafka would guess (a port, what a scheme means) is refused with what to write.</summary>
internal sealed partial class BrokersKind : ValueKind<string>
{
    private const int MostCharacters = 4096;

    public override string Allowed => "one or more host:port, as a list or with commas between";

    public override bool TryRead(ConfigNode node, string path, FaultList faults, out string value)
    {
        value = "";
        List<(ConfigNode Node, string Path, string? Text)>? brokers = node switch
        {
            { Kind: NodeKind.Sequence } => [.. node.Items.Select((item, i) => (item, $"{path}[{i}]", item.Kind == NodeKind.Scalar ? item.Text : null))],
            { Kind: NodeKind.Scalar, Text: { } text } => [.. text.Split(',').Select(t => (node, path, (string?)t))],
            _ => null,
        };
        if (brokers is null or [] || brokers.Sum(b => b.Text?.Length ?? 0) > MostCharacters)
        {
            faults.Add(node.Place, path, $"found {(brokers is null ? node.Describe() : brokers.Count == 0 ? "an empty list" : $"more than {MostCharacters} characters")}; expected {Allowed}");
            return false;
        }

        bool good = true;
        foreach (var (where, at, text) in brokers)
        {
            if (FaultOf(text?.Trim()) is not { } fault) continue;
            faults.Add(where.Place, at, text is null || where.Reference is not null || where.Kind != NodeKind.Scalar ? $"found {where.Describe()}; {fault}" : $"found \"{Short(text.Trim())}\"; {fault}");
            good = false;
            // All of one text stand at one place.
            if (node.Kind == NodeKind.Scalar) break;
        }

        value = string.Join(',', brokers.Select(b => b.Text?.Trim()));
        return good;
    }

    public override string Format(string value) => value;

    public override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["maxLength"] = MostCharacters, ["pattern"] = "^[^/]+:[0-9]{1,5} *$" },
            new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = "string", ["pattern"] = "^ *" + Host + ":[0-9]{1,5} *$" } }),
    };

    private const string Host = @"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])";

    /// <summary>What is wrong with one broker, and what to write instead; null: nothing.</summary>
    private static string? FaultOf(string? broker)
    {
        if (broker is null or "") return "expected host:port";
        if (Scheme().Match(broker) is { Success: true } scheme)
        {
            string protocol = scheme.Groups["scheme"].Value.ToLowerInvariant();
            string how = protocol is "ssl" or "sasl_ssl" or "sasl_plaintext" ? $", and set kafka.properties.security.protocol to {protocol}" : "";
            return $"leave out the scheme: {Short(broker[scheme.Length..].TrimEnd('/'))}{how}";
        }

        if (!HostAndPort().IsMatch(broker)) return WithoutPort().IsMatch(broker) ? $"expected host:port; the port is missing: {Short(broker.TrimEnd(':'))}:9092, if it is Kafka's usual one" : "expected host:port, an IPv6 address in brackets: [::1]:9092";
        return int.Parse(broker.AsSpan(broker.LastIndexOf(':') + 1)) is >= 1 and <= 65_535 ? null : "expected a port from 1 to 65535";
    }

    private static string Short(string text) => text.Length > 80 ? text[..77] + "..." : text;

    [GeneratedRegex(@"^(?<scheme>[A-Za-z][A-Za-z0-9_+.-]*)://")]
    private static partial Regex Scheme();

    [GeneratedRegex("^" + Host + @":[0-9]{1,5}\z")]
    private static partial Regex HostAndPort();

    [GeneratedRegex("^" + Host + @":?\z")]
    private static partial Regex WithoutPort();
}
