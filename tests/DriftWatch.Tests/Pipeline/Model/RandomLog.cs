using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options;

namespace DriftWatch.Pipeline;

/// <summary>Random settings and random records that are as bad as producers can be: copies, copies with other times, ids scored by several models and versions, labels first, labels twice, labels of one model alone or of nobody, labels asked for by chance, late, far ahead, unreadable.</summary>
internal sealed class RandomLog
{
    private static readonly string[] Models = ["short", "long", "short-classes", "nobody"];
    private static readonly string[] Classes = ["cat", "dog", "eel", "fox"];

    private readonly Random _random;
    private readonly InMemoryLog _log;
    private readonly FakeTimeProvider _time;
    private readonly int _partitions;
    private readonly TimeSpan _horizon;
    private readonly bool _inRows;
    private readonly bool _samples;
    private readonly Dictionary<(string Topic, int Partition), List<string>> _rows = [];
    private readonly List<(string Topic, int Partition, string Json)> _past = [];
    private TimeSpan _now;
    private int _ids;

    public RandomLog(Random random, InMemoryLog log, FakeTimeProvider time, int partitions, TimeSpan horizon, bool inRows)
    {
        (_random, _log, _time, _partitions, _horizon, _inRows) = (random, log, time, partitions, horizon, inRows);
        _samples = random.Next(2) == 0;
        log.CreateTopic(StreamPart.Predictions, "predictions", partitions);
        log.CreateTopic(StreamPart.Labels, "labels", partitions);
    }

    public static MonitorOptions Settings(Random random)
    {
        var horizon = TimeSpan.FromSeconds(random.Next(5, 40));
        var model = new ModelOptions
        {
            Join = new JoinRule
            {
                Horizon = horizon,
                Lead = TimeSpan.FromSeconds(random.Next(3) * 4),
                OnExpiry = random.Next(2) == 0 ? ExpiryRule.Drop : ExpiryRule.Negative,
                Corrections = random.Next(2) == 0 ? CorrectionRule.Ignore : CorrectionRule.Replace,
            },
            Views = random.Next(3) == 0 ? new ViewOptions { Kept = [ExtraView.ClassWise, ExtraView.Folded] } : new ViewOptions(),
            Rule = random.Next(4) == 0 ? DriftRule.ESr : DriftRule.Threshold,
            EarlyWarning = new() { Enabled = random.Next(4) == 0 },
            Threshold = new ThresholdOptions { Window = TimeSpan.FromSeconds(20), Windows = 1, MinLabeled = 3, Raise = .05, Clear = .04 },
            Requests = new RequestOptions { Cooldown = TimeSpan.FromSeconds(random.Next(60)) },
        };
        bool byId = random.Next(5) == 0;
        if (!byId && random.Next(2) == 0) model = model with { Join = model.Join with { Sources = [new("human", false), new("judge", true)] } };
        if (!byId && horizon.Seconds % 2 == 0) model = model with { Compare = new() { Enabled = true, Current = "1", LeastSpan = TimeSpan.FromSeconds(20) } };
        return new MonitorOptions
        {
            Default = model,
            Models = random.Next(2) == 0 ? new Dictionary<string, ModelOptions>() : new() { ["long"] = model with { Join = model.Join with { Horizon = horizon * 2 } } },
            Pane = TimeSpan.FromSeconds(5),
            Windows = [TimeSpan.FromSeconds(20)],
            WindowHistory = 5,
            OutOfOrderness = TimeSpan.FromSeconds(random.Next(1, 6)),
            Identity = byId ? PredictionIdentity.Id : PredictionIdentity.Prediction,
        };
    }

    /// <summary>Where the fields are of records that hold rows.</summary>
    public static FieldMapping InRows(FieldRecords records) =>
        FieldCatalogue.Of(records).Aggregate(new FieldMapping { Rows = "/rows" }, (mapping, field) => mapping.With(field.Field, $"row{field.Place}"));

    /// <summary>Appends some records at about the present event time, and lets it go on.</summary>
    public void Append(int records)
    {
        for (int i = 0; i < records; i++)
        {
            _now += TimeSpan.FromMilliseconds(_random.Next(0, 900));
            AppendOne();
        }

        foreach (var (place, rows) in _rows) Flush(place, rows);
    }

    private void AppendOne()
    {
        int kind = _random.Next(100);
        if (kind < 15 && _past.Count > 0)
        {
            // An identical copy, of late or of long ago.
            var copy = _past[_random.Next(2) == 0 ? _random.Next(_past.Count) : Math.Max(0, _past.Count - 1 - _random.Next(20))];
            Put(copy.Topic, copy.Partition, copy.Json);
        }
        else if (kind < 60) Predict(Id(fresh: kind < 45));
        else if (kind < 97) Label(Id(fresh: kind >= 92));
        else if (kind == 97) Put("predictions", 0, _inRows ? "{\"no\":\"row\"}" : "no json");
        else Put(_random.Next(2) == 0 ? "predictions" : "labels", 0, Text("ahead", _time.GetUtcNow() - PipelineDriver.Start + TimeSpan.FromMinutes(20), "\"probability\":0.5,\"label\":1"));
    }

    // A small pool: most ids are met again, many after they were forgotten.
    private string Id(bool fresh) => fresh || _ids == 0 ? $"id{_ids++}" : $"id{Math.Max(0, _ids - 1 - _random.Next(12))}";

    private void Predict(string id)
    {
        string model = _random.Next(4) == 0 ? "long" : "short";
        string claim;
        if (_random.Next(3) == 0)
        {
            double share = _random.Next(5, 10) / 10.0;
            int first = _random.Next(Classes.Length), second = (first + 1 + _random.Next(Classes.Length - 1)) % Classes.Length;
            claim = FormattableString.Invariant($"\"probabilities\":{{\"{Classes[first]}\":{share:0.0},\"{Classes[second]}\":{1 - share:0.0}}}");
            model += "-classes";
        }
        else claim = FormattableString.Invariant($"\"probability\":{_random.Next(1, 100) / 100.0}");

        string slices = _random.Next(6) == 0 ? $",\"slices\":{{\"region\":\"r{_random.Next(3)}\"}}" : "";
        Put("predictions", PartitionOf(id), Text(id, At(), $"\"model\":\"{model}\",\"version\":\"{_random.Next(1, 3)}\",{claim}{slices}{Sampling()}"));
    }

    private void Label(string id)
    {
        string value = _random.Next(4) switch { 0 => "\"label\":1", 1 => "\"label\":0", 2 => $"\"label\":\"{Classes[_random.Next(Classes.Length)]}\"", _ => "\"correct\":true" };
        string model = _random.Next(3) > 0 ? "" : $",\"model\":\"{Models[_random.Next(Models.Length)]}\"{(_random.Next(2) == 0 ? $",\"version\":\"{_random.Next(1, 4)}\"" : "")}";
        Put("labels", PartitionOf(id), Text(id, At(), value + model + Sampling() + Source()));
    }

    private string Source() => _random.Next(4) switch { 0 => "", 1 => ",\"source\":\"human\"", 2 => ",\"source\":\"judge\"", _ => ",\"source\":\"nobody knows\"" };

    // In half of the logs nobody speaks of it.
    private string Sampling() => !_samples || _random.Next(2) == 0 ? "" : $",\"samplingProbability\":0.{_random.Next(1, 10)}";

    /// <summary>Mostly about now, sometimes anywhere that may still count, or not.</summary>
    private TimeSpan At()
    {
        var at = _now - TimeSpan.FromSeconds(_random.NextDouble() * (_random.Next(5) == 0 ? 2.2 * _horizon.TotalSeconds : 4));
        return at < TimeSpan.Zero ? TimeSpan.Zero : at;
    }

    // Mostly keyed by id; copies that come by another partition meet in no certain order.
    private int PartitionOf(string id) => _random.Next(10) == 0 ? _random.Next(_partitions) : (int)(ClassKey.Of(id) % (uint)_partitions);

    private static string Text(string id, TimeSpan at, string rest) => $"{{\"id\":\"{id}\",\"timestamp\":{(PipelineDriver.Start + at).ToUnixTimeMilliseconds()},{rest}}}";

    private void Put(string topic, int partition, string json)
    {
        _past.Add((topic, partition, json));
        if (!_inRows)
        {
            Write((topic, partition), json);
            return;
        }

        // Up to five rows a record, good and bad, of one moment or of several.
        if (!_rows.TryGetValue((topic, partition), out var rows)) _rows.Add((topic, partition), rows = []);
        rows.Add(json);
        if (_random.Next(5) < rows.Count) Flush((topic, partition), rows);
    }

    private void Flush((string Topic, int Partition) place, List<string> rows)
    {
        if (rows.Count > 0) Write(place, $"{{\"rows\":[{string.Join(',', rows)}]}}");
        rows.Clear();
    }

    private void Write((string Topic, int Partition) place, string json) => _log.Append(place.Topic, place.Partition, new LogRecord(null, Encoding.UTF8.GetBytes(json)));
}
