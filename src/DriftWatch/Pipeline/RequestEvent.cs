using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;

namespace DriftWatch.Pipeline;

/// <summary>A decision on its way out: CloudEvents 1.0.2, structured JSON, with the attributes as <c>ce_</c> headers too.</summary>
/// <remarks>Some consumers see only the body (Argo Events), some routers only headers: the Kafka binding allows both.</remarks>
internal static class RequestEvent
{
    public static OutgoingRecord Of(RecalibrationRequest request, string source, EventContext context)
    {
        List<RecordHeader> headers = [Text("content-type", CloudEventWriter.ContentType)];
        foreach (var (name, value) in CloudEventWriter.Attributes(request, source, context)) headers.Add(Text("ce_" + name, value));
        byte[] key = Encoding.UTF8.GetBytes(request.Series.Model);
        return new OutgoingRecord(request.Kind == RequestKind.Requested ? OutputTopic.Requests : OutputTopic.Updates, key, CloudEventWriter.Write(request, source, context), headers);
    }

    private static RecordHeader Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
