using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>By how much outcomes vary more than independent ones would (φ ≥ 1), over stretches from a pane to a week (statistics §6.10).</summary>
/// <remarks>
/// <para>Per stretch z = Σ(y − p) ÷ √Σp(1 − p); φ of a scale is the variance of its z about their mean, so that a lasting gap is not taken for noise.
/// φ is the largest over the scales that have <see cref="Enough"/> stretches. Until the day has, what a shorter scale found is carried over to
/// it as if shocks lasted all day: φ_day = 1 + (day ÷ scale)(φ_scale − 1). State: 60 numbers a scale.</para>
/// <para>Tempering by φ is a heuristic with simulations behind it, not a theorem; it is one where φ is at least the size of dependent clusters.</para>
/// </remarks>
public sealed class Overdispersion : IKeepsState
{
    /// <summary>Stretches of a scale before it counts.</summary>
    public const int Enough = 20;

    private const int Kept = 60;

    // The 99.9 % point of a chi-square with 19 degrees of freedom, per degree: less is what chance makes of independent outcomes.
    private const double Significant = 2.3;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly Scale[] _scales;
    private bool _carried;

    /// <param name="origin">Where stretches are aligned.</param>
    public Overdispersion(EventTime origin) =>
        _scales = [new(TimeSpan.Zero, origin), new(TimeSpan.FromHours(1), origin), new(TimeSpan.FromHours(6), origin), new(Day, origin), new(TimeSpan.FromDays(7), origin)];

    /// <summary>φ; null until <see cref="Enough"/> hours have been seen (or panes, where they are longer): shocks that last for hours look like a level before.</summary>
    public double? Factor { get; private set; }

    /// <summary>Hours seen (or panes, where they are longer), up to <see cref="Enough"/>.</summary>
    public int Seen => Math.Min(Enough, Slowest.Count);

    private Scale Slowest => _scales[1].Total > 0 ? _scales[1] : _scales[0];

    /// <summary>Takes the next pane.</summary>
    /// <param name="start">When it starts.</param>
    /// <param name="end">When it ends.</param>
    /// <param name="residual">Σ(y − p) of its labeled predictions.</param>
    /// <param name="variance">Σp(1 − p) of them.</param>
    /// <returns>Whether a stretch of an hour or more was completed: when <see cref="Learn"/> can tell something new.</returns>
    public bool Observe(EventTime start, EventTime end, double residual, double variance)
    {
        bool completed = false;
        for (int i = 0; i < _scales.Length; i++)
        {
            // A pane longer than the scale is a stretch of its own there.
            if (i > 0 && _scales[i].Width < end - start) continue;
            completed |= _scales[i].Add(start, residual, variance) && (i > 0 || end - start > _scales[1].Width);
        }

        return completed;
    }

    /// <summary>Sets <see cref="Factor"/> from what was seen.</summary>
    /// <param name="mayFall">Whether it may become less: not while evidence is under way.</param>
    public void Learn(bool mayFall)
    {
        if (Slowest.Count < Enough) return;
        double factor = 1;
        Scale? longest = null;
        foreach (var scale in _scales)
        {
            if (scale.Count < Enough) continue;
            factor = Math.Max(factor, scale.Variance());
            longest = scale;
        }

        bool carried = longest is { } shorter && shorter.Width < Day;
        if (carried && longest!.Variance() is var variance && variance > Significant)
        {
            var width = longest.Width > TimeSpan.Zero ? longest.Width : longest.Typical;
            factor = Math.Max(factor, 1 + (Day / width * (variance - 1)));
        }

        // What was only carried over gives way to what was measured, whatever is under way.
        if (Factor is null || factor > Factor || mayFall || (_carried && !carried)) Factor = factor;
        _carried = carried;
    }

    public void Exchange(StateExchange state)
    {
        foreach (var scale in _scales) scale.Exchange(state);
        Factor = state.Kept(Factor);
        state.Exchange(ref _carried);
    }

    private sealed class Scale(TimeSpan width, EventTime origin) : IKeepsState
    {
        private readonly float[] _z = new float[Kept];
        private EventTime? _open;
        private double _residual;
        private double _variance;
        private long _total;

        public TimeSpan Width => width;

        public long Total => _total + (_open is null ? 0 : 1);

        public int Count => (int)Math.Min(_total, Kept);

        /// <summary>Mean distance between panes, for the scale that has no width of its own.</summary>
        public TimeSpan Typical { get; private set; } = TimeSpan.FromMilliseconds(1);

        public bool Add(EventTime start, double residual, double variance)
        {
            if (width == TimeSpan.Zero)
            {
                if (_open is { } before && start > before) Typical = _total <= 1 ? start - before : Typical + ((start - before - Typical) / Math.Min(_total, Kept));
                _open = start;
                return Push(residual, variance);
            }

            var stretch = start.FloorTo(width, origin);
            bool completed = _open is { } open && stretch != open && Push(_residual, _variance);
            if (_open != stretch)
            {
                (_open, _residual, _variance) = (stretch, 0, 0);
            }

            _residual += residual;
            _variance += variance;
            return completed;
        }

        public double Variance()
        {
            double mean = 0;
            for (int i = 0; i < Count; i++) mean += _z[i];
            mean /= Count;
            double sum = 0;
            for (int i = 0; i < Count; i++) sum += (_z[i] - mean) * (_z[i] - mean);
            return sum / (Count - 1);
        }

        public void Exchange(StateExchange state)
        {
            _total = state.KeptWithin(_total, 0, long.MaxValue, "a number of stretches");
            state.Exchange(_z.AsSpan(0, Count));
            state.Exchange(ref _open);
            state.Exchange(ref _residual);
            state.Exchange(ref _variance);
            Typical = state.Kept(Typical);
        }

        private bool Push(double residual, double variance)
        {
            if (variance <= 0) return false;
            _z[_total++ % Kept] = (float)(residual / Math.Sqrt(variance));
            return true;
        }
    }
}
