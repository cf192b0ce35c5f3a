using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;

namespace DriftWatch.Benchmarks;

internal static class Benchmarks
{
    public static int Main(string[] args)
    {
        if (args is ["throughput", .. var rest]) return Throughput.Run(rest);
        if (args is ["replay", .. var files]) return ReplayBenchmark.Run(files);
        if (args is ["join", .. var pending]) return JoinCost.Run(pending);
        if (args is ["formats", .. var records]) return FormatCost.Run(records);
        if (args is ["restore", .. var counts]) return RestoreBenchmark.Run(counts);
        if (args is ["close"]) return CloseCost.Run();
        if (args is ["recalibrate", _, ..]) return RecalibrateBenchmark.Run(args[1..]);

        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun)
            .AddExporter(MarkdownExporter.GitHub)
            .WithArtifactsPath(Path.Combine(Directory.GetCurrentDirectory(), "artifacts", "benchmarks"));
        BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args, config);
        return 0;
    }
}
