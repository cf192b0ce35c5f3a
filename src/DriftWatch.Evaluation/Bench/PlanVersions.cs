using System.Globalization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The versions of a planned model, one after the other, each with the detector that the service gives it: what one version taught is there for the next.</summary>
internal sealed class PlanVersions(PlanStream asked, TimeSpan pane)
{
    /// <summary>Versions whose blocks may still be open, which is why they are still told how time goes: those of some days.</summary>
    private readonly int _kept = 3 + (asked.VersionEvery is { } lifetime ? (int)Math.Ceiling(TimeSpan.FromDays(4) / lifetime) : 0);

    private readonly VersionHistories _histories = new();
    private readonly List<(int Version, EsrDetector Detector)> _versions = [];

    /// <summary>A pane of whatever version is at work then.</summary>
    public void Observe(EventTime start, CalibrationSketch sketch, List<Finding> findings)
    {
        int version = asked.VersionEvery is { } every ? (int)Math.Min(asked.MaxVersions, (start - EventTime.Earliest) / every) : 0;
        if (_versions.Count == 0 || _versions[^1].Version < version) Begin(version);
        _versions[^1].Detector.Observe(start, sketch, findings);
    }

    public void AdvanceTo(EventTime matureUntil, List<Finding> findings)
    {
        foreach (var (_, detector) in _versions) detector.AdvanceTo(matureUntil, findings);
    }

    public (int Version, byte[] State)[] Save() => [.. _versions.Select(one => (one.Version, StateExchange.Write(one.Detector)))];

    public static PlanVersions Restore(PlanStream asked, TimeSpan pane, (int Version, byte[] State)[] saved)
    {
        var versions = new PlanVersions(asked, pane);
        foreach (var (version, state) in saved) StateExchange.Read(versions.Begin(version), state);
        return versions;
    }

    private EsrDetector Begin(int version)
    {
        // Slices share the rate with their own version, as `group: model` has it.
        var family = new AlarmFamily();
        for (int member = 0; member <= asked.Slices; member++) family.Saw(family.Join(), EventTime.Earliest);
        var key = new SeriesKey("planned", version.ToString("D6", CultureInfo.InvariantCulture), null, View.Binary);
        var detector = new EsrDetector(asked.Drift, pane, asked.Maturity, EventTime.Earliest, family, sharedOnset: new() { Histories = _histories }, leads: true, grid: asked.Claims.Grid, series: key);
        _versions.Add((version, detector));
        if (_versions.Count > _kept) _versions.RemoveAt(0);
        return detector;
    }
}
