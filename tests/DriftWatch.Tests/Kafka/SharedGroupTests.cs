using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Kafka.Causes;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Web;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Several services with one group: only one that could take over says that it is ready, and only such a one takes over.</summary>
public sealed class SharedGroupTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private static readonly PipelineOptions Quick = new() { PublishInterval = TimeSpan.FromMilliseconds(100), CommitInterval = TimeSpan.FromMilliseconds(200) };
    private static readonly MonitorOptions LongHorizon = new() { Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromDays(2) } } };

    [Fact]
    public void Who_could_not_take_over_says_what_differs_is_not_ready_takes_nothing_over_and_comes_back_when_the_difference_is_gone()
    {
        var options = new StoreRun(kafka.Running(), $"{kafka.Prefix}shared-").Options;
        var others = options with { PredictionTopics = [options.PredictionTopics[0] + "-2"], LabelTopics = [options.LabelTopics[0] + "-2"] };
        using var owner = new ServiceRun(options, Quick);
        owner.RunUntil(s => s is { Phase: ServicePhase.Running, StateStoredAt: not null }, "an owner whose state is stored");

        using var inputs = new ServiceRun(others, Quick);
        using var mapping = new ServiceRun(options, Quick with { LabelFields = new FieldMapping { [FieldName.Label] = "/outcome" } });
        using var horizon = new ServiceRun(options, Quick, LongHorizon);
        using var standby = new ServiceRun(options, Quick);
        StandsAside(inputs, $"kafka.topics.predictions [{options.PredictionTopics[0]}] → [{others.PredictionTopics[0]}]; kafka.topics.labels [{options.LabelTopics[0]}] → [{others.LabelTopics[0]}]");
        StandsAside(mapping, $"input.labels.label of {options.LabelTopics[0]} /label → /outcome");
        StandsAside(horizon, "defaults.horizon 1d → 2d");
        Ready(standby);
        standby.RunUntil(s => s.Owner == "at 127.0.0.1 (client.id driftwatch)", "where the owner is");

        Assert.True(owner.Stop());
        standby.RunUntil(s => s.Phase == ServicePhase.Running, "the one that fits takes over");
        Assert.True(standby.Stop());

        // Nobody is left in the group: those that stand aside would lose what is on its way.
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        StoreRun.WaitUntil(() => admin.DescribeConsumerGroupsAsync([options.GroupId]).GetAwaiter().GetResult().ConsumerGroupDescriptions[0].State == ConsumerGroupState.Empty, "a group without members");
        StandsAside(inputs, "kafka.topics.predictions");
        StandsAside(mapping, "input.labels.label");
        StandsAside(horizon, "defaults.horizon 1d → 2d");

        using var reset = new ServiceRun(options, Quick with { ResetsState = true }, LongHorizon);
        reset.RunUntil(s => s is { Phase: ServicePhase.Running, StateStoredAt: not null }, "a new state");
        Ready(horizon);
        StandsAside(mapping, "defaults.horizon 2d → 1d");
        Assert.True(reset.Stop());
        horizon.RunUntil(s => s.Phase == ServicePhase.Running, "which now could take over, and does");
        Assert.True(horizon.Stop());
        Assert.True(inputs.Stop());
        Assert.True(mapping.Stop());
    }

    private static void StandsAside(ServiceRun service, string difference)
    {
        service.RunUntil(s => s is { Phase: ServicePhase.Standby, Trouble: { } trouble } && trouble.Contains(difference, StringComparison.Ordinal), $"standing aside: {difference}", seconds: 120);
        var ready = Ask(service);
        Assert.False(ready.Ok);
        Assert.Contains(difference, ready.Detail);
        Assert.Contains("kafka.groupId", ready.Detail);
    }

    private static void Ready(ServiceRun service)
    {
        service.RunUntil(s => s is { Phase: ServicePhase.Standby, Trouble: null }, "a standby that is ready", seconds: 120);
        Assert.Equal("standby", Ask(service).Word);
    }

    private static HealthCheck Ask(ServiceRun service) => new Health(service.Board, TimeProvider.System, new WebLimits()).Ready();
}
