using Confluent.Kafka;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Causes;

/// <summary>The table of causes: everything that goes wrong with a cluster, in one sentence that names what to change.</summary>
/// <remarks>The table for the reader is <c>docs/troubleshooting.md</c>; each row is tried against a real broker by <c>CausesTests</c> and <c>RightsTests</c>.</remarks>
internal static class Trouble
{
    /// <summary>The first one that fits is the one.</summary>
    private static readonly Cause[] Causes =
    [
        // The login.
        new(CauseRank.Answer, said => said.Has("Unsupported SASL mechanism"), said =>
            $"The broker at {said.Address} does not offer the SASL mechanism {Mechanism(said)} ({Tail(said, "broker's ")}); set kafka.properties.sasl.mechanism to one that it offers."),
        new(CauseRank.Answer, said => said.Has("mechanism handshake failed"), said =>
            $"The listener {said.Address} takes no login, but kafka.properties.security.protocol is {said.Protocol}; set it to {(said.Protocol == "SASL_SSL" ? "SSL" : "PLAINTEXT")}, or use the port of the SASL listener in kafka.bootstrapServers."),
        new(CauseRank.Answer, said => said.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed, said =>
            $"The broker at {said.Address} refuses the login of user '{said.Property("sasl.username")}' by {Mechanism(said)}: the user or the password is wrong. " +
            $"Check kafka.properties.sasl.username and kafka.properties.sasl.password ({said.Text})."),

        // TLS.
        new(CauseRank.Answer, said => said.Has("certificate verify failed") || said.Has("certificate could not be verified"), said =>
            CertificateProbe.Explain(said) ?? $"The certificate of the broker at {said.Address} cannot be verified; set kafka.properties.ssl.ca.location to the CA that signed it, and check that it names '{said.Host}'."),
        new(CauseRank.Answer, IsClientCertificate, said => HasClientCertificate(said)
            ? $"The broker at {said.Address} does not take our client certificate ({said.Text}): it must be signed by a CA that the broker trusts, and be valid. Check {ClientCertificate(said)}."
            : $"The broker at {said.Address} wants a client certificate, and none is set. Set kafka.properties.ssl.keystore.location and ssl.keystore.password, or ssl.certificate.location and ssl.key.location" +
              (said.Protocol == "SASL_SSL" ? "; or use the port of the SASL listener in kafka.bootstrapServers." : ".")),
        new(CauseRank.Answer, said => said.Has("connecting to a PLAINTEXT broker listener") || said.Has("wrong version number") || (said.State == "SSL_HANDSHAKE" && said.Has("closed by peer")), said =>
            $"The listener {said.Address} does not speak TLS, but kafka.properties.security.protocol is {said.Protocol}; set it to {(said.Protocol == "SASL_SSL" ? "SASL_PLAINTEXT" : "PLAINTEXT")}, or use the port of the TLS listener in kafka.bootstrapServers."),
        new(CauseRank.Answer, said => said.Code == ErrorCode.Local_Ssl, said =>
            $"TLS to the broker at {said.Address} fails ({said.Text}); check kafka.properties.security.protocol and the ssl.* properties."),

        // Connections that are closed at once. A broker that is being stopped does that too, so these are guesses that a refused connection displaces.
        new(CauseRank.Connection, said => said.State == "APIVERSION_QUERY" || said.Has("ApiVersion"), said => IsTls(said)
            ? $"The broker at {said.Address} ends every connection before the first answer ({said.Text}); check kafka.properties.security.protocol, and that a Kafka broker listens there."
            : $"The broker at {said.Address} ends every connection before the first answer: most likely the listener expects TLS, but kafka.properties.security.protocol is {said.Protocol}. " +
              $"Set it to {(said.Protocol == "SASL_PLAINTEXT" ? "SASL_SSL" : "SSL or SASL_SSL")}, or use the port of the plain listener in kafka.bootstrapServers."),
        new(CauseRank.Connection, said => said.State == "UP" && said.Lifetime < TimeSpan.FromSeconds(1) && !said.Protocol.StartsWith("SASL", StringComparison.Ordinal), said =>
            $"The broker at {said.Address} ends every connection at the first question: most likely the listener expects a login, but kafka.properties.security.protocol is {said.Protocol}. " +
            $"Set it to {(IsTls(said) ? "SASL_SSL" : "SASL_PLAINTEXT")} with kafka.properties.sasl.mechanism, sasl.username and sasl.password, or use the port of another listener in kafka.bootstrapServers."),

        // Addresses.
        new(CauseRank.Connection, said => IsUnreachable(said) && !said.IsBootstrap, said =>
            $"Broker {said.Node} is advertised as {said.Address}, which cannot be reached from here ({said.Text}). If that broker runs, its advertised.listeners must name an address that this host can reach."),
        new(CauseRank.Connection, said => said.Code == ErrorCode.Local_Resolve || said.Has("Failed to resolve"), said =>
            $"The name '{said.Host}' does not resolve; check kafka.bootstrapServers ({said.Options.BootstrapServers}) and the DNS of this host."),
        new(CauseRank.Connection, IsUnreachable, said =>
            $"No broker answers at {said.Options.BootstrapServers} ({said.Text}): it is down, or host and port in kafka.bootstrapServers are wrong, or a firewall is between. The work goes on by itself when one answers."),

        // Rights.
        new(CauseRank.Answer, said => said.Code == ErrorCode.TopicAuthorizationFailed && said.Has("could not be created"), said =>
            $"Not authorized to create topics ({said.Text}). Make the topics yourself and leave kafka.createTopics off, or grant it: {Rights.Command(said.Options, "Create", [.. new TopicPlan(said.Options).Outputs])}"),
        new(CauseRank.Answer, said => said.Code == ErrorCode.TopicAuthorizationFailed, said =>
            $"Not authorized on a topic ({said.Text}). DriftWatch needs: {Rights.TopicCommands(said.Options)}"),
        new(CauseRank.Answer, said => said.Code == ErrorCode.GroupAuthorizationFailed, said =>
            $"Not authorized for consumer group {said.Options.GroupId}. Grant it: {Rights.GroupCommand(said.Options)}"),
        new(CauseRank.Answer, said => said.Code == ErrorCode.TransactionalIdAuthorizationFailed, said =>
            $"Not authorized for transactional.id {said.Options.TransactionalId}. Grant it: {Rights.TransactionCommand(said.Options)}"),
        new(CauseRank.Answer, said => said.Code == ErrorCode.ClusterAuthorizationFailed, said =>
            $"Not authorized on the cluster ({said.Text}); brokers before 3.0 want it of an idempotent producer. Grant it: {Rights.ClusterCommand(said.Options)}"),

        // What the cluster says otherwise.
        new(CauseRank.Answer, said => said.Code == ErrorCode.InvalidSessionTimeout, _ =>
            "The brokers do not allow kafka.sessionTimeout; set it between their group.min.session.timeout.ms and group.max.session.timeout.ms."),
        new(CauseRank.Answer, said => said.Code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress, said =>
            $"Group {said.Options.GroupId} is being rearranged."),
        new(CauseRank.Answer, said => said.Code == ErrorCode.MsgSizeTooLarge, _ => "A record is larger than its topic takes."),
        new(CauseRank.Answer, said => said.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic, said => $"A topic has gone ({said.Text})."),
        new(CauseRank.Answer, said => said.Code is ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.GroupLoadInProgress, said =>
            $"The coordinator of group {said.Options.GroupId} is moving; the work goes on by itself."),
        new(CauseRank.Silence, said => IsSilence(said.Code), said => $"No broker answers at {said.Options.BootstrapServers}; the work goes on by itself when one does."),
        new(CauseRank.Answer, _ => true, said => $"Kafka: {said.Text}."),
    ];

    /// <summary>The row of the table for what the client said.</summary>
    public static Cause Find(Said said) => Array.Find(Causes, cause => cause.Is(said))!;

    public static string Describe(Error error, KafkaOptions options)
    {
        var said = new Said(error.Code, error.Reason, options);
        return Find(said).Sentence(said);
    }

    /// <summary>Whether the error means that we cannot reach the cluster at all.</summary>
    public static bool IsDisconnect(Error error) => error.Code is
        ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl;

    /// <summary>Whether the error tells of the connection, rather than what a broker answered to a question.</summary>
    public static bool IsOfConnection(ErrorCode code) => IsSilence(code) || code is
        ErrorCode.Local_Resolve or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl;

    /// <summary>Whether the error says no more than that something was not answered.</summary>
    private static bool IsSilence(ErrorCode code) => code is
        ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Transport or ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.RequestTimedOut;

    private static bool IsUnreachable(Said said) =>
        said.State is "CONNECT" or "TRY_CONNECT" || said.Code == ErrorCode.Local_Resolve || said.Has("Failed to resolve") || said.Has("Connection refused") || said.Has("Connection setup timed out") || said.Has("unreachable");

    private static bool IsClientCertificate(Said said) =>
        said.Has("alert bad certificate") || said.Has("alert certificate") || said.Has("certificate required") || said.Has("alert unknown ca") || said.Has("alert handshake failure");

    private static bool IsTls(Said said) => said.Protocol is "SSL" or "SASL_SSL";

    private static bool HasClientCertificate(Said said) => said.Options.Properties.Keys.Any(IsOfClientCertificate);

    private static string ClientCertificate(Said said) => string.Join(", ", said.Options.Properties.Keys.Where(IsOfClientCertificate).Order(StringComparer.Ordinal).Select(k => "kafka.properties." + k));

    private static bool IsOfClientCertificate(string property) => property is "ssl.keystore.location" or "ssl.certificate.location" or "ssl.certificate.pem";

    private static string Mechanism(Said said) => said.Property("sasl.mechanism") ?? said.Property("sasl.mechanisms") ?? "GSSAPI";

    private static string Tail(Said said, string from) => said.Text.IndexOf(from, StringComparison.Ordinal) is >= 0 and var at ? said.Text[(at + from.Length)..] : said.Text;
}
