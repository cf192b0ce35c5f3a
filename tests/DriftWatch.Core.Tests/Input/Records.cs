using System.Text;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>Reads records given as text, the way most tests need it.</summary>
internal sealed class Records
{
    public static readonly byte[] HashKey = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    public static readonly EventTime Now = EventTime.From(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    public Records(FieldMapping? mapping = null, ReadLimits? limits = null, MonitorOptions? options = null, RouteTable? routes = null)
    {
        Routes = routes ?? new RouteTable((options ?? new MonitorOptions()).Routing);
        Reader = new MessageReader(mapping ?? new FieldMapping(), limits ?? new ReadLimits(), Routes, HashKey);
    }

    public RouteTable Routes { get; }

    public MessageReader Reader { get; }

    public static PredictionId IdOf(string id) => new PredictionIdHash(new SipHash(HashKey)).Of(Encoding.UTF8.GetBytes(id));

    public (RejectReason Reason, Prediction Prediction) Prediction(string json, string header = "", long kafka = -1) => Prediction(Encoding.UTF8.GetBytes(json), header, kafka);

    public (RejectReason Reason, Prediction Prediction) Prediction(byte[] value, string header = "", long kafka = -1)
    {
        var record = new RecordView { Value = value, Headers = new GivenHeaders(header), KafkaTimestamp = kafka };
        var reason = Reader.ReadPrediction(record, Now, out var prediction);
        return (reason, prediction);
    }

    public (RejectReason Reason, Label Label) Label(string json) => Label(Encoding.UTF8.GetBytes(json));

    public (RejectReason Reason, Label Label) Label(byte[] value)
    {
        var reason = Reader.ReadLabel(new RecordView { Value = value, KafkaTimestamp = -1 }, Now, out var label);
        return (reason, label);
    }
}
