using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace DriftWatch;

internal static class Benchmarks
{
    public static int Main(string[] args)
    {
        if (args is ["throughput", .. var rest]) return Throughput.Run(rest);
        if (args is ["restore", .. var counts]) return RestoreBenchmark.Run(counts);

        // In this process: the projects that BenchmarkDotNet generates know nothing of a restricted package feed.
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddExporter(MarkdownExporter.GitHub)
            .WithArtifactsPath(Path.Combine(Directory.GetCurrentDirectory(), "artifacts", "benchmarks"));
        BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args, config);
        return 0;
    }
}
