using System.Text;
using DriftWatch.Core.Series;
using DriftWatch.Kafka.Answering;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>Which map of a series counts, and which revision is next.</summary>
public sealed class PublishedMapsTests
{
    private static readonly SeriesKey Series = new("fraud", "7", null, View.Binary);

    private readonly PublishedMaps _maps = new("maps", NullLogger.Instance);

    [Fact]
    public void The_younger_record_counts_whichever_partition_is_read_last_and_the_later_one_within_a_partition()
    {
        foreach (int[] order in (int[][])[[0, 1], [1, 0]])
        {
            KeptRecord[][] partitions = [[Record(0, 0, 100, UpkeepTests.Map(1)), Record(0, 1, 90, UpkeepTests.Map(2))], [Record(1, 0, 200, UpkeepTests.Map(1))]];
            _maps.Reread(order.SelectMany(partition => partitions[partition]));
            Assert.Equal(1, _maps.ParentOf(Series)!.Revision);
        }

        _maps.Reread([Record(0, 0, 100, UpkeepTests.Map(1)), Record(0, 1, 90, UpkeepTests.Map(2))]);
        Assert.Equal(2, _maps.ParentOf(Series)!.Revision);
        _maps.Reread([Record(1, 0, 300, null), Record(0, 0, 100, UpkeepTests.Map(1))]);
        Assert.False(_maps.Has(Series));
    }

    [Fact]
    public void No_revision_comes_twice_and_what_a_map_answers_is_mapped_by_the_map_of_the_claims()
    {
        Assert.Equal(1, _maps.NextOf(Series));
        _maps.Note(Series with { Version = "7+cal.1" }, 4);
        Assert.Equal(["2"], _maps.Reread([Record(0, 0, 1, UpkeepTests.Map(2))]).Select(map => $"{map.Revision}"));
        Assert.Empty(_maps.Reread([Record(0, 0, 1, UpkeepTests.Map(2))]));
        _maps.Reread([Record(0, 0, 1, UpkeepTests.Map(2)), Record(0, 1, 2, null)]);

        Assert.Null(_maps.ParentOf(Series));
        Assert.Equal(5, _maps.NextOf(Series));
        Assert.Equal(5, _maps.NextOf(Series with { Version = "7+cal.2" }));
        Assert.Equal(1, _maps.NextOf(Series with { Version = "8" }));
        Assert.Equal("models/fraud/versions/7", Encoding.UTF8.GetString(_maps.RecordOf(null, Series with { Version = "7+cal.2" }).Key!));
    }

    private static KeptRecord Record(int partition, long offset, long at, DecidedMap? map) => new("maps", partition, offset, "models/fraud/versions/7"u8.ToArray(), map?.Json, [], at);
}
