using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>A made-up model with days and nights, its late labels, and what goes wrong with either from some hour on.</summary>
internal sealed record EarlyWorld
{
    public static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero)); // a Monday

    public static readonly MonitorOptions Options = new()
    {
        Pane = TimeSpan.FromMinutes(10),
        Windows = [TimeSpan.FromHours(6)],
        OutOfOrderness = TimeSpan.FromMinutes(1),
        Default = new ModelOptions
        {
            Join = new JoinRule { Horizon = TimeSpan.FromHours(2) },
            EarlyWarning = new EarlyWarningOptions { Window = TimeSpan.FromHours(1), MinPredictions = 500, Reference = new ReferenceOptions { Least = TimeSpan.FromDays(1), Labeled = 10_000 } },
        },
    };

    public MonitorOptions Monitor { get; init; } = Options;

    public View View { get; init; } = View.Binary;

    public int Hours { get; init; } = 64;

    public double PerHour { get; init; } = 800;

    /// <summary>The hour from which on the settings below hold.</summary>
    public int Change { get; init; } = 48;

    public double Shift { get; init; }

    public double Temperature { get; init; } = 1;

    public double Lost { get; init; }

    public double Slower { get; init; } = 1;

    public double SlowerPositives { get; init; } = 1;

    public double Volume { get; init; } = 1;

    /// <summary>By which factor answers take longer.</summary>
    public double SlowerAnswers { get; init; } = 1;

    /// <summary>From which hour on predictions say how long they took; null: they do not.</summary>
    public double? LatenciesFrom { get; init; }

    /// <summary>All records, in order of time.</summary>
    public List<(EventTime Time, ulong Id, double Confidence, bool? Outcome)> Records(ulong seed)
    {
        var random = new SplitMix(seed);
        List<(EventTime, ulong, double, bool?)> records = [];
        ulong id = 0;
        for (double hours = 0; hours < Hours;)
        {
            bool changed = hours >= Change;
            double day = Math.Sin(2 * Math.PI * hours / 24);
            hours -= Math.Log(1 - random.Unit()) / (PerHour * (1 + (0.3 * day)) * (changed ? Volume : 1));
            double z = (View == View.TopLabel ? 2.2 : 0.8) + (1.6 * random.Normal()) + (0.25 * day) + (changed ? Shift : 0);
            double p = 1 / (1 + Math.Exp(-z));
            bool y = random.Chance(1 / (1 + Math.Exp(-z / (changed ? Temperature : 1))));
            var time = Start + TimeSpan.FromHours(hours);
            records.Add((time, ++id, p, null));
            double minutes = Math.Exp(2.5 + (0.6 * random.Normal())) * (changed ? Slower : 1) * (changed && y ? SlowerPositives : 1);
            if (!random.Chance(0.02 + (changed ? Lost : 0))) records.Add((time + TimeSpan.FromMinutes(minutes), id, p, y));
        }

        return [.. records.OrderBy(record => record.Item1.Milliseconds).ThenBy(record => record.Item2).ThenBy(record => record.Item4 is not null)];
    }

    /// <summary>How long a prediction took: 5 to 155 ms, longer by day; no draw of the random numbers.</summary>
    public ServingLatency LatencyOf(EventTime time, ulong id)
    {
        double hours = (time - Start).TotalHours;
        if (LatenciesFrom is not { } from || hours < from) return default;
        double rank = new SplitMix(id).Unit(), day = 1 + (0.2 * Math.Sin(2 * Math.PI * hours / 24));
        return ServingLatency.Of(TimeSpan.FromMilliseconds((5 + (150 * rank * rank)) * day * (hours >= Change ? SlowerAnswers : 1)));
    }

    /// <summary>Plays the records; <paramref name="look"/> sees the picture after every hour of event time.</summary>
    public EarlyWarningSnapshot Play(ulong seed, Action<double, EarlyWarningSnapshot>? look = null, TimeSpan? step = null)
    {
        var routes = new RouteTable(Monitor.Routing);
        routes.TryRegister(1, new RouteDescription("m", "1", View, View == View.TopLabel ? "cat" : null, []), out int route);
        var monitor = new CalibrationMonitor(Monitor, routes);
        var next = Start;
        foreach (var (time, id, confidence, outcome) in Records(seed))
        {
            for (; time >= next; next += step ?? TimeSpan.FromMinutes(10))
            {
                monitor.AdvanceTo(next);
                if ((next - Start).Ticks % TimeSpan.TicksPerHour == 0) look?.Invoke((next - Start).TotalHours, Early(monitor));
            }

            if (outcome is not { } y) monitor.Add(new Prediction(new PredictionId(id, id), time, route, confidence, Latency: LatencyOf(time, id)));
            else monitor.Add(new Label(new PredictionId(id, id), time, LabelValue.Class(View == View.Binary ? (y ? "1" : "0") : y ? "cat" : "dog")));
        }

        monitor.AdvanceTo(Start + TimeSpan.FromHours(Hours + 4));
        return Early(monitor);
    }

    private static EarlyWarningSnapshot Early(CalibrationMonitor monitor) => monitor.Capture().Series is [var series, ..] ? series.EarlyWarning! : new();
}
