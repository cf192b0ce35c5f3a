using System.Globalization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The versions of a planned model, one after the other, each with the detector that the service gives it, and the model over all of them: what one version taught is there for the next.</summary>
internal sealed class PlanVersions(PlanStream asked, TimeSpan pane)
{
    /// <summary>Versions whose blocks may still be open, which is why they are still told how time goes: those of some days.</summary>
    private readonly int _kept = 3 + (asked.VersionEvery is { } lifetime ? (int)Math.Ceiling(TimeSpan.FromDays(4) / lifetime) : 0);

    private readonly VersionHistories _histories = new();
    private readonly List<(int Version, EsrDetector Detector)> _versions = [];
    private readonly AlarmFamily _all = new();
    private AcrossVersions? _across; // null where one version is all there is

    /// <summary>A pane of whatever version is at work then.</summary>
    public void Observe(EventTime start, CalibrationSketch sketch, List<Finding> findings)
    {
        int version = asked.VersionEvery is { } every ? (int)Math.Min(asked.MaxVersions, (start - EventTime.Earliest) / every) : 0;
        if (_versions.Count == 0 || _versions[^1].Version < version) Begin(version);
        var (newest, detector) = _versions[^1];
        if (_across is null)
        {
            detector.Observe(start, sketch, findings);
            return;
        }

        if (_across.BeginsWith(start, start + pane) is { } first)
        {
            _versions.Find(one => NameOf(one.Version) == first).Detector.AdvanceTo(start, findings);
            _across.Begin(first, start);
        }

        _across.Take(NameOf(newest), start, sketch);
        detector.Observe(start, sketch, findings);
    }

    public void AdvanceTo(EventTime matureUntil, List<Finding> findings)
    {
        for (int i = Math.Max(0, _versions.Count - _kept); i < _versions.Count; i++) _versions[i].Detector.AdvanceTo(matureUntil, findings);
        _across?.AdvanceTo(pane, matureUntil, findings);
    }

    public PlanState Save() => new([.. _versions.Select(one => (one.Version, StateExchange.Write(one.Detector)))], _across is null ? null : StateExchange.Write(_across));

    public static PlanVersions Restore(PlanStream asked, TimeSpan pane, PlanState saved)
    {
        var versions = new PlanVersions(asked, pane);
        foreach (var (version, state) in saved.Versions) StateExchange.Read(versions.Begin(version), state);
        if (saved.Across is { } across) StateExchange.Read(versions._across!, across);
        return versions;
    }

    private static string NameOf(int version) => version.ToString("D6", CultureInfo.InvariantCulture);

    private EsrDetector Begin(int version)
    {
        // Slices share the rate with their own version, as `group: model` has it, and from the second one on the model over all versions does.
        var family = new AlarmFamily();
        for (int member = 0; member <= asked.Slices; member++) family.Saw(family.Join(), EventTime.Earliest);
        _all.Span(family);
        var detector = Make(family, new SeriesKey("planned", NameOf(version), null, View.Binary));
        if (asked.VersionEvery is { } every)
        {
            _across ??= new(() => Make(_all, null));
            _across.Add(NameOf(version), detector);
            _across.Saw(NameOf(version), EventTime.Earliest + (version * every));
            family.Saw(family.JoinAcrossVersions(), EventTime.Earliest + every);
        }

        _versions.Add((version, detector));
        return detector;
    }

    private EsrDetector Make(AlarmFamily family, SeriesKey? key) => new(
        asked.Drift, pane, asked.Maturity, EventTime.Earliest, family, sharedOnset: key is null ? null : new() { Histories = _histories }, leads: true, grid: asked.Claims.Grid, series: key);
}

/// <summary>What the detectors of a planned model have gathered.</summary>
/// <param name="Versions">Of each version.</param>
/// <param name="Across">Of the model over all of them; null where there is one.</param>
internal sealed record PlanState((int Version, byte[] State)[] Versions, byte[]? Across);
