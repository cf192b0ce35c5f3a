using BenchmarkDotNet.Running;

namespace DriftWatch;

internal static class Benchmarks
{
    public static int Main(string[] args)
    {
        if (args is ["throughput", .. var rest]) return Throughput.Run(rest);
        BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args);
        return 0;
    }
}
