using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>What counts as standing still, and what does not.</summary>
public sealed class ProgressWatchTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    private readonly SourcePartition[] _partitions = [new(0, StreamPart.Predictions, "predictions", 0, 10), new(1, StreamPart.Labels, "labels", 0, 10)];
    private readonly ProgressWatch _watch = new(Most);
    private DateTimeOffset _now = PipelineDriver.Start;

    [Fact]
    public void A_partition_with_records_of_which_nothing_comes_is_said_at_half_time_and_given_up_at_the_end()
    {
        _partitions[1].Readable = 25;

        Assert.Null(Look(seconds: 14));
        Assert.Equal("labels[0] holds records from 10 up to 25, and its leader answers, but nothing has been read of it for 16 s.", Look(seconds: 2));
        var stalled = Assert.Throws<StalledException>(() => Look(seconds: 14));
        Assert.StartsWith("labels[0] holds records from 10 up to 25", stalled.Message);
    }

    [Fact]
    public void One_record_is_progress()
    {
        _partitions[0].Readable = 25;
        Look(seconds: 20);

        _partitions[0].Position++;

        Assert.Null(Look(seconds: 14));
    }

    [Fact]
    public void A_leader_that_does_not_answer_and_an_open_transaction_are_no_lack_of_progress()
    {
        _partitions[0].LogEnd = 500; // an open transaction: nothing past 10 can be read
        _partitions[0].Readable = 10;
        _partitions[1].LogEnd = 500; // nobody answers
        _partitions[1].Readable = null;

        Assert.Null(Look(seconds: 600));
    }

    [Fact]
    public void An_outage_begins_the_count_anew()
    {
        _partitions[0].Readable = 25;
        Look(seconds: 20);
        _partitions[0].Readable = null;
        Look(seconds: 1);
        _partitions[0].Readable = 25;

        Assert.Null(Look(seconds: 14));
    }

    [Fact]
    public void What_waits_for_a_reason_of_ours_does_not_stand_still()
    {
        _partitions[0].Readable = 25;
        for (int second = 0; second < 600; second++)
        {
            _watch.Hold(_partitions[0]);
            Assert.Null(Look(seconds: 1));
        }
    }

    [Fact]
    public void A_process_that_was_frozen_has_not_tried_for_all_that_time()
    {
        _partitions[0].Readable = 25;
        Look(seconds: 3);

        _now += TimeSpan.FromHours(2);

        Assert.Null(Look(seconds: 10));
    }

    private string? Look(int seconds)
    {
        string? said = _watch.Look(_partitions, _now);
        for (int i = 0; i < seconds * 10; i++) said = _watch.Look(_partitions, _now += TimeSpan.FromMilliseconds(100));
        return said;
    }
}
