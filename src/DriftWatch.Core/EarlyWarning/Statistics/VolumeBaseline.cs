using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>How many predictions an hour had against the same hour of earlier weeks.</summary>
/// <param name="Start">Start of the hour.</param>
/// <param name="Count">Predictions in it.</param>
/// <param name="Expected">Level of this hour of the week: a mean that forgets.</param>
/// <param name="Z">Standard deviations from it, overdispersion allowed for.</param>
/// <param name="Overdispersion">By how much hours vary more than independent arrivals would (φ ≥ 1).</param>
public readonly record struct VolumeReading(EventTime Start, long Count, double Expected, double Z, double Overdispersion)
{
    /// <summary>Count ÷ level; null where nothing was expected.</summary>
    public double? Ratio => Expected > 0 ? Count / Expected : null;

    internal static VolumeReading Exchange(StateExchange state, VolumeReading one) =>
        new(state.Kept(one.Start), state.Kept(one.Count), state.Kept(one.Expected), state.Kept(one.Z), state.Kept(one.Overdispersion));
}

/// <summary>Learns the volume of every hour of the week and compares each hour with it.</summary>
/// <remarks>
/// <para>z = 2 (√(x + 3/8) − √(l + 3/8)) ÷ √((1 + v) φ): Anscombe's root makes counts alike in variance, v is the variance of the level l (1 after one week,
/// falling to a ÷ (2 − a) = 0.18), φ the mean of the squared unscaled z so far, at least 1; hours beyond five
/// standard deviations do not count for it. Level and φ are those from before the hour.</para>
/// <para>Slots are hours, or panes where those are wider. There is no verdict in the first week, on the hour in which the series began, and on hours older than two
/// weeks when time jumps. An hour without any prediction counts as 0, once event time has passed it.</para>
/// </remarks>
internal sealed class VolumeBaseline : IKeepsState
{
    private const double Forgetting = 0.3;
    private const double DispersionForgetting = 1.0 / 168;
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly TimeSpan _width;
    private readonly EventTime _origin;
    private readonly Level[] _levels;
    private readonly Action<VolumeReading> _judge;
    private EventTime? _start; // of the open slot
    private bool _whole; // whether the open slot was seen from its beginning
    private long _count;
    private double _dispersion = 1;
    private long _readings;

    public VolumeBaseline(TimeSpan pane, EventTime origin, Action<VolumeReading> judge)
    {
        long panes = Math.Max(1, (long)Math.Ceiling(TimeSpan.FromHours(1) / pane));
        (_width, _origin, _judge) = (pane * panes, origin, judge);
        _levels = new Level[Week.Ticks % _width.Ticks == 0 ? Week.Ticks / _width.Ticks : 1];
    }

    /// <summary>Takes the number of predictions of the next pane.</summary>
    public void Add(EventTime paneStart, long predictions)
    {
        AdvanceTo(paneStart);
        _start ??= paneStart.FloorTo(_width, _origin);
        _count += predictions;
    }

    /// <summary>Says that event time has come so far.</summary>
    public void AdvanceTo(EventTime time)
    {
        if (_start is null) return;
        if (time - _start.Value > 2 * Week)
        {
            Close();
            _start = (time - Week).FloorTo(_width, _origin);
            _whole = true;
        }

        while (_start.Value + _width <= time) Close();
    }

    public void Exchange(StateExchange state)
    {
        state.Mark("volume");
        state.Exchange(ref _start);
        state.Exchange(ref _whole);
        state.Exchange(ref _count);
        state.Exchange(ref _dispersion);
        state.Exchange(ref _readings);
        foreach (ref var level in _levels.AsSpan()) level.Exchange(state);
    }

    private void Close()
    {
        var start = _start!.Value;
        if (_whole)
        {
            ref var level = ref _levels[SlotOf(start)];
            if (level.Variance > 0) Judge(start, level);
            level.Update(_count);
        }

        (_start, _count, _whole) = (start + _width, 0, true);
    }

    private void Judge(EventTime start, in Level level)
    {
        double raw = 2 * (Math.Sqrt(_count + 0.375) - Math.Sqrt(level.Mean + 0.375)) / Math.Sqrt(1 + level.Variance);
        double dispersion = Math.Max(1, _dispersion);
        _judge(new(start, _count, level.Mean, raw / Math.Sqrt(dispersion), dispersion));
        if (raw * raw > 25 * dispersion) return; // out of the ordinary: that must not become the ordinary
        double forgetting = Math.Max(DispersionForgetting, 1.0 / (++_readings + 1));
        _dispersion += forgetting * ((raw * raw) - _dispersion);
    }

    private int SlotOf(EventTime start)
    {
        long slot = (start - _origin).Ticks / _width.Ticks % _levels.Length;
        return (int)(slot < 0 ? slot + _levels.Length : slot);
    }

    private struct Level
    {
        public double Mean;
        public double Variance; // in units of that of one count; 0 before the first

        public void Update(long count)
        {
            double weight = Variance == 0 ? 1 : Forgetting;
            Mean += weight * (count - Mean);
            Variance = ((1 - weight) * (1 - weight) * Variance) + (weight * weight);
        }

        public void Exchange(StateExchange state)
        {
            state.Exchange(ref Mean);
            state.Exchange(ref Variance);
        }
    }
}
