using System.Diagnostics;
using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S14: from records to the alarm, through the monitor that the service runs, under its defaults.</summary>
/// <remarks>Panes are an hour, as the detector judges them by default anyway. Early warnings are off and one width of windows is kept: neither has a say in an alarm.</remarks>
internal static class ProductBench
{
    private const int CanaryFrom = 30;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly LabelValue Positive = LabelValue.Class("1");
    private static readonly LabelValue Negative = LabelValue.Class("0");

    /// <returns>The first alarm; null: there was none.</returns>
    public static ProductAlarm? Play(ProductCell cell, ulong seed)
    {
        var options = new MonitorOptions
        {
            Pane = Hour,
            Windows = [Day],
            Default = new ModelOptions
            {
                Join = new JoinRule { Corrections = cell.Labels == LabelTimes.Corrected ? CorrectionRule.Replace : CorrectionRule.Ignore },
                Drift = new DriftOptions { Dependence = cell.Dependence, NullHypothesis = cell.NullHypothesis },
                EarlyWarning = new EarlyWarningOptions { Enabled = false },
            },
        };
        var routes = new RouteTable(options.Routing);
        var monitor = new CalibrationMonitor(options, routes);
        var horizon = options.Default.Join.Horizon;
        var random = new BenchRandom(seed);
        var stream = new ProductStream(cell, random);
        var labels = new PriorityQueue<Label, EventTime>();
        ulong id = 0;
        for (int day = 0; day < cell.Days; day++)
        {
            for (int hour = 0; hour < 24; hour++)
            {
                foreach (var prediction in stream.Of(day, hour))
                {
                    var one = new PredictionId(0, id++);
                    Tell(labels, prediction.Time);
                    monitor.Add(new Prediction(one, prediction.Time, RouteOf(routes, cell, cell.Canary > 0 ? (day >= CanaryFrom && random.Chance(cell.Canary) ? 1 : 0) : cell.DailyVersions ? day / cell.VersionDays : 0, prediction.Region), prediction.Claim, Weight: prediction.Asked < 1 ? SamplingWeight.Of(prediction.Asked) : default));
                    if (prediction.Asked == 1 || random.Chance(prediction.Asked)) Answer(one, prediction.Time, random.Chance(prediction.Chance));
                }

                var end = EventTime.Earliest + (day * Day) + ((hour + 1) * Hour);
                Tell(labels, end);
                monitor.AdvanceTo(end);
                if (Alarm(monitor, horizon) is { } at) return at;
            }

            stream.EndDay();
        }

        Tell(labels, EventTime.Earliest + (cell.Days * Day) + horizon);
        monitor.AdvanceTo(EventTime.Earliest + (cell.Days * Day) + horizon + Hour);
        return Alarm(monitor, horizon);

        void Answer(PredictionId one, EventTime time, bool cameTrue)
        {
            var soon = time + TimeSpan.FromSeconds(1);
            switch (cell.Labels)
            {
                case LabelTimes.AtOnce:
                    monitor.Add(new Label(one, soon, cameTrue ? Positive : Negative));
                    break;
                case LabelTimes.ByOutcome:
                    Later(one, time + (random.Exponential() * TimeSpan.FromHours(cameTrue ? 6 : 2)), cameTrue);
                    break;
                case LabelTimes.Corrected:
                    bool wrong = cameTrue && random.Chance(0.1);
                    Later(one, soon, cameTrue && !wrong);
                    if (wrong) Later(one, time + TimeSpan.FromHours(6), cameTrue);
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        void Later(PredictionId one, EventTime time, bool cameTrue) => labels.Enqueue(new(one, time, cameTrue ? Positive : Negative), time);

        void Tell(PriorityQueue<Label, EventTime> waiting, EventTime until)
        {
            while (waiting.TryPeek(out var label, out var time) && time <= until)
            {
                waiting.Dequeue();
                monitor.Add(label);
            }
        }
    }

    public static ProductResult Sum(ProductCell cell, IReadOnlyList<ProductAlarm?> alarms)
    {
        bool IsEarly(ProductAlarm? alarm) => cell.IsSilent ? alarm is not null : alarm?.At <= cell.Stable;
        var rest = alarms.Where(alarm => !IsEarly(alarm)).ToList();
        var after = rest.Select(alarm => alarm?.At - cell.Stable ?? double.PositiveInfinity).Order().ToList();
        var onsets = rest.Select(alarm => alarm?.Onset).OfType<(double From, double To)>().ToList();
        return new(cell, alarms.Count, alarms.Count - rest.Count, after.Count(double.IsPositiveInfinity), CellResult.Quantile(after, 0.5), CellResult.Quantile(after, 0.95))
        {
            Onsets = onsets.Count,
            // Nobody can tell when between two data a change came.
            OnsetsHeld = onsets.Count(onset => onset.From <= cell.Stable + (cell.FirstHour / 24.0) && cell.Stable <= onset.To),
            OnsetWidth = CellResult.Quantile([.. onsets.Select(onset => onset.To - onset.From).Order()], 0.5),
        };
    }

    private static ProductAlarm? Alarm(CalibrationMonitor monitor, TimeSpan horizon)
    {
        foreach (var request in monitor.TakeRequests())
        {
            if (request.Kind == RequestKind.Requested) return new(DaysTo(request.Decided - horizon), request.OnsetInterval is var (from, to) ? (DaysTo(from), DaysTo(to)) : null);
        }

        return null;
    }

    private static double DaysTo(EventTime time) => (time - EventTime.Earliest) / Day;

    private static int RouteOf(RouteTable routes, ProductCell cell, int version, int region)
    {
        var key = new UInt128((ulong)version, (ulong)region);
        if (!routes.TryFind(key, out int route))
            routes.TryRegister(key, new RouteDescription("m", $"{version}", View.Binary, null, cell.Regions > 0 ? [new Slice("region", $"{region}")] : []), out route);
        return route;
    }
}

/// <summary>An alarm of a stream, in days from its start.</summary>
/// <param name="At">Up to when the data go that decided.</param>
/// <param name="Onset">The interval for the onset, where the rule gave one.</param>
internal readonly record struct ProductAlarm(double At, (double From, double To)? Onset);

/// <summary>What became of the streams of a cell.</summary>
/// <param name="Cell">Which.</param>
/// <param name="Streams">How many there were.</param>
/// <param name="Early">Those that alarmed where nothing was wrong.</param>
/// <param name="Missed">Of the others, those that never alarmed.</param>
/// <param name="Median">Days from the change to the end of the data that decided.</param>
/// <param name="P95">The same, of all but one in twenty.</param>
internal sealed record ProductResult(ProductCell Cell, int Streams, int Early, int Missed, double? Median, double? P95)
{
    /// <summary>The probability that one false alarm a year leaves a calibrated stream of this length.</summary>
    public double Promise => Cell.Days / 365.0;

    /// <summary>Alarms with an interval for the onset, those whose interval holds the change, and its median width in days.</summary>
    public int Onsets { get; init; }

    public int OnsetsHeld { get; init; }

    public double? OnsetWidth { get; init; }
}
