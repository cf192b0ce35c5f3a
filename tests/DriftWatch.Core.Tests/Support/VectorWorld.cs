using System.Globalization;
using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Support;

/// <summary>A labeled vector as a log has it: class probabilities in the order of the classes, what was true, when.</summary>
internal sealed record VectorRow(int Id, long At, double[] P, int Truth, long LabelAt);

/// <summary>A monitor that is spoken to in JSON records with probability vectors, and the batch oracle of its views.</summary>
internal sealed class VectorWorld
{
    public static readonly string[] Classes = ["cat", "dog", "bird", "fish", "newt"];
    public static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MessageReader _reader;

    public VectorWorld(ViewOptions views, CorrectionRule corrections = CorrectionRule.Ignore, long maxVectorBytes = 256L << 20)
    {
        Options = new MonitorOptions
        {
            Windows = [TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)],
            WindowHistory = 1000,
            OutOfOrderness = TimeSpan.FromMinutes(1),
            MaxVectorBytes = maxVectorBytes,
            Default = new ModelOptions { Rule = DriftRule.Threshold, Views = views, Join = new JoinRule { Horizon = TimeSpan.FromMinutes(20), Lead = TimeSpan.FromMinutes(2), Corrections = corrections } },
        };
        Routes = new RouteTable(Options.Routing);
        Monitor = new CalibrationMonitor(Options, Routes);
        _reader = new MessageReader(new FieldMapping { DefaultModel = "m" }, new ReadLimits(), Routes, Records.HashKey);
    }

    public MonitorOptions Options { get; }

    public RouteTable Routes { get; }

    public CalibrationMonitor Monitor { get; }

    /// <summary>Vectors over all classes whose claims are somewhat too sharp, labels up to ten minutes later or a minute earlier.</summary>
    public static VectorRow[] Log(SplitMix random, int count, int classes)
    {
        var rows = new VectorRow[count];
        for (int i = 0; i < count; i++)
        {
            double[] weights = [.. Enumerable.Range(0, classes).Select(c => Math.Exp(random.Normal() - (c / 2.0)))];
            double[] p = [.. weights.Select(w => Math.Round(w / weights.Sum(), 5))];
            p[0] += 1 - p.Sum();
            double u = random.Unit() * weights.Sum(Math.Sqrt);
            int truth = 0;
            for (u -= Math.Sqrt(weights[0]); u > 0 && truth < classes - 1;) u -= Math.Sqrt(weights[++truth]);
            long at = i * 5000L;
            rows[i] = new VectorRow(i, at, p, truth, at + random.Below(660_000) - 60_000);
        }

        return rows;
    }

    public Arrival Predict(VectorRow row, bool sparse = false)
    {
        var members = row.P.Select((p, c) => (Name: Classes[c], P: p)).Where(member => !sparse || member.P > 0);
        return Predict(row.Id, row.At, $"\"probabilities\":{{{string.Join(',', members.Select(m => string.Create(CultureInfo.InvariantCulture, $"\"{m.Name}\":{m.P:R}")))}}}");
    }

    public Arrival Predict(int id, long at, string claim)
    {
        var reason = _reader.ReadPrediction(Record($"{{\"id\":{id},\"timestamp\":{Start.Milliseconds + at},{claim}}}"), EventTime.Latest, out var prediction);
        if (reason != RejectReason.None) throw new InvalidOperationException($"{reason}: {_reader.LastFault}");
        return Monitor.Add(prediction).Kind;
    }

    public Arrival Label(VectorRow row) => Label(row.Id, row.LabelAt, $"\"label\":\"{Classes[row.Truth]}\"");

    public Arrival Label(int id, long at, string value)
    {
        var reason = _reader.ReadLabel(Record($"{{\"id\":{id},\"timestamp\":{Start.Milliseconds + at},{value}}}"), EventTime.Latest, out var label);
        if (reason != RejectReason.None) throw new InvalidOperationException($"{reason}: {_reader.LastFault}");
        return Monitor.Add(label).Kind;
    }

    /// <summary>Plays predictions and labels in order of time.</summary>
    public void Play(IEnumerable<VectorRow> rows)
    {
        foreach (var (row, isLabel, at) in rows.SelectMany(row => new[] { (row, false, row.At), (row, true, row.LabelAt) }).OrderBy(e => e.Item3).ThenBy(e => e.Item2))
        {
            if (isLabel) Label(row);
            else Predict(row);
            Monitor.AdvanceTo(Start + TimeSpan.FromMilliseconds(at) - TimeSpan.FromMinutes(1));
        }
    }

    public SeriesSnapshot Series(View view, string? name = null) => Monitor.Capture().Series.Single(s => s.Key.View == view && s.Key.Class == name);

    /// <summary>ECE of pairs in the textbook's way, 15 bins.</summary>
    public static double Ece(IEnumerable<Pair> pairs) => Batch.Ece([.. pairs], 15);

    private static RecordView Record(string json) => new() { Value = Encoding.UTF8.GetBytes(json), KafkaTimestamp = -1 };
}
