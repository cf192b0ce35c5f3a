using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The predictions of a <see cref="ProductCell"/>, hour by hour, with what becomes of them.</summary>
internal sealed class ProductStream
{
    private const int CustomersInAll = 400;
    private const int CustomersADay = 10;
    private const double OftenAsked = 1.75; // times the mean
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly double[] FiveValues = [.05, .2, .5, .8, .95];

    private readonly ProductCell _cell;
    private readonly BenchRandom _random;
    private readonly double[] _shocks; // of each region, or of all
    private readonly double[] _customers = new double[CustomersInAll];
    private readonly double[] _today = new double[CustomersADay];

    public ProductStream(ProductCell cell, BenchRandom random)
    {
        (_cell, _random) = (cell, random);
        _shocks = new double[Math.Max(1, cell.Regions)];
        foreach (ref double shock in _shocks.AsSpan()) shock = cell.Shocks * random.Normal();
        if (cell.Customers == 0) return;
        foreach (ref double customer in _customers.AsSpan()) customer = cell.Customers * random.Normal();
        Arrive();
    }

    /// <summary>What comes in one hour, in order of time.</summary>
    public IEnumerable<ProductPrediction> Of(int day, int hour)
    {
        int count = CountOf(day, hour), regions = day < _cell.LateRegion ? _cell.Regions - 1 : _cell.Regions;
        var start = EventTime.Earliest + (day * Day) + (hour * Hour);
        if (_cell.Arrivals == Arrivals.Bursts && count > 0) _shocks[0] = _cell.Shocks * _random.Normal();
        var truth = day < _cell.Stable ? Truth.Calibrated : _cell.Truth;
        double weekend = _cell.Weekends * (day % 7 >= 5 ? 1 : -0.4);
        for (int i = 0; i < count; i++)
        {
            double z = _cell.Law.Draw(_random), p = Told(Truth.Sigma(z));
            int region = regions > 0 ? i % regions : 0;
            var of = _cell.LateRegion > 0 && region < _cell.Regions - 1 ? Truth.Calibrated : truth;
            double off = _shocks[region] + _today[i % CustomersADay] + weekend;
            double chance = off == 0 ? of.Of(z, p) : Truth.Sigma(Logit(of.Of(z, p)) + off);
            double asked = 1;
            if (_cell.Asked < 1)
            {
                bool often = _random.Chance(.5);
                asked = _cell.Asked * (often ? OftenAsked : 2 - OftenAsked);
                double apart = _cell.Apart * Math.Min(p, 1 - p);
                if (apart > 0) chance = Truth.Sigma(Logit(often ? p + apart : p - apart) + Logit(chance) - Logit(p));
            }

            yield return new(start + (Hour * i / count), p, chance, region, asked);
        }
    }

    /// <summary>A day is over.</summary>
    public void EndDay()
    {
        if (_cell.Customers > 0) Arrive();
        if (_cell.Arrivals == Arrivals.Bursts || _cell.Shocks == 0) return;
        foreach (ref double shock in _shocks.AsSpan()) shock = (_cell.Memory * shock) + (Math.Sqrt(1 - (_cell.Memory * _cell.Memory)) * _cell.Shocks * _random.Normal());
    }

    private void Arrive()
    {
        foreach (ref double effect in _today.AsSpan()) effect = _customers[(int)(_random.Unit() * CustomersInAll)];
    }

    private double Told(double p) => _cell.Fineness switch
    {
        Fineness.Hundredths => Math.Round(p, 2),
        Fineness.FiveValues => FiveValues.MinBy(value => Math.Abs(value - p)),
        _ => p,
    };

    private int CountOf(int day, int hour) => _cell.Arrivals switch
    {
        Arrivals.Batch => hour == _cell.FirstHour ? _cell.PerDay : 0,
        Arrivals.Bursts => hour % 6 == _cell.FirstHour ? _cell.PerDay / 4 : 0,
        Arrivals.Silence => day % 7 < 3 ? _cell.PerDay / 24 * 7 / 3 : 0,
        _ => _cell.PerDay / 24,
    };

    private static double Logit(double p) => Math.Log(p / (1 - p));
}

/// <summary>One prediction.</summary>
/// <param name="Time">When it is made.</param>
/// <param name="Claim">What it says.</param>
/// <param name="Chance">How likely it comes true.</param>
/// <param name="Region">Where.</param>
/// <param name="Asked">With what probability its label is asked for.</param>
internal readonly record struct ProductPrediction(EventTime Time, double Claim, double Chance, int Region, double Asked);
