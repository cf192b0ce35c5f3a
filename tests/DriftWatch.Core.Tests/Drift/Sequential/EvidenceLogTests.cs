using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class EvidenceLogTests
{
    [Fact]
    public void What_it_shows_since_an_onset_is_the_union_of_the_panes_from_its_start()
    {
        var random = new SplitMix(31);
        var log = new EvidenceLog(Grid.H188);
        List<CalibrationSketch> panes = [];
        for (int i = 0; i < 200; i++)
        {
            panes.Add(Pairs.Wild(random, 10).Sketch());
            log.Add(new EventTime(i), panes[^1]);
            var onset = new EventTime(random.Below(i + 1));
            var (start, sketch) = log.Since(onset)!.Value;

            Assert.True(start <= onset);
            var union = new CalibrationSketch();
            foreach (var pane in panes[(int)start.Milliseconds..]) union.Merge(pane);
            Assert.True(union.HoldsSameAs(sketch), $"pane {i}, onset {onset.Milliseconds}");
            Assert.Equal(union.Labeled, log.Labeled(onset));
        }
    }

    [Fact]
    public void However_long_an_onset_lasts_there_are_few_sketches_and_what_they_show_goes_back_little_further()
    {
        const int Panes = 6000;
        var log = new EvidenceLog(Grid.H188);
        var pane = Pairs.B[..1].Sketch();
        for (int i = 0; i < Panes; i++)
        {
            log.Add(new EventTime(i), pane);
            Assert.InRange(log.Count, 1, 3 + (32 * (int)Math.Log2(Math.Max(2, i))));
        }

        Assert.InRange(log.Count, 1, 250);
        for (int onset = 0; onset < Panes; onset += 7)
        {
            long further = onset - log.Since(new(onset))!.Value.Start.Milliseconds;
            Assert.InRange(further, 0, Math.Max(1, (Panes - onset) / 15));
            Assert.Equal((Panes - onset + further) * pane.Labeled, log.Labeled(new(onset)));
        }
    }

    [Fact]
    public void What_is_forgotten_is_gone_and_the_rest_stays()
    {
        var log = new EvidenceLog(Grid.H188);
        for (int i = 0; i < 64; i++) log.Add(new EventTime(i), Pairs.B[..10].Sketch());
        log.Forget(new EventTime(50));
        Assert.InRange(log.Since(default)!.Value.Start.Milliseconds, 1, 50);

        log.Forget(null);
        Assert.Null(log.Since(default));
    }
}
