using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Inspection;

/// <summary>The samples as the service would read them with a mapping: how many are accepted, and how many labels meet a prediction.</summary>
internal sealed record JoinTrial
{
    private static readonly byte[] Key = new byte[16];

    public int Predictions { get; private init; }

    /// <summary>Predictions accepted that the service would take for copies: id, model and version are those of one before.</summary>
    public int Copies { get; private init; }

    public int Labels { get; private init; }

    /// <summary>Labels whose prediction is in the sample.</summary>
    public int Met { get; private init; }

    /// <summary>Label's time minus prediction's, of those that met, in order.</summary>
    public IReadOnlyList<TimeSpan> Delays { get; private init; } = [];

    public IReadOnlyDictionary<RejectReason, (int Count, string First)> RejectedPredictions { get; private init; } = new Dictionary<RejectReason, (int, string)>();

    public IReadOnlyDictionary<RejectReason, (int Count, string First)> RejectedLabels { get; private init; } = new Dictionary<RejectReason, (int, string)>();

    /// <summary>Event time of the first and last of both.</summary>
    public (EventTime From, EventTime To)? PredictionSpan { get; private init; }

    public (EventTime From, EventTime To)? LabelSpan { get; private init; }

    /// <summary>Reads both samples.</summary>
    public static JoinTrial Of(PartGuess predictions, PartGuess labels, EventTime now)
    {
        var routes = new RouteTable(new MonitorOptions().Routing);
        Dictionary<PredictionId, EventTime> times = [];
        Dictionary<RejectReason, (int, string)> badPredictions = [], badLabels = [];
        List<EventTime> labelTimes = [];
        List<TimeSpan> delays = [];
        int accepted = 0;
        HashSet<(PredictionId, int Owner)> identities = [];
        var (mapping, labelMapping) = (predictions.Mapping, labels.Mapping);
        var headers = mapping.Headers;
        var reader = new MessageReader(mapping, new ReadLimits(), routes, Key, predictions.Sample.Name);
        foreach (var record in predictions.Sample.Records)
        {
            var view = record.View(headers);
            reader.Open(view, FieldRecords.Predictions);
            while (reader.NextPrediction(view, now, out var prediction, out var reason))
            {
                if (reason != RejectReason.None) Note(badPredictions, reason, reader.LastFault);
                else
                {
                    accepted++;
                    times.TryAdd(prediction.Id, prediction.Time);
                    identities.Add((prediction.Id, routes[prediction.Route].Owner));
                }
            }
        }

        headers = labelMapping.Headers;
        reader = new MessageReader(labelMapping, new ReadLimits(), routes, Key, labels.Sample.Name);
        foreach (var record in labels.Sample.Records)
        {
            var view = record.View(headers);
            reader.Open(view, FieldRecords.Labels);
            while (reader.NextLabel(view, now, out var label, out var reason))
            {
                if (reason != RejectReason.None)
                {
                    Note(badLabels, reason, reader.LastFault);
                    continue;
                }

                labelTimes.Add(label.Time);
                if (times.TryGetValue(label.Id, out var time)) delays.Add(label.Time - time);
            }
        }

        return new JoinTrial
        {
            Predictions = accepted,
            Copies = accepted - identities.Count,
            Labels = labelTimes.Count,
            Met = delays.Count,
            Delays = [.. delays.Order()],
            RejectedPredictions = badPredictions,
            RejectedLabels = badLabels,
            PredictionSpan = times.Count == 0 ? null : (times.Values.Min(), times.Values.Max()),
            LabelSpan = labelTimes.Count == 0 ? null : (labelTimes.Min(), labelTimes.Max()),
        };
    }

    private static void Note(Dictionary<RejectReason, (int Count, string First)> bad, RejectReason reason, string? fault)
    {
        var (count, first) = bad.GetValueOrDefault(reason, (0, fault ?? ""));
        bad[reason] = (count + 1, first);
    }
}
