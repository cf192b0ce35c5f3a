using System.CommandLine;
using DriftWatch.Options;

namespace DriftWatch.Demo;

/// <summary>What the demo was asked to do.</summary>
/// <param name="Listen">Where the page is served.</param>
/// <param name="For">How long it runs; null: until it is stopped.</param>
/// <param name="TrafficTo">Only produces the demo's traffic, to these brokers; null: everything in one process.</param>
internal sealed record DemoSettings(ListenAddress Listen, TimeSpan? For, string? TrafficTo);
