using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>ADWIN: a window that grows while its mean stands still and is cut where it does not (Bifet &amp; Gavaldà 2007).</summary>
/// <remarks>
/// The window is an exponential histogram: at most <see cref="AdwinOptions.MaxBuckets"/> summaries of 2ⁱ values a level; one more, and the
/// two oldest merge into the next level. Every <see cref="AdwinOptions.Clock"/> values every border between summaries is tried as a cut:
/// |m₀ − m₁| &gt; √(2 r v d) + ⅔ r d with r = 1/(n₀ − l + 1) + 1/(n₁ − l + 1), v = variance of the window, d = ln(2 ln(n)/δ) is a change,
/// drops the oldest summary and tries again. After a change the rule starts anew. State: 6 summaries a level, O(log n) in all.
/// Versions of River before the Rust port skipped the last summary of every level and give other counts.
/// </remarks>
public sealed class Adwin(AdwinOptions options) : IChangeRule
{
    public static PairRule<AdwinOptions> Row { get; } = new("adwin", RuleInputs.All, options => new Adwin(options))
    {
        Title = "ADWIN",
        Key = "adwin",
        ComparedAt = RuleInputs.All,
        Settings =
        [
            RuleParameter.Number<AdwinOptions>("delta", 1e-300, 1, o => o.Delta, (o, v) => o with { Delta = v },
                "Level of the test that cuts the window; smaller is rarer and slower.", state: null),
            RuleParameter.Whole<AdwinOptions>("clock", 1, 1_000_000, o => o.Clock, (o, v) => o with { Clock = v },
                "Cuts are tried at every so many predictions.", state: null),
            RuleParameter.Whole<AdwinOptions>("maxBuckets", 2, 1000, o => o.MaxBuckets, (o, v) => o with { MaxBuckets = v },
                "Summaries a level of the window keeps: more place a cut more finely.", state: "cuts the window"),
            RuleParameter.Whole<AdwinOptions>("minWindowLength", 1, 1_000_000_000, o => o.MinWindowLength, (o, v) => o with { MinWindowLength = v },
                "Predictions that either side of a cut must have.", state: null),
            RuleParameter.Whole<AdwinOptions>("gracePeriod", 1, 1_000_000_000, o => o.GracePeriod, (o, v) => o with { GracePeriod = v },
                "Predictions before cuts are tried.", state: null),
        ],
    };

    private const int MostLevels = 62; // of 2⁶¹ values

    private readonly List<Level> _levels = [new(options.MaxBuckets)];
    private double _total;
    private double _squares;
    private double _width;
    private long _values;
    private bool _changed;

    /// <summary>Values in the window.</summary>
    public double Width => _width;

    /// <summary>Mean of the values in the window; 0 where there are none.</summary>
    public double Mean => _width > 0 ? _total / _width : 0;

    /// <summary>−ln of the least δ at which no border is a change, to be compared with −ln <see cref="AdwinOptions.Delta"/>. It changes at every <see cref="AdwinOptions.Clock"/> values only.</summary>
    /// <remarks>Tries all borders at each call.</remarks>
    public double Statistic
    {
        get
        {
            if (_values % options.Clock != 0 || !(_width > options.GracePeriod)) return double.NegativeInfinity;
            double greatest = 0, variance = _squares / _width;
            var border = new Border(this);
            while (border.Next())
            {
                // |m₀ − m₁| = √(2 r v d) + ⅔ r d, solved for √d.
                double r = border.Recip, linear = Math.Sqrt(2 * r * variance), square = 2.0 / 3.0 * r;
                double root = (Math.Sqrt((linear * linear) + (4 * square * border.Distance)) - linear) / (2 * square);
                greatest = Math.Max(greatest, root * root);
            }

            return greatest - Math.Log(2 * Math.Log(_width));
        }
    }

    public RuleSignal Update(double x)
    {
        if (_changed) Reset();
        Insert(x);
        _values++;
        if (_values % options.Clock == 0 && _width > options.GracePeriod && options.Delta > 0)
        {
            while (TryCut()) _changed = true;
        }

        return _changed ? RuleSignal.Change : RuleSignal.None;
    }

    public void Exchange(StateExchange state)
    {
        int levels = state.KeptWithin(_levels.Count, 1, MostLevels, "levels of summaries");
        if (state.IsReading)
        {
            _levels.Clear();
            while (_levels.Count < levels) _levels.Add(new(options.MaxBuckets));
        }

        foreach (var level in _levels) level.Exchange(state);
        state.Exchange(ref _total);
        state.Exchange(ref _squares);
        state.Exchange(ref _width);
        state.Exchange(ref _values);
        state.Exchange(ref _changed);
    }

    private int LeastLength => options.MinWindowLength;

    private void Insert(double x)
    {
        _levels[0].Add(x, 0);
        _width++;
        if (_width > 1)
        {
            double deviation = x - (_total / (_width - 1));
            _squares += (_width - 1) * deviation * deviation / _width;
        }

        _total += x;
        Compress();
    }

    private void Compress()
    {
        double size = 1;
        for (int i = 0; _levels[i].Count > options.MaxBuckets; i++, size *= 2)
        {
            if (i + 1 == _levels.Count) _levels.Add(new(options.MaxBuckets));
            var (first, second) = (_levels[i][0], _levels[i][1]);
            double distance = (first.Total / size) - (second.Total / size);
            _levels[i + 1].Add(first.Total + second.Total, first.Squares + second.Squares + (size * 0.5 * distance * distance));
            _levels[i].RemoveOldest(2);
        }
    }

    /// <summary>Drops the oldest summary if any border is a change.</summary>
    private bool TryCut()
    {
        double d = Math.Log(2.0 * Math.Log(_width) / options.Delta);
        double variance = _squares / _width;
        var border = new Border(this);
        while (border.Next())
        {
            double limit = Math.Sqrt(2.0 * border.Recip * variance * d) + (2.0 / 3.0 * d * border.Recip);
            if (!(border.Distance > limit)) continue;
            RemoveOldest();
            return true;
        }

        return false;
    }

    private void RemoveOldest()
    {
        int last = _levels.Count - 1;
        double size = 1L << last;
        var (total, squares) = _levels[last][0];
        _width -= size;
        _total -= total;
        double distance = (total / size) - (_total / _width);
        _squares -= squares + (size * _width * distance * distance / (size + _width));
        _levels[last].RemoveOldest(1);
        if (_levels[last].Count == 0 && last > 0) _levels.RemoveAt(last);
    }

    private void Reset()
    {
        _levels.RemoveRange(1, _levels.Count - 1);
        _levels[0].Clear();
        (_total, _squares, _width, _values, _changed) = (0, 0, 0, 0, false);
    }

    /// <summary>The borders between summaries, from the oldest on, that leave enough values on either side.</summary>
    private struct Border(Adwin rule)
    {
        private int _level = rule._levels.Count - 1;
        private int _next;
        private double _n0;
        private double _u0;
        private double _n1 = rule._width;
        private double _u1 = rule._total;

        /// <summary>1/(n₀ − l + 1) + 1/(n₁ − l + 1).</summary>
        public double Recip { get; private set; }

        /// <summary>|m₀ − m₁|.</summary>
        public double Distance { get; private set; }

        public bool Next()
        {
            int least = rule.LeastLength;
            while (_level >= 0)
            {
                if (_next == rule._levels[_level].Count)
                {
                    (_level, _next) = (_level - 1, 0);
                    continue;
                }

                double size = 1L << _level;
                double total = rule._levels[_level][_next++].Total;
                _n0 += size;
                _n1 -= size;
                _u0 += total;
                _u1 -= total;
                if (_n0 < least || _n1 < least || _n1 <= 0) continue;
                Recip = (1.0 / (_n0 - least + 1.0)) + (1.0 / (_n1 - least + 1.0));
                Distance = Math.Abs((_u0 / _n0) - (_u1 / _n1));
                return true;
            }

            return false;
        }
    }

    /// <summary>The summaries of one size, oldest first.</summary>
    private sealed class Level(int maxBuckets)
    {
        private readonly (double Total, double Squares)[] _buckets = new (double, double)[maxBuckets + 1];

        public int Count { get; private set; }

        public (double Total, double Squares) this[int index] => _buckets[index];

        public void Add(double total, double squares) => _buckets[Count++] = (total, squares);

        public void RemoveOldest(int count)
        {
            Array.Copy(_buckets, count, _buckets, 0, Count - count);
            Count -= count;
        }

        public void Clear() => Count = 0;

        public void Exchange(StateExchange state)
        {
            Count = state.KeptWithin(Count, 0, maxBuckets, "summaries of a level");
            for (int i = 0; i < Count; i++) _buckets[i] = (state.Kept(_buckets[i].Total), state.Kept(_buckets[i].Squares));
        }
    }
}

/// <summary>Parameters of <see cref="Adwin"/>; the defaults are River's.</summary>
public sealed record AdwinOptions : RuleOptions
{
    /// <summary>δ: level of the cut test; smaller cuts less often. The default value is 0.002.</summary>
    public double Delta { get; init; } = 0.002;

    /// <summary>Cuts are tried at every so many values. The default value is 32.</summary>
    public int Clock { get; init; } = 32;

    /// <summary>Summaries a level may keep. The default value is 5.</summary>
    public int MaxBuckets { get; init; } = 5;

    /// <summary>Values that either side of a cut must have. The default value is 5.</summary>
    public int MinWindowLength { get; init; } = 5;

    /// <summary>Values before cuts are tried. The default value is 10.</summary>
    public int GracePeriod { get; init; } = 10;
}
