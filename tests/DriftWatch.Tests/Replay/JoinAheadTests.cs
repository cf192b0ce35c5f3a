using System.Globalization;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>Whether records are joined where they are counted or ahead by another thread, the document is the same.</summary>
public sealed class JoinAheadTests(ITestOutputHelper output) : IDisposable
{
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    public static TheoryData<string> Policies => ["plain", "corrected", "expiry is negative", "by id", "short panes", "some evidence"];

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_document_is_the_same_whoever_joins(string policy)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 2; round++)
        {
            var (predictions, labels) = Rows(random);
            var request = ReplayRun.Request(_run.Write("p.csv", predictions), _run.Write("l.csv", labels), each => Under(policy, each, random.Next(1, 120)));

            string alone = ReplayRun.Document(request with { JoinsAhead = false });

            Assert.Contains("\"matched\":", alone, StringComparison.Ordinal);
            Assert.Equal(alone, ReplayRun.Document(request with { JoinsAhead = true }));
        }
    }

    [Fact]
    public void What_fails_while_joining_is_thrown_where_it_is_counted()
    {
        var routes = new RouteTable(new SeriesOptions());
        var labels = new Rows<Label>();
        labels.Add(new Label(new PredictionId(1, 2), new EventTime(1000), LabelValue.Correct));
        var predictions = new Rows<Prediction>();
        var records = new PlayCursor(predictions, PlayOrder.ByTime(predictions, row => row.Time), labels, PlayOrder.ByTime(labels, row => row.Time));
        var options = new MonitorOptions().Joining;
        var monitor = new CalibrationMonitor(new MonitorOptions(), routes);
        using var ahead = Ahead();
        monitor.JoinBy((_, _) => ahead);

        var thrown = Assert.Throws<InvalidOperationException>(() => monitor.Add(labels[0]));

        Assert.Equal("broken", thrown.Message);

        JoinAhead Ahead() => new(options, new Nobody(), routes, records, _ => throw new InvalidOperationException("broken"));
    }

    [Fact]
    public void Who_joins_ahead_stops_where_nobody_asks_any_more()
    {
        var routes = new RouteTable(new SeriesOptions());
        var labels = new Rows<Label>();
        for (int i = 0; i < 100_000; i++) labels.Add(new Label(new PredictionId(1, (ulong)i), new EventTime(1000), LabelValue.Correct));
        var predictions = new Rows<Prediction>();
        var records = new PlayCursor(predictions, PlayOrder.ByTime(predictions, row => row.Time), labels, PlayOrder.ByTime(labels, row => row.Time));

        using var ahead = new JoinAhead(new MonitorOptions().Joining, new Nobody(), routes, records, label => label);

        Assert.Equal(Core.Joining.Arrival.Waiting, ahead.Add(labels[0]).Kind);
    }

    private sealed class Nobody : Core.Joining.IJoinSink
    {
        public void Expired(int route, EventTime time, double confidence, SamplingWeight weight)
        {
        }

        public void Evicted(int route, EventTime time, double confidence)
        {
        }

        public void Orphaned(int addressee, EventTime time, bool sawOther)
        {
        }
    }

    private static ReplayRequest Under(string policy, ReplayRequest request, int horizonMinutes)
    {
        var join = new JoinRule { Horizon = TimeSpan.FromMinutes(horizonMinutes), Lead = TimeSpan.FromMinutes(2) };
        var monitor = new MonitorOptions { Windows = [TimeSpan.FromHours(1)], Default = new() { Join = join } };
        monitor = policy switch
        {
            "corrected" => monitor with { Default = new() { Join = join with { Corrections = CorrectionRule.Replace } } },
            // A rule that sees pairs one by one: the order in which predictions expire counts.
            "expiry is negative" => monitor with { Default = new() { Join = join with { OnExpiry = ExpiryRule.Negative }, Rule = Adwin.Row, Rules = new() { Input = RuleInput.Residual } } },
            "by id" => monitor with { Identity = PredictionIdentity.Id },
            // Deadlines lie further ahead than the join has buckets.
            "short panes" => monitor with { Windows = [TimeSpan.FromMilliseconds(120)], Default = new() { Join = join, Rule = DriftRule.Threshold, Threshold = new() { Window = TimeSpan.FromMilliseconds(120) } } },
            "some evidence" => monitor with { Default = new() { Join = join, Drift = new() { MinLabeled = 20 } } },
            _ => monitor,
        };
        return request with { Configured = monitor, HasHorizon = true, Slices = ["region"], Windows = [] };
    }

    private static (string Predictions, string Labels) Rows(Random random)
    {
        List<string> predictions = ["id,timestamp,probability,region,model,version"], labels = ["id,timestamp,label,model"];
        long time = 0;
        int count = random.Next(1, 9_000);
        for (int i = 0; i < count; i++)
        {
            // Mostly close together, with stretches in which nothing comes.
            time += random.Next(500) == 0 ? random.Next(20 * 3_600_000) : random.Next(3000);
            int id = random.Next(i + 1);
            predictions.Add(string.Create(CultureInfo.InvariantCulture, $"{(random.Next(20) == 0 ? id : i)},{time},{random.Next(1000) / 1000.0},{"ab"[random.Next(2)]},m{random.Next(2)},{random.Next(2)}"));
            if (random.Next(5) == 0) continue;
            labels.Add($"{(random.Next(20) == 0 ? id : i)},{Math.Max(0, time + random.Next(-180_000, 2 * 3_600_000))},{random.Next(2)},{(random.Next(10) == 0 ? "m1" : "")}");
        }

        return (string.Join('\n', predictions) + "\n", string.Join('\n', labels) + "\n");
    }
}
