using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Options;

namespace DriftWatch.Demo;

/// <summary>The demo's settings: those of production, with hours turned into seconds.</summary>
internal static class DemoOptions
{
    public static DriftWatchOptions For(ListenAddress listen, string bootstrapServers)
    {
        var second = TimeSpan.FromSeconds(1);
        var model = new ModelOptions
        {
            Join = new JoinRule { Horizon = DemoTraffic.LongestDelay },
            // Nobody else knows so well that outcomes are independent: the demo draws them. A year of hours is 8760 s.
            Drift = new DriftOptions { Tolerance = 0.02, Dependence = Dependence.Independent, FalseAlarmEvery = 8760 * second },
            Threshold = new ThresholdOptions { Window = 10 * second, MinLabeled = 300 },
            Requests = new RequestOptions { Cooldown = 600 * second },
        };
        var defaults = new DriftWatchOptions();
        return defaults with
        {
            Kafka = defaults.Kafka with { BootstrapServers = bootstrapServers, GroupId = "driftwatch-demo", CreateTopics = true, CreateInputTopics = true, Embedded = true },
            Monitor = defaults.Monitor with
            {
                Pane = second,
                Windows = [10 * second, 60 * second, 300 * second],
                WindowHistory = 120,
                OutOfOrderness = second,
                Models = new Dictionary<string, ModelOptions>
                {
                    ["fraud"] = model with { Team = "payments", Latency = new LatencyOptions { Limit = TimeSpan.FromMilliseconds(100), Window = 10 * second } },
                    ["animals"] = model with { Team = "vision" },
                },
            },
            Listen = defaults.Listen with { Address = listen },
            Log = defaults.Log with { Level = LogLevel.Error },
        };
    }
}
