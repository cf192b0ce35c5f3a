using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Prometheus;
using Xunit;

namespace DriftWatch.StandIns;

/// <summary>What we rely on in prometheus-net. They hold for the package and for the stand-in, whichever the build uses.</summary>
public class MetricsPageTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;

    public MetricsPageTests() => _factory = Metrics.WithCustomRegistry(_registry);

    [Fact]
    public async Task AMetricWithoutLabelsIsOnThePageFromTheStart()
    {
        _factory.CreateCounter("joins_total", "Joins.");
        _factory.CreateGauge("pending", "");

        Assert.Equal(
            """
            # HELP joins_total Joins.
            # TYPE joins_total counter
            joins_total 0
            # HELP pending 
            # TYPE pending gauge
            pending 0

            """,
            await Page());
    }

    [Fact]
    public async Task AMetricWithLabelsShowsTheSeriesThatWereAskedForInThatOrder()
    {
        var counter = _factory.CreateCounter("rejected_total", "Rejected.", "reason", "topic");
        counter.WithLabels("range", "b").Inc(2.5);
        counter.WithLabels("late", "a");

        Assert.EndsWith(
            """
            rejected_total{reason="range",topic="b"} 2.5
            rejected_total{reason="late",topic="a"} 0

            """,
            await Page());
    }

    [Fact]
    public async Task LabelValuesAreEscaped()
    {
        _factory.CreateGauge("g", "", "path").WithLabels("a\\b\n\"c\" é").Set(1);

        Assert.Contains("g{path=\"a\\\\b\\n\\\"c\\\" é\"} 1\n", await Page());
    }

    [Fact]
    public async Task AHistogramCountsUpToEachBoundAfterItsSumAndCount()
    {
        var histogram = _factory.CreateHistogram("delay_seconds", "Delay.", ["model"], new HistogramConfiguration { Buckets = [0.5, 1, 10] });
        histogram.WithLabels("m").Observe(1);
        histogram.WithLabels("m").Observe(0.1, 3);
        histogram.WithLabels("m").Observe(99);
        histogram.WithLabels("m").Observe(double.NaN);

        Assert.EndsWith(
            """
            # TYPE delay_seconds histogram
            delay_seconds_sum{model="m"} 100.3
            delay_seconds_count{model="m"} 5
            delay_seconds_bucket{model="m",le="0.5"} 3
            delay_seconds_bucket{model="m",le="1"} 4
            delay_seconds_bucket{model="m",le="10"} 4
            delay_seconds_bucket{model="m",le="+Inf"} 5

            """,
            await Page());
        Assert.Equal(5, histogram.WithLabels("m").Count);
        Assert.Equal(100.3, histogram.WithLabels("m").Sum, 12);
    }

    [Fact]
    public async Task ASummaryWithoutQuantilesIsASumAndACount()
    {
        _factory.CreateSummary("s", "").Observe(3);

        Assert.EndsWith("# TYPE s summary\ns_sum 3\ns_count 1\n", await Page());
    }

    [Theory]
    [InlineData(0.1 + 0.2, "0.30000000000000004", "0.30000000000000004")]
    [InlineData(1e21, "1e+21", "1e+21")]
    [InlineData(123456789, "123456789", "123456789.0")]
    [InlineData(5e-324, "5e-324", "5e-324")]
    [InlineData(-1, "-1", "-1.0")]
    [InlineData(double.PositiveInfinity, "Infinity", "+Inf")]
    [InlineData(double.NegativeInfinity, "-Infinity", "-Inf")]
    [InlineData(double.NaN, "NaN", "NaN")]
    public async Task NumbersAreInShortestRoundTripForm(double value, string text, string openMetrics)
    {
        _factory.CreateGauge("g", "").Set(value);

        Assert.EndsWith($"\ng {text}\n", await Page());
        Assert.EndsWith($"\ng {openMetrics}\n# EOF\n", await Page(ExpositionFormat.OpenMetricsText));
    }

    [Fact]
    public async Task OpenMetricsNamesACounterWithoutItsTotal()
    {
        _factory.CreateCounter("joins_total", "Joins.").Inc();
        _factory.CreateCounter("odd", "").Inc(2);
        _factory.CreateHistogram("h", "", new HistogramConfiguration { Buckets = [1, 2.5] }).Observe(2);

        Assert.Equal(
            """
            # HELP joins Joins.
            # TYPE joins counter
            joins_total 1.0
            # HELP odd 
            # TYPE odd unknown
            odd 2.0
            # HELP h 
            # TYPE h histogram
            h_sum 2.0
            h_count 1
            h_bucket{le="1.0"} 0
            h_bucket{le="2.5"} 1
            h_bucket{le="+Inf"} 1
            # EOF

            """,
            await Page(ExpositionFormat.OpenMetricsText));
    }

    [Fact]
    public async Task ExemplarsAreOnTheOpenMetricsPageOnly()
    {
        var histogram = _factory.CreateHistogram("h", "", new HistogramConfiguration { Buckets = [1] });
        histogram.Observe(0.25, Exemplar.From(Exemplar.Pair("trace_id", "abc"), Exemplar.Pair("model", "m")));

        Assert.Matches(new Regex("^h_bucket\\{le=\"1.0\"\\} 1 # \\{trace_id=\"abc\",model=\"m\"\\} 0.25 [0-9.]+$", RegexOptions.Multiline), await Page(ExpositionFormat.OpenMetricsText));
        Assert.DoesNotContain("abc", await Page());
    }

    [Fact]
    public async Task AnObservationInsideATraceLeadsToIt()
    {
        var counter = _factory.CreateCounter("c_total", "");
        using var activity = new Activity("scrape").Start();

        counter.Inc();

        Assert.Contains($"c_total 1.0 # {{trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"}} 1.0 ", await Page(ExpositionFormat.OpenMetricsText));
    }

    [Fact]
    public void AnExemplarIsForOneObservation()
    {
        var counter = _factory.CreateCounter("c_total", "");
        var exemplar = Exemplar.From(Exemplar.Pair("trace_id", "abc"));
        counter.Inc(1, exemplar);

        Assert.Throws<InvalidOperationException>(() => counter.Inc(1, exemplar));
    }

    [Fact]
    public async Task LabelsOfSeriesComeBeforeThoseOfTheFactoryAndThoseBeforeTheRegistrys()
    {
        _registry.SetStaticLabels(new Dictionary<string, string> { ["cluster"] = "c" });
        _factory.WithLabels(new Dictionary<string, string> { ["task"] = "0" }).CreateGauge("g", "", ["model"]).WithLabels("m").Set(1);

        Assert.Contains("g{model=\"m\",task=\"0\",cluster=\"c\"} 1\n", await Page());
        Assert.Throws<InvalidOperationException>(() => _registry.SetStaticLabels(new Dictionary<string, string> { ["late"] = "1" }));
    }

    [Fact]
    public async Task AnInitialValueMayBeSuppressedUntilTheFirstIsSet()
    {
        var gauge = _factory.CreateGauge("ece", "", ["model"], new GaugeConfiguration { SuppressInitialValue = true });
        var series = gauge.WithLabels("m");
        Assert.DoesNotContain("ece{", await Page());

        series.Set(0);
        Assert.Contains("ece{model=\"m\"} 0\n", await Page());

        series.Unpublish();
        Assert.DoesNotContain("ece{", await Page());

        series.Publish();
        Assert.Contains("ece{model=\"m\"} 0\n", await Page());
    }

    [Fact]
    public async Task ARemovedSeriesIsGoneAndComesBackFromZero()
    {
        var gauge = _factory.CreateGauge("g", "", "model");
        gauge.WithLabels("a").Set(1);
        gauge.WithLabels("b").Set(2);

        gauge.RemoveLabelled("a");
        gauge.WithLabels("b").Remove();

        Assert.DoesNotContain("g{", await Page());
        Assert.Empty(gauge.GetAllLabelValues());
        Assert.Equal(0, gauge.WithLabels("a").Value);
    }

    [Fact]
    public void AskingTwiceGivesTheSameMetricAndTheSameSeries()
    {
        var first = _factory.CreateCounter("c_total", "One help.", "model");
        var second = Metrics.WithCustomRegistry(_registry).CreateCounter("c_total", "Another.", "model");

        Assert.Same(first, second);
        Assert.Same(first.WithLabels("m"), second.WithLabels(["m"]));
        Assert.Equal("One help.", second.Help);
    }

    [Fact]
    public async Task MetricsOfOneNameWithOtherLabelsAreOneFamily()
    {
        _factory.CreateGauge("g", "Help.", "a").WithLabels("1");
        _factory.CreateGauge("other", "");
        _factory.CreateGauge("g", "Ignored.", "b").WithLabels("2");

        Assert.StartsWith("# HELP g Help.\n# TYPE g gauge\ng{a=\"1\"} 0\ng{b=\"2\"} 0\n# HELP other", await Page());
    }

    [Fact]
    public void MisuseIsRefused()
    {
        var counter = _factory.CreateCounter("c_total", "", "a", "b");

        Assert.Throws<ArgumentException>(() => counter.WithLabels("1"));
        Assert.Throws<ArgumentException>(() => counter.RemoveLabelled("1", "2", "3"));
        Assert.Throws<ArgumentNullException>(() => counter.WithLabels((string[])null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => counter.WithLabels("1", "2").Inc(-1));
        Assert.Throws<InvalidOperationException>(() => _factory.CreateGauge("c_total", ""));
        Assert.Throws<ArgumentException>(() => _factory.CreateGauge("with-dash", ""));
        Assert.Throws<ArgumentException>(() => _factory.CreateGauge("with:colon", ""));
        Assert.Throws<ArgumentException>(() => _factory.CreateGauge("g", "", "1st"));
        Assert.Throws<ArgumentException>(() => _factory.CreateGauge("g", "", "__reserved"));
        Assert.Throws<InvalidOperationException>(() => _factory.CreateGauge("g", "", "a", "a"));
        Assert.Throws<ArgumentException>(() => _factory.CreateHistogram("h", "", "le"));
        Assert.Throws<ArgumentException>(() => _factory.CreateHistogram("h", "", new HistogramConfiguration { Buckets = [] }));
        Assert.Throws<ArgumentException>(() => _factory.CreateHistogram("h", "", new HistogramConfiguration { Buckets = [2, 1] }));
        Assert.Throws<ArgumentException>(() => _factory.CreateSummary("s", "", "quantile"));
        Assert.Throws<ArgumentNullException>(() => Metrics.WithCustomRegistry(null!));
    }

    [Fact]
    public void ACounterRisesToAValueAndNeverFalls()
    {
        var counter = _factory.CreateCounter("c_total", "");

        counter.IncTo(5);
        counter.IncTo(3);

        Assert.Equal(5, counter.Value);
    }

    [Fact]
    public void AGaugeGoesBothWays()
    {
        var gauge = _factory.CreateGauge("g", "");

        gauge.Set(5);
        gauge.Dec(2);
        gauge.Inc();
        gauge.IncTo(3);
        gauge.DecTo(3.5);
        Assert.Equal(3.5, gauge.Value);

        using (gauge.TrackInProgress())
        {
            Assert.Equal(4.5, gauge.Value);
        }

        gauge.SetToTimeUtc(DateTimeOffset.UnixEpoch.AddSeconds(1.5));
        Assert.Equal(1.5, gauge.Value);
    }

    [Fact]
    public void BucketsAreRoundNumbers()
    {
        Assert.Equal([0.1, 0.2, 0.3], Histogram.LinearBuckets(0.1, 0.1, 3));
        Assert.Equal([0.001, 0.01, 0.1, 1], Histogram.ExponentialBuckets(0.001, 10, 4));
        Assert.Throws<ArgumentException>(() => Histogram.LinearBuckets(0, 1, 0));
        Assert.Throws<ArgumentException>(() => Histogram.ExponentialBuckets(0, 2, 3));
        Assert.Throws<ArgumentException>(() => Histogram.ExponentialBuckets(1, 1, 3));
    }

    [Fact]
    public async Task CallbacksRunBeforeEachCollectionAndTheirFailuresSpoilNothing()
    {
        var gauge = _factory.CreateGauge("g", "");
        _registry.AddBeforeCollectCallback(() => gauge.Inc());
        _registry.AddBeforeCollectCallback(() => throw new InvalidOperationException("on purpose"));
        _registry.AddBeforeCollectCallback(async cancel =>
        {
            await Task.Delay(1, cancel);
            gauge.Inc(10);
        });

        await Page();

        Assert.EndsWith("\ng 22\n", await Page());
    }

    [Fact]
    public async Task NothingIsLostWhenManyThreadsCount()
    {
        var counter = _factory.CreateCounter("c_total", "", "thread");
        var histogram = _factory.CreateHistogram("h", "", new HistogramConfiguration { Buckets = [1] });
        const int threads = 4, each = 20_000;

        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                counter.WithLabels("all").Inc();
                counter.WithLabels($"{thread}").Inc(0.5);
                histogram.Observe(0.5);
            }
        })));

        Assert.Equal(threads * each, counter.WithLabels("all").Value);
        Assert.Equal(each / 2, counter.WithLabels("3").Value);
        Assert.Equal(threads * each, histogram.Count);
        Assert.Equal(threads * each / 2, histogram.Sum);
    }

    [Fact]
    public async Task ALargePageArrivesWhole()
    {
        var gauge = _factory.CreateGauge("g", "", "series");
        for (var i = 0; i < 5000; i++)
        {
            gauge.WithLabels($"{i}").Set(i);
        }

        var lines = (await Page()).Split('\n');

        Assert.Equal(2 + 5000 + 1, lines.Length);
        Assert.Equal("g{series=\"4999\"} 4999", lines[^2]);
    }

    [Fact]
    public async Task TheProcessTellsItsTimeAndMemory()
    {
        DotNetStats.Register(_registry);
        var page = await Page();

        foreach (var name in (string[])["process_start_time_seconds", "process_cpu_seconds_total", "process_virtual_memory_bytes", "process_working_set_bytes", "process_private_memory_bytes", "process_open_handles", "process_num_threads", "dotnet_total_memory_bytes"])
        {
            Assert.Matches(new Regex($"^{name} [0-9.e+]+$", RegexOptions.Multiline), page);
        }

        Assert.Contains("dotnet_collection_count_total{generation=\"2\"} ", page);
    }

    private Task<string> Page(ExpositionFormat format = ExpositionFormat.PrometheusText) => Page(_registry, format);

    internal static async Task<string> Page(CollectorRegistry registry, ExpositionFormat format)
    {
        using var stream = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(stream, format, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
