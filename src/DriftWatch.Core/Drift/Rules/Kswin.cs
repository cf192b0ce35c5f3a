using DriftWatch.Core.Hashing;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>KSWIN: the newest values against a random draw of the older ones, by the two-sample Kolmogorov–Smirnov test (Raab et al. 2020).</summary>
/// <remarks>
/// At every value of a full window of 100: the 30 newest against 30 drawn without replacement from the other 70. A change is p ≤ α and
/// D &gt; 0.1, with the exact p of two samples of equal size. One test of level α at every value: it errs every few hundred values on
/// purpose. The draw depends on <see cref="KswinOptions.Seed"/> and on how many values were seen, on nothing else, so that a replay draws the same.
/// As in River a change empties the window.
/// </remarks>
public sealed class Kswin : IChangeRule
{
    public static PairRule<KswinOptions> Row { get; } = new("kswin", RuleInputs.All, options => new Kswin(options))
    {
        Title = "KSWIN",
        Key = "kswin",
        Settings =
        [
            RuleParameter.Number<KswinOptions>("alpha", 0, 1, o => o.Alpha, (o, v) => o with { Alpha = v },
                "Level of the test at every prediction. At 0.005 it alarms some 2 000 times a million predictions of a calibrated model.", state: null),
            RuleParameter.Whole<KswinOptions>("windowSize", 2, 100_000, o => o.WindowSize, (o, v) => o with { WindowSize = v },
                "Labeled predictions that are kept; at least twice `statSize`.", state: "is how much is kept"),
            RuleParameter.Whole<KswinOptions>("statSize", 1, 50_000, o => o.StatSize, (o, v) => o with { StatSize = v },
                "The newest ones, which are compared with as many drawn from the others.", state: "is how much is compared"),
        ],
        Fault = o => o.WindowSize < 2 * o.StatSize
            ? ("windowSize", $"{o.WindowSize} is less than twice statSize ({o.StatSize}); the newest are compared with as many older ones") : null,
    };

    private const double LeastDistance = 0.1;

    private readonly KswinOptions _options;
    private readonly int _critical;
    private readonly double[] _grades; // −ln p of n·D steps
    private int _steps;
    private readonly double[] _window; // a ring of slots
    private readonly int[] _places; // of the older values, shuffled in part at every draw
    private readonly int[] _order; // slots of the ring by value
    private readonly bool[] _drawn; // by slot
    private ulong _seen;
    private int _start;
    private int _count;
    private bool _changed;

    public Kswin(KswinOptions options)
    {
        if (options.StatSize < 1 || options.WindowSize < 2 * options.StatSize)
            throw new ArgumentException($"A window of {options.WindowSize} values does not hold twice the {options.StatSize} that are compared.", nameof(options));
        _options = options;
        _critical = CriticalSteps(options.StatSize, options.Alpha);
        _grades = [.. Enumerable.Range(0, options.StatSize + 1).Select(steps => steps > LeastDistance * options.StatSize ? -Math.Log(PValue(options.StatSize, steps)) : 0)];
        _window = new double[options.WindowSize];
        _places = [.. Enumerable.Range(0, options.WindowSize - options.StatSize)];
        _order = new int[options.WindowSize];
        _drawn = new bool[options.WindowSize];
    }

    /// <summary>−ln p, to be compared with −ln <see cref="KswinOptions.Alpha"/>; 0 where D ≤ 0.1.</summary>
    public double Statistic => _grades[_steps];

    public RuleSignal Update(double x)
    {
        if (_changed) (_count, _changed) = (0, false);
        _steps = 0;
        _seen++;
        if (_count == _window.Length)
        {
            Remove(_start);
            _start = (_start + 1) % _window.Length;
        }

        _count++;
        Insert((_start + _count - 1) % _window.Length, x);
        if (_count < _window.Length) return RuleSignal.None;
        Draw();
        _steps = Distance();
        _changed = _steps >= _critical;
        return _changed ? RuleSignal.Change : RuleSignal.None;
    }

    /// <remarks>The order of the slots follows from the values: equal ones stand in the order they came in. What is drawn follows from how many were seen.</remarks>
    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _seen);
        _start = state.KeptWithin(_start, 0, _window.Length - 1, "a slot");
        _count = state.KeptWithin(_count, 0, _window.Length, "a number of values");
        _steps = state.KeptWithin(_steps, 0, _grades.Length - 1, "a distance");
        state.Exchange(ref _changed);
        var slots = Enumerable.Range(_start, _count).Select(place => place % _window.Length);
        foreach (int slot in slots) state.Exchange(ref _window[slot]);
        if (!state.IsReading) return;
        int next = 0;
        foreach (int slot in slots.OrderBy(slot => _window[slot])) _order[next++] = slot;
    }

    /// <summary>P(D ≥ steps/n) for two samples of n values of one law.</summary>
    /// <remarks>2 Σ (−1)^(i−1) C(2n, n − i·steps) ÷ C(2n, n), i = 1, 2, …: the reflection principle on paths.</remarks>
    public static double PValue(int n, int steps)
    {
        if (steps <= 0) return 1;
        double sum = 0;
        for (int i = 1, sign = 1; i * steps <= n; i++, sign = -sign)
        {
            double ratio = 1; // C(2n, n − j) / C(2n, n), j = i·steps
            for (int j = 1; j <= i * steps; j++) ratio *= (double)(n - j + 1) / (n + j);
            sum += sign * ratio;
        }

        return Math.Clamp(2 * sum, 0, 1);
    }

    /// <summary>The least n·D that is a change.</summary>
    private static int CriticalSteps(int n, double alpha)
    {
        int steps = 1;
        while (steps <= n && !(PValue(n, steps) <= alpha && steps > LeastDistance * n)) steps++;
        return steps;
    }

    /// <summary>Marks as many of the older values as there are newest ones.</summary>
    private void Draw()
    {
        Array.Clear(_drawn);
        ulong state = _options.Seed + (_seen * 0xD1342543DE82EF95);
        int older = _places.Length;
        for (int i = 0; i < _options.StatSize; i++)
        {
            int j = i + (int)(SplitMix64.Next(ref state) % (ulong)(older - i));
            (_places[i], _places[j]) = (_places[j], _places[i]);
            _drawn[(_start + _places[i]) % _window.Length] = true;
        }

        // Undone, so that the next draw depends on nothing but its position.
        for (int i = 0; i < older; i++) _places[i] = i;
    }

    /// <summary>n·D: the greatest distance of the two step functions, in steps.</summary>
    private int Distance()
    {
        int distance = 0, greatest = 0, older = _places.Length;
        for (int i = 0; i < _order.Length; i++)
        {
            int slot = _order[i], age = slot - _start;
            if (age < 0) age += _window.Length;
            if (age >= older) distance++;
            else if (_drawn[slot]) distance--;
            // Equal values are one step.
            if (i + 1 < _order.Length && _window[_order[i + 1]] == _window[slot]) continue;
            greatest = Math.Max(greatest, Math.Abs(distance));
        }

        return greatest;
    }

    /// <summary>Puts a value into a slot of the ring and the slot where it belongs in the order.</summary>
    private void Insert(int slot, double x)
    {
        _window[slot] = x;
        int low = 0, high = _count - 1; // the slot itself is counted, not yet ordered
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_window[_order[middle]] <= x) low = middle + 1;
            else high = middle;
        }

        Array.Copy(_order, low, _order, low + 1, _count - 1 - low);
        _order[low] = slot;
    }

    private void Remove(int slot)
    {
        int at = Array.IndexOf(_order, slot, 0, _count);
        Array.Copy(_order, at + 1, _order, at, _count - 1 - at);
        _count--;
    }
}

/// <summary>Parameters of <see cref="Kswin"/>; the defaults are River's, but for the seed, which River draws.</summary>
public sealed record KswinOptions : RuleOptions
{
    /// <summary>α: level of the test at every value. The default value is 0.005.</summary>
    public double Alpha { get; init; } = 0.005;

    /// <summary>Values that are kept. The default value is 100.</summary>
    public int WindowSize { get; init; } = 100;

    /// <summary>Newest values, and as many drawn from the others, that are compared. The default value is 30.</summary>
    public int StatSize { get; init; } = 30;

    /// <summary>What the draws depend on, besides their position. The default value is 42.</summary>
    public ulong Seed { get; init; } = 42;
}
