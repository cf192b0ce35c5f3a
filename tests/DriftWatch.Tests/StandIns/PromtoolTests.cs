using Prometheus;
using Xunit;

namespace DriftWatch.StandIns;

/// <summary>Prometheus' own reader as the judge of our page.</summary>
public class PromtoolTests
{
    [Fact]
    public async Task PromtoolReadsThePageAndFindsNothingToMend()
    {
        var registry = Metrics.NewCustomRegistry();
        var factory = Metrics.WithCustomRegistry(registry);
        factory.CreateCounter("joins_total", "Joins.", "model").WithLabels("with \"quotes\", back\\slash and\nbreak").Inc(3);
        factory.CreateGauge("calibration_error_ratio", "Expected calibration error.").Set(1e-9);
        factory.CreateGauge("infinite_ratio", "Infinite.").Set(double.PositiveInfinity);
        factory.CreateHistogram("join_delay_seconds", "Delay.", "model").WithLabels("m").Observe(0.3);
        factory.CreateSummary("epoch_seconds", "Epochs.").Observe(0.3);

        var page = await MetricsPageTests.Page(registry, ExpositionFormat.PrometheusText);
        var (status, said) = await Promtool.CheckMetrics(page);

        Assert.True(status == 0, said);
        Assert.Equal("", said.Trim());
    }
}
