using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Native;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using Xunit;

[assembly: AssemblyFixture(typeof(DriftWatch.Kafka.SecuredKafka))]

namespace DriftWatch.Kafka;

/// <summary>A broker of our own with TLS, logins and rights, and with a listener whose advertised address nobody can reach. One for all tests: it takes half a minute to start.</summary>
public sealed class SecuredKafka : ApacheKafka
{
    /// <summary>Whoever comes without a login may do all.</summary>
    public override string Running() => Own();

    /// <summary>SASL_SSL; the user has no rights until it is given some.</summary>
    public string Sasl => Listener(2000);

    /// <summary>TLS with client certificates.</summary>
    public string Tls => Listener(3000);

    /// <summary>Plain, and advertised as <see cref="Nowhere"/>.</summary>
    public string Lost => Listener(4000);

    public static string Nowhere => "127.0.0.1:1";

    public string Authority => Path.Combine(Folder, "tls", "ca.pem");

    /// <summary>The settings with which a client gets in at <see cref="Sasl"/>.</summary>
    public Dictionary<string, string> Login => new()
    {
        ["security.protocol"] = "SASL_SSL",
        ["sasl.mechanism"] = "SCRAM-SHA-512",
        ["sasl.username"] = "driftwatch",
        ["sasl.password"] = "driftwatch-secret",
        ["ssl.ca.location"] = Authority,
    };

    /// <summary>Makes all topics of a service, as one who may.</summary>
    internal void MakeTopics(KafkaOptions options)
    {
        NativeLibrdkafka.EnsureLoaded();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Running() }).SetLogHandler((_, _) => { }).Build();
        var plan = new TopicPlan(options);
        admin.CreateTopicsAsync(plan.All.Select(plan.Specify)).GetAwaiter().GetResult();
    }

    /// <summary>Does what a command <c>kafka-acls.sh --add</c> of ours says, without the seconds that starting it takes.</summary>
    internal void Grant(string command)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> After(string option) => words.Zip(words.Skip(1)).Where(pair => pair.First == option).Select(pair => pair.Second);
        // The .NET client has no name for transactional ids.
        if (words.Contains("--transactional-id"))
        {
            Tool("acls", words[3..]);
            return;
        }

        var resources = After("--topic").Select(name => (Type: ResourceType.Topic, Name: name)).Concat(After("--group").Select(name => (Type: ResourceType.Group, Name: name)));
        Bind(admin => admin.CreateAclsAsync(
            from resource in resources
            from operation in After("--operation")
            from principal in After("--allow-principal")
            select Binding(resource.Type, resource.Name, principal, Enum.Parse<AclOperation>(operation))));
    }

    /// <summary>Takes one right on a topic away again.</summary>
    internal void Revoke(AclOperation operation, string topic) =>
        Bind(admin => admin.DeleteAclsAsync([Binding(ResourceType.Topic, topic, "User:driftwatch", operation).ToFilter()]));

    protected override IEnumerable<string> Extras(int port)
    {
        string listeners = $"PLAINTEXT://127.0.0.1:{port},SASL_SSL://127.0.0.1:{port + 2000},SSL://127.0.0.1:{port + 3000}";
        return
        [
            "--tls", "--acl",
            "--set", $"listeners={listeners},CONTROLLER://127.0.0.1:{port + 1000},LOST://127.0.0.1:{port + 4000}",
            "--set", $"advertised.listeners={listeners},LOST://{Nowhere}",
            "--set", "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,LOST:PLAINTEXT",
        ];
    }

    private void Bind(Func<IAdminClient, Task> change)
    {
        NativeLibrdkafka.EnsureLoaded();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Running() }).SetLogHandler((_, _) => { }).Build();
        change(admin).GetAwaiter().GetResult();
    }

    private static AclBinding Binding(ResourceType type, string name, string principal, AclOperation operation) => new()
    {
        Pattern = new ResourcePattern { Type = type, Name = name, ResourcePatternType = ResourcePatternType.Literal },
        Entry = new AccessControlEntry { Principal = principal, Host = "*", Operation = operation, PermissionType = AclPermissionType.Allow },
    };

    private string Listener(int above) => $"127.0.0.1:{int.Parse(Own().Split(':')[1], CultureInfo.InvariantCulture) + above}";
}
