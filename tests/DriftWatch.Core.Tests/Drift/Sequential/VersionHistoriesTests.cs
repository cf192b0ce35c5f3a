using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class VersionHistoriesTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly VersionHistories _histories = new();
    private readonly SplitMix _random = new(5);
    private readonly List<Finding> _findings = [];

    [Fact]
    public void A_version_bets_from_its_first_pane_on_with_the_blocks_of_the_one_before()
    {
        var first = Of("1");
        Play(first, 0, 10 * 24);
        var next = Of("2");
        Play(next, 240, 241);

        Assert.DoesNotContain(_findings[^1..], finding => finding.Kind == FindingKind.Insufficient);
        Assert.Equal((10, first.Capture().Overdispersion), (next.Capture().Blocks, next.Capture().Overdispersion));
        Assert.Equal(DetectorWait.None, next.Capture().WaitsFor);
    }

    [Fact]
    public void The_first_of_all_gathers_a_day_before_it_bets()
    {
        var first = Of("1");
        Play(first, 0, 20);
        Assert.Equal(DetectorWait.LearningDependence, first.Capture().WaitsFor);

        Play(first, 20, 25);
        Assert.Equal(DetectorWait.None, first.Capture().WaitsFor);
    }

    [Fact]
    public void A_block_that_is_over_counts_whether_or_not_it_was_closed()
    {
        var first = Of("1");
        for (int hour = 0; hour < 48; hour++) Observe(first, hour); // nobody said that the second day is over
        var next = Of("2");
        Observe(next, 48);

        Assert.Equal(2, next.Capture().Blocks);
    }

    [Fact]
    public void Slices_and_other_views_have_lines_of_their_own()
    {
        Play(Of("1"), 0, 10 * 24);
        var slice = Of("2", new Slice("region", "north"));
        Play(slice, 240, 242);

        Assert.Equal(0, slice.Capture().Blocks);
    }

    private EsrDetector Of(string version, Slice? slice = null) =>
        new(new DriftOptions(), Hour, TimeSpan.Zero, sharedOnset: new SharedOnset { Histories = _histories }, series: new SeriesKey("m", version, slice, View.Binary));

    private void Play(EsrDetector detector, int from, int to)
    {
        for (int hour = from; hour < to; hour++)
        {
            Observe(detector, hour);
            detector.AdvanceTo(EventTime.Earliest + ((hour + 1) * Hour), _findings);
        }
    }

    private void Observe(EsrDetector detector, int hour) => detector.Observe(EventTime.Earliest + (hour * Hour), ScoreLaw.D1.Sketch(_random, 600, 1), _findings);
}
