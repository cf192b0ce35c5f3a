using System.Globalization;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Pipeline;

/// <summary>Vectors through the whole service: they wait for labels that come later, survive restarts by being read again, and leave nothing behind.</summary>
public sealed class ViewPipelineTests
{
    private static readonly string[] Classes = ["cat", "dog", "bird"];

    private static readonly MonitorOptions Options = new()
    {
        Windows = [TimeSpan.FromMinutes(10)],
        MaxVectorBytes = 1 << 20, // 26 000 vectors of three classes: more than ever wait at once, fewer than are read in all
        Default = new ModelOptions
        {
            Views = new ViewOptions { Kept = [ExtraView.ClassWise, ExtraView.PerClass] },
            Join = new JoinRule { Horizon = TimeSpan.FromMinutes(5) },
        },
    };

    [Fact]
    public void After_crashes_the_windows_of_every_class_are_what_they_are_without()
    {
        using var steady = Service();
        steady.RunToEnd();
        using var crashing = Service();
        for (int crash = 0; crash < 6; crash++)
        {
            for (int i = 0; i < 12 + crash; i++)
            {
                crashing.Time.Advance(TimeSpan.FromMilliseconds(10));
                crashing.Cycle();
            }

            crashing.StartService();
        }

        crashing.RunToEnd();

        var expected = Windows(steady);
        Assert.Equal(7, expected.Keys.Select(key => key.View).Distinct().Count()); // top-label, three classes, three predicted ones
        var shown = Windows(crashing);
        Assert.NotEmpty(shown);
        Assert.All(shown, window => Assert.Equal(expected[window.Key], window.Value));
        foreach (var service in new[] { steady, crashing }) Assert.Equal(0, service.Snapshot.Monitor.Overflows["vector"]);
    }

    [Fact]
    public void Class_wise_ECE_is_in_the_windows_of_the_model_version()
    {
        using var service = Service();
        service.RunToEnd();

        var all = service.Snapshot.Monitor.Series;
        var whole = all.Single(s => s.Key.IsWhole).Windows[0].NewestMature!;
        var classes = all.Where(s => s.Key.View == View.OneClass).Select(s => s.Windows[0].History.Single(w => w.Start == whole.Start)).ToList();
        Assert.Equal(3, classes.Count);
        Assert.All(classes, window => Assert.Equal(whole.Labeled, window.Labeled));
        Assert.Equal(classes.Average(window => window.Metrics.Ece!.Value), whole.Metrics.ClasswiseEce!.Value, 1e-12);
    }

    private static PipelineDriver Service()
    {
        var service = new PipelineDriver(Options, new PipelineOptions { BatchRecords = 200, CommitInterval = TimeSpan.Zero, IdleAdvance = false });
        var random = new Random(3);
        for (int i = 0; i < 30_000; i++)
        {
            double a = Math.Round(random.NextDouble(), 3), b = Math.Round((1 - a) * random.NextDouble(), 3), u = random.NextDouble();
            string vector = string.Create(CultureInfo.InvariantCulture, $"{{\"cat\":{a},\"dog\":{b},\"bird\":{Math.Round(1 - a - b, 3)}}}");
            long at = PipelineDriver.Start.ToUnixTimeMilliseconds() + (i * 200L);
            service.Append("predictions", i % 2, $$"""{"id":"{{i}}","model":"m","version":"1","timestamp":{{at}},"probabilities":{{vector}}}""");
            service.Append("labels", i % 2, $$"""{"id":"{{i}}","timestamp":{{at + 90_000}},"label":"{{Classes[u < a ? 0 : u < a + b ? 1 : 2]}}"}""");
        }

        return service;
    }

    private static Dictionary<(string View, EventTime Start), string> Windows(PipelineDriver service) =>
        service.Snapshot.Monitor.Series
            .SelectMany(series => series.Windows[0].History.Where(window => window.Mature), (series, window) => (series.Key.ViewName, window))
            .ToDictionary(one => (one.ViewName, one.window.Start), one => $"{one.window.Predictions} {one.window.Labeled} {one.window.Positives} {one.window.SumConfidence:R} {one.window.Metrics.Ece:R} {one.window.Metrics.ClasswiseEce:R}");
}
