using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning.Watches;

/// <summary>Warns when hours in a row have far more or fewer predictions than that hour of the week usually has.</summary>
internal sealed class VolumeWatch : IKeepsState
{
    private readonly EarlyWarningOptions _options;
    private readonly VolumeBaseline _baseline;
    private readonly WarningRun _unusual;

    public VolumeWatch(EarlyWarningOptions options, TimeSpan pane, EventTime origin)
    {
        _options = options;
        _unusual = new WarningRun(WarningKind.Volume, options.Windows);
        _baseline = new VolumeBaseline(pane, origin, Judge);
    }

    /// <summary>The newest hour that had something to be compared with.</summary>
    public VolumeReading? Newest { get; private set; }

    public IEnumerable<Warning?> Warnings => [_unusual.Current];

    public void Add(EventTime paneStart, long predictions) => _baseline.Add(paneStart, predictions);

    public void AdvanceTo(EventTime watermark) => _baseline.AdvanceTo(watermark);

    public void Exchange(StateExchange state)
    {
        _baseline.Exchange(state);
        _unusual.Exchange(state);
        Newest = state.Kept(Newest, VolumeReading.Exchange);
    }

    private void Judge(VolumeReading hour)
    {
        Newest = hour;
        // One more on both sides: no traffic where there was next to none is nothing to tell.
        double factor = (hour.Count + 1) / (hour.Expected + 1);
        bool unusual = Math.Abs(hour.Z) > _options.Z && Math.Max(factor, 1 / factor) >= _options.VolumeRatio;
        _unusual.Judge(hour.Start, unusual ? $"{hour.Count} predictions in the hour from {Words.Time(hour.Start)}, where this hour of the week usually has {hour.Expected:0}." : null, factor, hour.Z);
    }
}
