using System.Text;
using DriftWatch.Core.Input;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>What of the topic of requests is answered, passed over, or set aside.</summary>
public sealed class RequestEnvelopeTests
{
    [Fact]
    public void A_request_says_who_asks_even_where_no_set_can_be_made_of_it()
    {
        var (request, reason, _) = Read("""{"type":"io.driftwatch.recalibration.requested.v1","id":"e","source":"/s","data":{"view":"class:cat","model":"m","version":"1","slice":"a=b=c","task":"top-label","episode":"ep"}}""");

        Assert.Equal(RejectReason.None, reason);
        Assert.Equal(new RequestEnvelope("e", "/s", "ep", "m", "1", "a=b=c", "top-label"), request);
        Assert.Equal(("a", "b=c"), (request!.Series.Slice!.Dimension, request.Series.Slice.Value));
    }

    [Theory]
    [InlineData("""{"type":"io.driftwatch.recalibration.resolved.v1"}""", RejectReason.None)]
    [InlineData("""{"type":"com.example.other","data":3}""", RejectReason.None)]
    [InlineData("{", RejectReason.Malformed)]
    [InlineData("", RejectReason.Empty)]
    [InlineData("[]", RejectReason.Schema)]
    [InlineData("""{"id":"e"}""", RejectReason.Schema)]
    [InlineData("""{"type":"io.driftwatch.recalibration.requested.v1","id":"e","source":"/s","data":{"model":"m"}}""", RejectReason.Schema)]
    public void Other_events_are_passed_over_and_what_is_none_has_a_reason(string json, RejectReason expected)
    {
        var (request, reason, _) = Read(json);

        Assert.Null(request);
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void What_is_missing_is_named_by_its_place() =>
        Assert.Equal("/data/episode is missing", Read("""{"type":"io.driftwatch.recalibration.requested.v1","id":"e","source":"/s","data":{"model":"m"}}""").Detail);

    private static RequestReading Read(string json) => RequestEnvelope.Read(Encoding.UTF8.GetBytes(json));
}
