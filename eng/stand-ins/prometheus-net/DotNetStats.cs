using System.Diagnostics;

namespace Prometheus;

/// <summary>What the operating system and the runtime know about this process.</summary>
public sealed class DotNetStats
{
    private readonly Lock _gate = new();
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly Counter.Child[] _collections;
    private readonly Counter _cpu;
    private readonly Gauge _virtualMemory;
    private readonly Gauge _workingSet;
    private readonly Gauge _privateMemory;
    private readonly Gauge _handles;
    private readonly Gauge _threads;
    private readonly Gauge _managedMemory;

    private DotNetStats(IMetricFactory factory)
    {
        var collections = factory.CreateCounter("dotnet_collection_count_total", "GC collection count", ["generation"]);
        _collections = [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => collections.WithLabels($"{generation}"))];
        var start = factory.CreateGauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.");
        _cpu = factory.CreateCounter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");
        _virtualMemory = factory.CreateGauge("process_virtual_memory_bytes", "Virtual memory size in bytes.");
        _workingSet = factory.CreateGauge("process_working_set_bytes", "Process working set");
        _privateMemory = factory.CreateGauge("process_private_memory_bytes", "Process private memory size");
        _handles = factory.CreateGauge("process_open_handles", "Number of open handles");
        _threads = factory.CreateGauge("process_num_threads", "Total number of threads");
        _managedMemory = factory.CreateGauge("dotnet_total_memory_bytes", "Total known allocated memory");
        start.SetToTimeUtc(_process.StartTime);
    }

    public static void Register(CollectorRegistry registry)
    {
        var stats = new DotNetStats(Metrics.WithCustomRegistry(registry));
        registry.AddBeforeCollectCallback(stats.Update);
    }

    // A Process is not for two threads at once.
    private void Update()
    {
        lock (_gate)
        {
            _process.Refresh();
            for (var generation = 0; generation < _collections.Length; generation++)
            {
                _collections[generation].IncTo(GC.CollectionCount(generation));
            }

            _managedMemory.Set(GC.GetTotalMemory(forceFullCollection: false));
            _virtualMemory.Set(_process.VirtualMemorySize64);
            _workingSet.Set(_process.WorkingSet64);
            _privateMemory.Set(_process.PrivateMemorySize64);
            _cpu.IncTo(_process.TotalProcessorTime.TotalSeconds);
            _handles.Set(_process.HandleCount);
            _threads.Set(_process.Threads.Count);
        }
    }
}

/// <summary>What a registry knows about itself.</summary>
internal sealed class RegistryStats
{
    public static void Register(CollectorRegistry registry)
    {
        var factory = Metrics.WithCustomRegistry(registry);
        var families = factory.CreateGauge("prometheus_net_metric_families", "Number of metric families currently registered.", ["metric_type"]);
        var instances = factory.CreateGauge("prometheus_net_metric_instances", "Number of metric instances currently registered across all metric families.", ["metric_type"]);
        var series = factory.CreateGauge("prometheus_net_metric_timeseries", "Number of metric timeseries currently generated from all metric instances.", ["metric_type"]);

        registry.AddBeforeCollectCallback(() =>
        {
            var collectors = registry.Collectors;
            foreach (var type in (string[])["counter", "gauge", "summary", "histogram"])
            {
                var ofType = collectors.Where(collector => collector.Type == type).ToList();
                families.WithLabels(type).Set(ofType.Select(collector => collector.Name).Distinct().Count());
                instances.WithLabels(type).Set(ofType.Sum(collector => collector.ChildCount));
                series.WithLabels(type).Set(ofType.Sum(collector => collector.ChildCount * collector.SeriesPerChild));
            }
        });
    }
}
