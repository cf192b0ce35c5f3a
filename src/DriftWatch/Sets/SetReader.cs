using System.Security.Cryptography;
using System.Text;
using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Native;
using DriftWatch.Options;
using DriftWatch.Pipeline.Recovery;
using DriftWatch.Replay;

namespace DriftWatch.Sets;

/// <summary>Reads the labeled predictions that a request rests on again: its predictions by their offsets, labels from then on, joined as the service joins them.</summary>
/// <remarks>A request that is looked at again has no end of its own: its set ends where the newest data that was read are mature.
/// Joins no group, commits and writes nothing. All records of the stretch are held in memory, about 40 bytes each.</remarks>
internal sealed class SetReader(DriftWatchOptions options, SetRequest request, SetSample sample)
{
    /// <summary>How finely the join is swept. Nothing depends on it: what is past its deadline is gone, whether swept or not.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(PredictionId, int Route), SetRow> _rows = [];
    private readonly Dictionary<int, bool> _asked = [];
    private VectorCollector? _collector;
    private SetRequest? _readOn;

    /// <summary>Of all predictions.</summary>
    public SetReader(DriftWatchOptions options, SetRequest request)
        : this(options, request, SetSample.All)
    {
    }

    /// <summary>What was read: the request, or of one that is looked at again, how far it has come.</summary>
    public SetRequest Asked => _readOn ?? request;

    /// <summary>Under which settings the records were read, joined and counted: SHA-256 over all that decide it, as the configuration names and writes them.</summary>
    public string Configuration
    {
        get
        {
            var topics = options.Kafka.PredictionTopics.Select(topic => (StreamPart.Predictions, topic)).Concat(options.Kafka.LabelTopics.Select(topic => (StreamPart.Labels, topic)));
            var settings = StateSettings.Of(options.Pipeline, options.Monitor, topics).OrderBy(one => one.Key, StringComparer.Ordinal);
            return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(settings.Select(one => $"{one.Key}={one.Value}\n")))));
        }
    }

    /// <summary>Of the predictions that the request names, those that retention has taken.</summary>
    public long Gone { get; private set; }

    /// <summary>Whether what was read has probabilities of all classes.</summary>
    public SetVectors Vectors { get; private set; } = SetVectors.Unasked;

    /// <summary>Every labeled prediction of the request's window, in order.</summary>
    /// <exception cref="ReplayException">The topics cannot be read.</exception>
    public IReadOnlyList<SetRow> Read()
    {
        var from = FirstTimestamp();
        var rows = Read(from);
        // A label whose Kafka timestamp is older than that of the first prediction: it lies before, if it lies anywhere.
        return from is not null && rows.Count < sample.Least(request.Labeled) ? Read(null) : rows;
    }

    private List<SetRow> Read(EventTime? labelsFrom)
    {
        _rows.Clear();
        _asked.Clear();
        var meter = new ReplayMeter();
        var replay = new ReplayRequest
        {
            Configured = Watching(),
            HasHorizon = true,
            Limits = options.Pipeline.Limits,
            Missing = options.Pipeline.Missing,
            Stretch = new(options.Kafka, options.Pipeline, labelsFrom, null) { Predictions = request.Ranges, Keeps = sample.IsAll ? null : sample.Keeps },
        };
        var source = new TopicSource(replay, replay.Stretch, meter);
        Gone = source.Gone;
        var reading = new RouteTable(ReplayOptions.ForReading(replay).Routing) { Spellings = new LabelSpellings() };
        var predictions = source.Predictions(reading, meter).Rows;
        var labels = source.Labels(reading, meter).Rows;
        FreedMemory.GiveBack();
        if (request.Attempt > 1) _readOn = request with { To = EventTime.Max(request.To, MatureUntil(predictions, labels)) };
        _rows.EnsureCapacity((int)Math.Min(request.Labeled * sample.Rate, predictions.Count));
        var playing = ReplayOptions.ForPlaying(replay, default, TimeSpan.Zero, (long)predictions.Count + labels.Count);
        var routes = reading.With(playing.Routing, reading.Spellings);
        // The join alone: what the monitor makes of its meetings is not asked for.
        _collector = request.View == View.TopLabel.Name() ? new VectorCollector(routes) : null;
        Play(new PredictionJoiner(playing.Joining with { Bucket = Sweep }, routes, new NoSink()), routes, predictions, labels);
        Vectors = _collector?.Complete(_rows) ?? SetVectors.Unasked;
        List<SetRow> rows = [.. _rows.Values];
        // What they were gathered in is as large as they are.
        _collector = null;
        _rows.Clear();
        _rows.TrimExcess();
        rows.Sort(SetRow.InOrder);
        if (request.Attempt > 1 && Gone == 0 && sample.IsAll && rows.Count >= request.Labeled) _readOn = Asked with { Labeled = rows.Count, Positives = rows.Count(row => row.Outcome) };
        return rows;
    }

    /// <summary>Before this, labels have had the time that they get: what is younger would be of those that come early.</summary>
    private EventTime MatureUntil(Rows<Prediction> predictions, Rows<Label> labels)
    {
        if (predictions.Count == 0 || labels.Count == 0) return request.To;
        var (prediction, label) = (predictions[0].Time, labels[0].Time);
        for (int i = 1; i < predictions.Count; i++) prediction = EventTime.Max(prediction, predictions[i].Time);
        for (int i = 1; i < labels.Count; i++) label = EventTime.Max(label, labels[i].Time);
        return ((prediction < label ? prediction : label) - options.Monitor.OutOfOrderness - options.Monitor.For(request.Model).MaturityAge(options.Monitor.OutOfOrderness)).FloorTo(Sweep);
    }

    /// <summary>What the service watches, and of a model of classes the probabilities of each.</summary>
    private MonitorOptions Watching()
    {
        if (request.View != View.TopLabel.Name()) return options.Monitor;
        var model = options.Monitor.For(request.Model);
        return options.Monitor with { Models = new Dictionary<string, ModelOptions>(options.Monitor.Models) { [request.Model] = model with { Views = model.Views with { Kept = [.. model.Views.Kept.Append(ExtraView.ClassWise).Distinct()] } } } };
    }

    private void Play(PredictionJoiner joiner, RouteTable routes, Rows<Prediction> predictions, Rows<Label> labels)
    {
        var (predictionOrder, labelOrder) = (PlayOrder.ByTime(predictions, row => row.Time), PlayOrder.ByTime(labels, row => row.Time));
        for (int prediction = 0, label = 0; prediction < predictions.Count || label < labels.Count;)
        {
            bool isPrediction = label == labels.Count || (prediction < predictions.Count && predictions[predictionOrder[prediction]].Time <= labels[labelOrder[label]].Time);
            PredictionId id;
            if (isPrediction)
            {
                var next = predictions[predictionOrder[prediction++]];
                joiner.AdvanceTo(next.Time.FloorTo(Sweep));
                joiner.Add(next);
                id = next.Id;
            }
            else
            {
                var next = labels[labelOrder[label++]];
                joiner.AdvanceTo(next.Time.FloorTo(Sweep));
                joiner.Add(next);
                id = next.Id;
            }

            foreach (ref readonly var meeting in joiner.Meetings)
            {
                if (meeting.Label is not (Arrival.Matched or Arrival.Corrected) || !IsAsked(meeting.Route, routes, meeting.PredictionTime)) continue;
                _rows[(id, meeting.Route)] = new(id, meeting.PredictionTime, meeting.Confidence, meeting.Outcome, meeting.Choice.Weight.Value / sample.Rate);
                _collector?.Take(id, meeting);
            }
        }
    }

    private bool IsAsked(int number, RouteTable routes, EventTime time)
    {
        if (time < Asked.From || time >= Asked.To) return false;
        if (!_asked.TryGetValue(number, out bool asked)) _asked.Add(number, asked = routes[number].Series.Select(each => routes.Series[each]).Any(IsOfRequest));
        return asked;
    }

    private bool IsOfRequest(SeriesKey series) => series.Model == request.Model && request.Versions.Contains(series.Version) && series.Slice?.ToString() == request.Slice && series.View.IsMain();

    /// <summary>The Kafka timestamp of the first record of the predictions, of all partitions, less what labels may be earlier; null: not to be told.</summary>
    private EventTime? FirstTimestamp()
    {
        try
        {
            using var firsts = new TopicRange(options.Kafka, [.. request.Ranges.Select(range => range with { EndOffset = range.StartOffset + 1 })]);
            long? first = null;
            while (firsts.Read())
            {
                long timestamp = firsts.View([]).KafkaTimestamp;
                if (timestamp < 0) return null;
                first = Math.Min(first ?? timestamp, timestamp);
            }

            return first is { } time ? new EventTime(time) - options.Monitor.OutOfOrderness - options.Monitor.Models.Values.Append(options.Monitor.Default).Max(model => model.Join.Lead) : null;
        }
        catch (KafkaRangeException failure)
        {
            throw new ReplayException(failure.Message, ExitCode.Failure, failure);
        }
    }

    private sealed class NoSink : IJoinSink
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
}
