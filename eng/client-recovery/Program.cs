// Which Kafka client comes back after its only broker was killed and started again, and after how long? One process, a client of each kind, as DriftWatch uses them.
//
//   dotnet run --project eng/client-recovery -p:ClientVersion=2.16.0 -- ../shared/kafka/kafka [--rounds 5] [--away 8] [--patience 60] [--port 20690] [--debug FILE]
//
// Exit code 1: at least one client did not come back within the patience.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

string script = args[0];
int rounds = Number("--rounds", 5), away = Number("--away", 8), patience = Number("--patience", 60), port = Number("--port", 20690);
string bootstrap = $"127.0.0.1:{port}", folder = Directory.CreateTempSubdirectory("client-recovery-").FullName;
var clock = Stopwatch.StartNew();
using var debug = Array.IndexOf(args, "--debug") is > 0 and var at ? TextWriter.Synchronized(new StreamWriter(args[at + 1]) { AutoFlush = true }) : null;
ConcurrentDictionary<string, double> worked = [];
ConcurrentDictionary<string, string> wrong = [];
using var stop = new CancellationTokenSource();
List<Thread> threads = [];
int gone = 0;

Console.WriteLine($"librdkafka {Library.VersionString}");
Kafka("up", "--port", $"{port}");
try
{
    using (var admin = new AdminClientBuilder(Settings("maker")).Build())
    {
        await admin.CreateTopicsAsync([new() { Name = "in", NumPartitions = 6 }, new() { Name = "out", NumPartitions = 1 }]);
    }

    // The second asks for all metadata after a failure, as DriftWatch does.
    foreach (bool learns in (bool[])[false, true])
    {
        Start(learns ? "admin-learns" : "admin", name =>
        {
            using var admin = new AdminClientBuilder(Settings(name)).SetErrorHandler((_, e) => Note(name, e)).SetLogHandler((_, m) => Write(m)).Build();
            var asked = Enumerable.Range(0, 6).Select(p => new TopicPartitionOffsetSpec { TopicPartition = new("in", p), OffsetSpec = OffsetSpec.Latest() }).ToList();
            bool failed = false;
            Repeat(name, 300, () =>
            {
                if (failed && learns) admin.GetMetadata(TimeSpan.FromSeconds(3));
                failed = true;
                admin.ListOffsetsAsync(asked, new() { RequestTimeout = TimeSpan.FromSeconds(3) }).GetAwaiter().GetResult();
                failed = false;
            });
        });
    }

    Start("consumer", name =>
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(Settings(name, ("group.id", "g"), ("enable.auto.commit", "false"), ("auto.offset.reset", "error"))).SetErrorHandler((_, e) => Note(name, e)).SetLogHandler((_, m) => Write(m)).Build();
        consumer.Assign(Enumerable.Range(0, 6).Select(p => new TopicPartitionOffset("in", p, 0)));
        Repeat(name, 0, () =>
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(500)) is null) throw new TimeoutException("nothing to read");
        });
    });
    Start("producer", name =>
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(Settings(name, ("enable.idempotence", "true"), ("message.timeout.ms", "300000"))).SetErrorHandler((_, e) => Note(name, e)).SetLogHandler((_, m) => Write(m)).Build();
        Repeat(name, 20, () => producer.Produce("in", new() { Value = new byte[100] }, report =>
        {
            if (!report.Error.IsError) worked[name] = clock.Elapsed.TotalSeconds;
        }), counts: false);
    });
    Start("transactions", name =>
    {
        var patience = TimeSpan.FromSeconds(2);
        using var reader = new ConsumerBuilder<byte[], byte[]>(Settings(name + "-reader", ("group.id", "t"))).Build();
        while (!stop.IsCancellationRequested)
        {
            // As the service does: what times out is called again, what is fatal makes way for a new producer.
            using var producer = new ProducerBuilder<byte[], byte[]>(Settings(name, ("transactional.id", "t"), ("transaction.timeout.ms", "30000"), ("message.timeout.ms", "30000"))).SetErrorHandler((_, e) => Note(name, e)).SetLogHandler((_, m) => Write(m)).Build();
            try
            {
                Insist(() => producer.InitTransactions(patience));
                for (long offset = 0; !stop.IsCancellationRequested; offset++) Commit(producer, offset);
            }
            catch (KafkaException failure)
            {
                Note(name, failure.Error);
            }
        }

        void Commit(IProducer<byte[], byte[]> producer, long offset)
        {
            try
            {
                producer.BeginTransaction();
                producer.Produce("out", new() { Value = new byte[100] });
                Insist(() => producer.SendOffsetsToTransaction([new("in", 0, offset)], reader.ConsumerGroupMetadata, patience));
                Insist(() => producer.CommitTransaction(patience));
                worked[name] = clock.Elapsed.TotalSeconds;
            }
            catch (KafkaTxnRequiresAbortException spoilt)
            {
                Note(name, spoilt.Error);
                Insist(() => producer.AbortTransaction(patience));
            }
        }

        void Insist(Action call)
        {
            while (true)
            {
                try
                {
                    call();
                    return;
                }
                catch (KafkaRetriableException again) when (!stop.IsCancellationRequested)
                {
                    Note(name, again.Error);
                }
            }
        }
    });
    Start("group", name =>
    {
        using var member = new ConsumerBuilder<byte[], byte[]>(Settings(name, ("group.id", "members"), ("session.timeout.ms", "10000"), ("auto.offset.reset", "latest"))).SetErrorHandler((_, e) => Note(name, e)).SetLogHandler((_, m) => Write(m)).Build();
        member.Subscribe("in");
        Repeat(name, 0, () =>
        {
            if (member.Consume(TimeSpan.FromMilliseconds(500)) is null) throw new TimeoutException("nothing to read");
        });
    });

    for (int round = 1; round <= rounds; round++)
    {
        Await(clock.Elapsed.TotalSeconds, 60);
        Kafka("kill", "1");
        Thread.Sleep(TimeSpan.FromSeconds(away));
        Kafka("start", "1");
        double back = clock.Elapsed.TotalSeconds;
        var silent = Await(back, patience);
        Console.WriteLine($"round {round}: " + string.Join(", ", worked.Keys.Order().Select(n => silent.Contains(n) ? $"{n} NOT BACK after {patience} s ({wrong.GetValueOrDefault(n)})" : n + " back")) + $", all within {clock.Elapsed.TotalSeconds - back:0.0} s");
        if (silent.Count == 0) continue;
        gone += silent.Count;
        var late = Await(back, 120);
        Console.WriteLine(late.Count == 0 ? $"         came back after {clock.Elapsed.TotalSeconds - back:0.0} s in the end" : $"         never: {string.Join(", ", late)}");
        if (late.Count > 0) break;
    }
}
finally
{
    stop.Cancel();
    Kafka("wipe");
}

Environment.Exit(gone > 0 ? 1 : 0);

Dictionary<string, string> Settings(string name, params (string, string)[] more)
{
    Dictionary<string, string> settings = new() { ["bootstrap.servers"] = bootstrap, ["client.id"] = name, ["reconnect.backoff.max.ms"] = "2000" };
    if (debug is not null) settings["debug"] = "broker,metadata,topic,cgrp,fetch,admin,eos";
    foreach (var (key, value) in more) settings[key] = value;
    return settings;
}

void Start(string name, Action<string> work)
{
    worked[name] = 0;
    threads.Add(new Thread(() => work(name)) { IsBackground = true, Name = name });
    threads[^1].Start();
}

void Repeat(string name, int pause, Action work, bool counts = true)
{
    while (!stop.IsCancellationRequested)
    {
        try
        {
            work();
            if (counts) worked[name] = clock.Elapsed.TotalSeconds;
        }
        catch (Exception failure) when (failure is KafkaException or TimeoutException)
        {
            wrong[name] = failure is ListOffsetsException asked ? string.Join(", ", asked.Result.ResultInfos.Select(r => r.TopicPartitionOffsetError.Error.Code).Distinct()) : failure.Message;
        }

        if (pause > 0) stop.Token.WaitHandle.WaitOne(pause);
    }
}

void Note(string name, Error error)
{
    wrong[name] = $"{error.Code}: {error.Reason}";
    debug?.WriteLine($"{clock.Elapsed.TotalSeconds:0.000} {name} ERROR {error.Code} {error.Reason}");
}

void Write(LogMessage message) => debug?.WriteLine($"{clock.Elapsed.TotalSeconds:0.000} {message.Name} {message.Facility} {message.Message}");

List<string> Await(double since, int seconds)
{
    var until = Stopwatch.StartNew();
    List<string> silent;
    do
    {
        Thread.Sleep(100);
        silent = [.. worked.Where(w => w.Value <= since).Select(w => w.Key)];
    }
    while (silent.Count > 0 && until.Elapsed.TotalSeconds < seconds);
    return silent;
}

void Kafka(params string[] arguments)
{
    debug?.WriteLine($"{clock.Elapsed.TotalSeconds:0.000} ======== kafka {string.Join(' ', arguments)}");
    var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", script, .. arguments]);
    start.Environment["KAFKA_DIR"] = Path.Combine(folder, "kafka");
    using var process = Process.Start(start)!;
    process.WaitForExit();
    if (process.ExitCode != 0 && arguments[0] != "wipe") throw new InvalidOperationException($"kafka {string.Join(' ', arguments)}: exit {process.ExitCode}");
}

int Number(string name, int otherwise) => Array.IndexOf(args, name) is > 0 and var i ? int.Parse(args[i + 1], CultureInfo.InvariantCulture) : otherwise;
