using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline;

public sealed class PipelineLoopTests
{
    [Fact]
    public void Every_pair_is_matched_once_and_positions_are_committed()
    {
        using var service = new PipelineDriver();
        Traffic.Calibrated(service, predictions: 3000, seed: 1);

        service.RunToEnd();

        Assert.Equal(3000, service.Snapshot.Monitor.Join.Matched);
        Assert.Equal(ServicePhase.Running, service.Snapshot.Phase);
        Assert.Equal(3000, service.Snapshot.Streams.Single(s => s.Name == "predictions").Records);
        Assert.All(service.Snapshot.Streams.SelectMany(s => s.Partitions), p => Assert.Equal(0, p.Lag));
        Assert.Equal(6000, service.Store.Offsets.Values.Sum());
    }

    [Fact]
    public void A_dead_letter_and_the_position_after_it_are_committed_together()
    {
        using var service = new PipelineDriver();
        service.Output.Acknowledges = false;
        service.Append("predictions", 0, "no json");
        service.RunToEnd();
        Assert.Empty(service.Store.Offsets);
        Assert.Empty(service.Output.Sent);

        service.Output.Acknowledges = true;
        service.Settle();

        Assert.Equal(1, service.Store.Offsets[("predictions", 0)]);
        Assert.Single(service.Output.DeadLetters);
    }

    [Fact]
    public void Reading_waits_while_too_many_dead_letters_are_on_their_way()
    {
        using var service = new PipelineDriver(pipeline: new PipelineOptions { MaxUnacknowledged = 7, IdleAdvance = false }, partitions: 1);
        service.Output.Acknowledges = false;
        for (int i = 0; i < 50; i++) service.Append("labels", 0, "no json");

        service.RunToEnd();
        Assert.Equal(7, service.Source.Partitions.Single(p => p.Topic == "labels").Position);

        service.Output.Acknowledges = true;
        for (int epoch = 0; epoch < 8; epoch++) service.Settle();
        Assert.Equal(50, service.Output.Sent.Count);
    }

    [Fact]
    public void A_lost_broker_is_shown_and_nothing_is_lost()
    {
        using var service = new PipelineDriver();
        Traffic.Calibrated(service, predictions: 500, seed: 2);
        service.RunToEnd();

        service.Log.Connected = false;
        Traffic.Calibrated(service, predictions: 500, seed: 3, from: 500);
        service.Settle();
        Assert.Equal(ServicePhase.Disconnected, service.Snapshot.Phase);
        Assert.NotNull(service.Snapshot.Trouble);

        service.Log.Connected = true;
        service.RunToEnd();
        Assert.Equal(ServicePhase.Running, service.Snapshot.Phase);
        Assert.Equal(1000, service.Snapshot.Monitor.Join.Matched);
    }

    [Fact]
    public void Partitions_that_run_ahead_in_event_time_wait_for_the_slowest()
    {
        // Predictions are dense, labels sparse: read record by record, labels would be hours ahead.
        var bound = TimeSpan.FromMinutes(5);
        using var service = new PipelineDriver(pipeline: new PipelineOptions { BatchRecords = 10, MaxAhead = bound, IdleAdvance = false }, partitions: 1);
        for (int i = 0; i < 36_000; i++) service.Predict($"p{i}", TimeSpan.FromSeconds(i), 0.5);
        for (int i = 0; i < 1000; i++) service.Label($"p{i * 36}", TimeSpan.FromSeconds((i * 36) + 30), true);
        var batch = TimeSpan.FromSeconds(360);
        var furthest = TimeSpan.Zero;

        while (service.Cycle())
        {
            var (predictions, labels) = (service.Source.Partitions[0], service.Source.Partitions[1]);
            if (predictions.Idle || labels.Idle || predictions.Position == 0) continue;
            var ahead = TimeSpan.FromSeconds((labels.Position * 36) - predictions.Position);
            if (ahead > furthest) furthest = ahead;
        }

        Assert.InRange(furthest, TimeSpan.FromSeconds(1), bound + batch);
        service.Settle();
        Assert.Equal(1000, service.Snapshot.Monitor.Join.Matched);
    }

    [Fact]
    public void A_request_is_sent_as_a_cloud_event_with_its_attributes_as_headers_and_the_model_as_key()
    {
        using var service = new PipelineDriver();
        Traffic.Drifting(service, hours: 3, seed: 4);

        service.RunToEnd();

        var record = service.Output.Requests.First();
        string json = System.Text.Encoding.UTF8.GetString(record.Value!);
        string Header(string name) => System.Text.Encoding.UTF8.GetString(record.Headers.Single(h => h.Name == name).Value!);
        Assert.Equal("m"u8.ToArray(), record.Key);
        Assert.Equal(CloudEventWriter.ContentType, Header("content-type"));
        Assert.Equal("io.driftwatch.recalibration.requested.v1", Header("ce_type"));
        Assert.Contains($"\"id\":\"{Header("ce_id")}\"", json);
        Assert.Contains("\"dataRange\":[{\"topic\":\"predictions\"", json);
        Assert.Equal(1, service.Snapshot.RequestsBySeries[("m", "1")]);
        Assert.Contains(json, service.Snapshot.RecentEvents);
    }
}
