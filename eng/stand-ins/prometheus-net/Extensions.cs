using System.Diagnostics;

namespace Prometheus;

public static class GaugeExtensions
{
    public static void SetToCurrentTimeUtc(this IGauge gauge) => gauge.SetToTimeUtc(DateTimeOffset.UtcNow);

    public static void SetToTimeUtc(this IGauge gauge, DateTimeOffset timestamp) => gauge.Set(UnixSeconds.Of(timestamp));

    public static void IncToCurrentTimeUtc(this IGauge gauge) => gauge.IncToTimeUtc(DateTimeOffset.UtcNow);

    public static void IncToTimeUtc(this IGauge gauge, DateTimeOffset timestamp) => gauge.IncTo(UnixSeconds.Of(timestamp));

    /// <summary>Counts one up now and one down when disposed of.</summary>
    public static IDisposable TrackInProgress(this IGauge gauge)
    {
        ArgumentNullException.ThrowIfNull(gauge);
        gauge.Inc();
        return new Running(gauge);
    }

    private sealed class Running(IGauge gauge) : IDisposable
    {
        private IGauge? _gauge = gauge;

        public void Dispose() => Interlocked.Exchange(ref _gauge, null)?.Dec();
    }
}

public static class CounterExtensions
{
    public static void IncToCurrentTimeUtc(this ICounter counter) => counter.IncToTimeUtc(DateTimeOffset.UtcNow);

    public static void IncToTimeUtc(this ICounter counter, DateTimeOffset timestamp) => counter.IncTo(UnixSeconds.Of(timestamp));
}

/// <summary>Measures a stretch of time and reports it, in seconds, when asked or when disposed of.</summary>
public interface ITimer : IDisposable
{
    TimeSpan ObserveDuration();
}

public static class TimerExtensions
{
    public static ITimer NewTimer(this IObserver observer) => new Timer(observer.Observe);

    public static ITimer NewTimer(this IGauge gauge) => new Timer(gauge.Set);

    public static ITimer NewTimer(this ICounter counter) => new Timer(seconds => counter.Inc(seconds));

    private sealed class Timer(Action<double> report) : ITimer
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public TimeSpan ObserveDuration()
        {
            var elapsed = Stopwatch.GetElapsedTime(_start);
            report(elapsed.TotalSeconds);
            return elapsed;
        }

        public void Dispose() => ObserveDuration();
    }
}

internal static class UnixSeconds
{
    public static double Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / (double)TimeSpan.TicksPerSecond;
}
