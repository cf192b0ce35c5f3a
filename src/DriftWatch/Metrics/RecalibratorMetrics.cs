using DriftWatch.Core.Recalibration;
using Prometheus;

namespace DriftWatch.Metrics;

/// <summary>What <c>driftwatch recalibrate</c> tells of itself: its own page, of a process of its own. Nobody else touches its counters.</summary>
/// <remarks>Written by the loop that answers, read by whoever scrapes. What is not known is not on the page.</remarks>
internal sealed class RecalibratorMetrics
{
    /// <summary>In seconds. A decision on a million pairs takes half a minute, its promise is five.</summary>
    private static readonly double[] Bounds = [.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

    private readonly Counter _decisions, _failures, _removed, _logged;
    private readonly Gauge _owner, _pending, _waiting, _decided, _kept;
    private readonly Histogram _durations;
    private volatile string? _trouble;

    /// <param name="log">Counts its log messages; null: nobody does.</param>
    public RecalibratorMetrics(LogCounter? log = null)
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        var page = Prometheus.Metrics.WithCustomRegistry(Registry);
        page.CreateGauge("driftwatch_build_info", "Build metadata of the running binary.", "version", "revision", "dotnet").WithLabels(BuildInfo.Version, BuildInfo.Revision, Environment.Version.ToString()).Set(1);
        _owner = page.CreateGauge("driftwatch_recalibrator_owner", "Whether this instance answers requests (1) or stands by (0).");
        _pending = page.CreateGauge("driftwatch_recalibrator_requests_pending", "Records of the topic of requests that are not worked off: its lag, the request under way among them. Only of the instance that answers.", new GaugeConfiguration { SuppressInitialValue = true });
        _waiting = page.CreateGauge("driftwatch_recalibrator_waiting_episodes", "Episodes with the verdict wait that are to be looked at again.");
        _decisions = page.CreateCounter("driftwatch_recalibrator_decisions_total", "Decisions of this process that were committed, by verdict.", "verdict");
        _decided = page.CreateGauge("driftwatch_recalibrator_last_decision_timestamp_seconds", "Time of the newest decision, whichever instance made it.", new GaugeConfiguration { SuppressInitialValue = true });
        _durations = page.CreateHistogram("driftwatch_recalibrator_decision_duration_seconds", "Time from taking up a request to its committed answer, waiting for brokers, disks and stores included.", new HistogramConfiguration { Buckets = Bounds });
        _failures = page.CreateCounter("driftwatch_recalibrator_failures_total", "Pieces of work that were broken off, since brokers, disks or the store failed, and are done again.");
        _kept = page.CreateGauge("driftwatch_recalibrator_set_bytes", "Bytes of all calibration sets in the fullest place, when they were last looked at.", new GaugeConfiguration { SuppressInitialValue = true });
        _removed = page.CreateCounter("driftwatch_recalibrator_removed_total", "Sets and maps that retention has taken.", "what");
        _logged = page.CreateCounter("driftwatch_log_messages_total", "Log messages written.", "level");
        foreach (string verdict in Enum.GetValues<Verdict>().Select(verdict => verdict.Name()).Append("failed")) _decisions.WithLabels(verdict);
        foreach (string what in (string[])["sets", "maps"]) _removed.WithLabels(what);
        DotNetStats.Register(Registry);
        if (log is null) return;
        Registry.AddBeforeCollectCallback(() =>
        {
            foreach (var level in LogCounter.Levels) _logged.WithLabels(level.ToString().ToLowerInvariant()).IncTo(log[level]);
        });
    }

    public CollectorRegistry Registry { get; }

    /// <summary>What keeps this instance from its part, in a sentence; null: nothing does.</summary>
    public string? Trouble => _trouble;

    /// <summary>Whether this instance answers requests.</summary>
    public bool IsOwner => _owner.Value == 1;

    /// <summary>It has come to be its turn, or is not any more.</summary>
    public void Owns(bool owns)
    {
        _owner.Set(owns ? 1 : 0);
        if (owns) _trouble = null;
        else _pending.Unpublish();
    }

    /// <summary>How much there is to do.</summary>
    public void Has(long pending, int waiting)
    {
        _pending.Set(pending);
        _waiting.Set(waiting);
    }

    /// <summary>A decision was committed by this process.</summary>
    public void Decided(string verdict, TimeSpan took, DateTimeOffset at)
    {
        _trouble = null;
        _decisions.WithLabels(verdict).Inc();
        _durations.Observe(took.TotalSeconds);
        Decided(at);
    }

    /// <summary>A decision is there, of whomever.</summary>
    public void Decided(DateTimeOffset at) => _decided.IncTo(at.ToUnixTimeMilliseconds() / 1000.0);

    /// <summary>Something failed that is tried again.</summary>
    public void Failed(string trouble)
    {
        _trouble = trouble;
        _failures.Inc();
    }

    /// <summary>Something stands in the way, or (null) does so no more.</summary>
    public void Waits(string? trouble) => _trouble = trouble;

    /// <summary>Sets and maps were looked after.</summary>
    /// <param name="bytes">Of all sets that stay.</param>
    /// <param name="sets">That were removed since the start.</param>
    /// <param name="maps">Likewise.</param>
    public void Keeps(long bytes, int sets, int maps)
    {
        _kept.Set(bytes);
        _removed.WithLabels("sets").IncTo(sets);
        _removed.WithLabels("maps").IncTo(maps);
    }
}
