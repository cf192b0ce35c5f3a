using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Answering;
using DriftWatch.Options;

namespace DriftWatch.Recalibrating;

/// <summary>Predictions whose outcomes come true with p², their labels, and requests that name them: what <c>driftwatch recalibrate</c> is given.</summary>
internal sealed class RecalibrationTraffic : IDisposable
{
    public const int Count = 3000;

    /// <summary>Young enough for the broker to keep it.</summary>
    private static readonly long Start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000 - (40 * 3_600_000L);

    private readonly IProducer<byte[], byte[]> _producer;

    public RecalibrationTraffic(KafkaOptions kafka)
    {
        Folder = Directory.CreateTempSubdirectory("driftwatch-recalibrate-").FullName;
        string prefix = kafka.GroupId;
        Options = new()
        {
            Kafka = kafka,
            Monitor = new MonitorOptions { Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromDays(1) }, Maturity = TimeSpan.FromMinutes(2) } },
            Recalibration = new() { Folder = Path.Combine(Folder, "maps"), MapsTopic = prefix + "-maps", AuditTopic = prefix + "-audit", AnswersTopic = prefix + "-answers" },
        };
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 5, EnableIdempotence = true }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        admin.CreateTopicsAsync(new[] { kafka.PredictionTopics[0], kafka.LabelTopics[0], kafka.RequestTopic }.Select(topic => new TopicSpecification { Name = topic, NumPartitions = 1 })).GetAwaiter().GetResult();
    }

    public string Folder { get; }

    public DriftWatchOptions Options { get; }

    /// <summary>The command line that means the same.</summary>
    public string[] Arguments(params string[] more) =>
    [
        "recalibrate", "--bootstrap-servers", Options.Kafka.BootstrapServers, "--create-topics", "--folder", Options.Recalibration.Folder!,
        "--set", $"kafka.groupId={Options.Kafka.GroupId}",
        "--set", $"kafka.topics.predictions={Options.Kafka.PredictionTopics[0]}",
        "--set", $"kafka.topics.labels={Options.Kafka.LabelTopics[0]}",
        "--set", $"kafka.topics.requests={Options.Kafka.RequestTopic}",
        "--set", $"kafka.topics.deadLetters={Options.Kafka.DeadLetterTopic}",
        "--set", $"recalibration.mapsTopic={Options.Recalibration.MapsTopic}",
        "--set", $"recalibration.auditTopic={Options.Recalibration.AuditTopic}",
        "--set", $"recalibration.answersTopic={Options.Recalibration.AnswersTopic}",
        "--set", "defaults.lead=0s", "--set", "log.format=text", "--set", "kafka.sessionTimeout=6s",
        .. more,
    ];

    /// <summary>Predictions, and labels of all but every tenth.</summary>
    public void WritePairs()
    {
        var random = new Random(7);
        for (int i = 0; i < Count; i++)
        {
            double claim = ((i % 17) + 1) / 20.0;
            Send(Options.Kafka.PredictionTopics[0], $$"""{"id":"p{{i}}","model":"fraud","version":"7","timestamp":{{Start + (i * 1000L)}},"probability":{{claim.ToString(CultureInfo.InvariantCulture)}}}""", Start + (i * 1000L));
            bool outcome = random.NextDouble() < claim * claim;
            if (i % 10 != 0) WriteLabel(i, outcome);
        }

        Flush();
    }

    /// <summary>Probabilities of three classes, of twice the log-odds that there are, and labels of all.</summary>
    public void WriteVectors()
    {
        var random = new Random(12);
        string[] names = ["cat", "dog", "owl"];
        for (int i = 0; i < Count; i++)
        {
            double[] odds = [.. names.Select(_ => random.NextDouble() + .05)];
            double sum = odds.Sum(), squares = odds.Sum(each => each * each), u = random.NextDouble() * sum;
            int came = u < odds[0] ? 0 : u < odds[0] + odds[1] ? 1 : 2;
            string claimed = string.Join(',', odds.Select((each, at) => $"\"{names[at]}\":{(each * each / squares).ToString("R", CultureInfo.InvariantCulture)}"));
            Send(Options.Kafka.PredictionTopics[0], $$$"""{"id":"p{{{i}}}","model":"zoo","version":"7","timestamp":{{{Start + (i * 1000L)}}},"probabilities":{ {{{claimed}}} }}""", Start + (i * 1000L));
            Send(Options.Kafka.LabelTopics[0], $$"""{"id":"p{{i}}","timestamp":{{Start + (i * 1000L) + 60_000}},"label":"{{names[came]}}"}""", Start + (i * 1000L) + 60_000);
        }

        Flush();
    }

    /// <summary>Labels that come after everything was decided: of every tenth, all true.</summary>
    public void WriteLateLabels()
    {
        for (int i = 0; i < Count; i += 10) WriteLabel(i, true);
        Flush();
    }

    /// <summary>A request for all of the pairs, or for the first of them.</summary>
    public void WriteRequest(string episode, int? labeled = null, string more = "", int count = Count, string model = "fraud", string task = "binary", string version = "7")
    {
        string topic = Options.Kafka.PredictionTopics[0];
        string start = DateTimeOffset.FromUnixTimeMilliseconds(Start).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), end = DateTimeOffset.FromUnixTimeMilliseconds(Start + (count == Count ? 3_600_000 : count * 1000L)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Write($$$"""{"specversion":"1.0","id":"event-{{{episode}}}","source":"/driftwatch","type":"io.driftwatch.recalibration.requested.v1","data":{"model":"{{{model}}}","version":"{{{version}}}","task":"{{{task}}}",{{{more}}}"slice":null,"episode":"{{{episode}}}","window":{"start":"{{{start}}}","end":"{{{end}}}"},"n":{{{labeled ?? count * 9 / 10}}},"positives":700,"dataRange":[{"topic":"{{{topic}}}","partition":0,"startOffset":0,"endOffset":{{{count}}}}]}}""");
    }

    /// <summary>Anything on the topic of requests.</summary>
    public void Write(string json)
    {
        Send(Options.Kafka.RequestTopic, json, Start);
        Flush();
    }

    /// <summary>What is committed of a topic.</summary>
    public List<KeptRecord> Read(string topic) => [.. AnswerStore.ReadAll(Options.Kafka, topic)];

    public void Dispose()
    {
        _producer.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void WriteLabel(int i, bool outcome) => Send(Options.Kafka.LabelTopics[0], $$"""{"id":"p{{i}}","timestamp":{{Start + (i * 1000L) + 60_000}},"label":{{(outcome ? 1 : 0)}}}""", Start + (i * 1000L) + 60_000);

    private void Send(string topic, string json, long time) => _producer.Produce(topic, new() { Value = Encoding.UTF8.GetBytes(json), Timestamp = new Timestamp(time, TimestampType.CreateTime) });

    private void Flush()
    {
        if (_producer.Flush(TimeSpan.FromSeconds(60)) > 0) throw new TimeoutException("The broker did not take the records.");
    }
}
