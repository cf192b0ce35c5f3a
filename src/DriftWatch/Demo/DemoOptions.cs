using DriftWatch.Core.Comparison;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Options;

namespace DriftWatch.Demo;

/// <summary>The demo's settings: those of production, with hours turned into seconds.</summary>
internal static class DemoOptions
{
    /// <param name="listen">Where the page is served.</param>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="folder">Where maps and sets go; null: nowhere, and nobody answers.</param>
    public static DriftWatchOptions For(ListenAddress listen, string bootstrapServers, string? folder)
    {
        var second = TimeSpan.FromSeconds(1);
        var model = new ModelOptions
        {
            Join = new JoinRule { Horizon = DemoTraffic.LongestDelay },
            // Nobody else knows so well that outcomes are independent: the demo draws them. A year of hours is 8760 s.
            // A map needs some thousand labels, and nobody waits here for hours until they are there.
            Drift = new DriftOptions { Tolerance = 0.02, Dependence = Dependence.Independent, FalseAlarmEvery = 8760 * second, MinLabeled = 4000 },
            Threshold = new ThresholdOptions { Window = 10 * second, MinLabeled = 300 },
            Requests = new RequestOptions { Cooldown = 600 * second, ProveWithin = 300 * second },
            Compare = new CompareOptions { Enabled = true, LeastSpan = 20 * second },
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
            Recalibration = defaults.Recalibration with { Folder = folder },
            Listen = defaults.Listen with { Address = listen },
            Log = defaults.Log with { Level = LogLevel.Error },
        };
    }
}
