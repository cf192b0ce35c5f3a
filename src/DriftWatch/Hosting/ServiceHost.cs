using DriftWatch.Options;

namespace DriftWatch.Hosting;

internal static class ServiceHost
{
    public static Task<int> RunAsync(DriftWatchOptions options, CancellationToken stop) => throw new NotSupportedException();
}
