using DriftWatch.Core.Calibration;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Files;

namespace DriftWatch.Replay;

/// <summary>Replays files, or a stretch of topics, through the engine of the service: what would it have shown, and what would have fired?</summary>
/// <remarks>All rows are held in memory, about 40 bytes each, for they have to be put in order of event time first.</remarks>
internal sealed class Replayer(ReplayRequest request, ReplayMeter meter)
{
    /// <summary>From so many rows on another thread joins.</summary>
    private const int WorthAThread = 100_000;

    /// <summary>Reads, plays and sums up.</summary>
    /// <exception cref="ReplayException">A file cannot be read at all.</exception>
    public ReplayResult Run(Func<Stream> standardInput)
    {
        try
        {
            return Play(request.Stretch is { } stretch ? new TopicSource(request, stretch, meter) : new FileSource(request, meter, standardInput));
        }
        catch (FileException unreadable)
        {
            throw new ReplayException(unreadable.Message, unreadable.ExitStatus, unreadable);
        }
    }

    private ReplayResult Play(IReplaySource source)
    {
        var routes = new RouteTable(ReplayOptions.ForReading(request).Routing);
        var ofLabels = new RouteTable(new SeriesOptions()) { Spellings = new LabelSpellings() }; // of its own: another thread reads
        var labelsTask = Task.Factory.StartNew(
            () => InOrder(source.Labels(ofLabels, meter)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var predictions = source.Predictions(routes, meter);
        var index = new PredictionIndex(predictions.Rows);
        var predictionOrder = PlayOrder.ByTime(predictions.Rows, row => row.Time);
        if (index.HasTies) predictionOrder = predictionOrder.ThenBy(predictions.Rows, row => row.Time, (left, right) => Compare(left, right, routes));
        var (labels, labelOrder) = labelsTask.GetAwaiter().GetResult();
        meter.Pass(ReplayStage.Read);
        var delay = LongestDelay.Of(predictions.Rows, index, labels.Rows);
        if (delay.HasTies) labelOrder = labelOrder.ThenBy(labels.Rows, row => row.Time, Compare);
        return Play(predictions, predictionOrder, labels, labelOrder, delay, routes, [.. Enumerable.Range(0, ofLabels.Addressees.Count).Select(number => InPredictions(routes, ofLabels.Addressees, number))]);
    }

    private static (LoadedFile<Label> Labels, PlayOrder Order) InOrder(LoadedFile<Label> labels) => (labels, PlayOrder.ByTime(labels.Rows, row => row.Time));

    private ReplayResult Play(LoadedFile<Prediction> predictions, PlayOrder predictionOrder, LoadedFile<Label> labels, PlayOrder labelOrder, LongestDelay delay, RouteTable readRoutes, int[] addressees)
    {
        meter.Pass(ReplayStage.Order);
        var span = Span(predictions.Rows, predictionOrder, labels.Rows, labelOrder);
        var options = ReplayOptions.ForPlaying(request, delay.Delay, span, (long)predictions.Rows.Count + labels.Rows.Count);
        var routes = readRoutes.With(options.Routing, labels.Spellings);
        var monitor = new CalibrationMonitor(options, routes);
        var pairs = new Pairs(request.MaxPairs);
        var player = new Player(monitor, pairs, addressees);
        meter.StartPlaying(player, (long)predictions.Rows.Count + labels.Rows.Count);
        var picture = Play(new PlayCursor(predictions.Rows, predictionOrder, labels.Rows, labelOrder), player, monitor, (long)predictions.Rows.Count + labels.Rows.Count);
        var bySeries = pairs.All is { } held && (request.Exact || request.KeepsPairs || request.Compare.Count > 0) ? new SeriesPairs(held, routes) : null;

        var snapshot = Framed(picture, pairs.All is { } all ? new Auroc(all, routes, options.Windows, options.Origin) : null);
        meter.Pass(ReplayStage.Report);
        return new ReplayResult
        {
            PredictionRows = predictions.Count,
            LabelRows = labels.Count,
            Rejected = Rejected(predictions.Faults, labels.Faults, picture.Join.Unreadable),
            Examples = [.. predictions.Faults.Examples, .. labels.Faults.Examples, .. player.Unreadable.Select(one => Unreadable(labels, one.Row, options, routes[one.Route].Model))],
            Warnings = [.. predictions.Notes, .. labels.Notes, .. Warnings("predictions", predictions.Faults), .. Warnings("labels", labels.Faults), .. picture.Models.SelectMany(model => Doubts(model, options))],
            LongestDelay = delay.Delay,
            Options = options,
            Snapshot = snapshot,
            NothingJudged = NothingJudged.Why(snapshot, predictions, labels, delay, picture.Join.Unreadable),
            Requests = player.Requests,
            Pairs = bySeries,
            Compares = request.Compare.Count > 0,
            Comparison = bySeries is not null && request.Compare.Count > 0 ? new Comparison(bySeries, request.Compare) : null,
            AsksExact = request.Exact,
            Exact = bySeries is not null && request.Exact ? new ExactNumbers(bySeries, options.Windows[0], options.Origin) : null,
        };
    }

    private MonitorSnapshot Play(PlayCursor records, Player player, CalibrationMonitor monitor, long rows)
    {
        JoinAhead? ahead = null;
        if (monitor.Routes.Vectors.Count == 0 && !monitor.Options.Routing.Policies.Any(model => model.Compares) && (request.JoinsAhead ?? (rows >= WorthAThread && Environment.ProcessorCount > 1)))
        {
            monitor.JoinBy((options, sink) => ahead = new JoinAhead(options, sink, monitor.Routes, records, player.Addressed));
        }

        using (ahead)
        {
            player.Play(records);
            meter.Pass(ReplayStage.Play);
            return monitor.Capture();
        }
    }

    /// <summary>The number that the predictions' table has for whom labels address by that of their own.</summary>
    private static int InPredictions(RouteTable routes, Addressees ofLabels, int number)
    {
        var (model, version) = ofLabels[number];
        return number == Addressees.Everyone ? number : Math.Min(Addressees.Nobody, routes.AddresseeOf(model, version));
    }

    // A monitor's total is over all of event time; that of a replay is over the windows of the file. Where every pair is at hand, AUROC is exact.
    private static MonitorSnapshot Framed(MonitorSnapshot snapshot, Auroc? auroc) => snapshot with { Series = [.. snapshot.Series.Select(series => Framed(series, auroc))] };

    private static SeriesSnapshot Framed(SeriesSnapshot series, Auroc? auroc)
    {
        var windows = series.Windows.SelectMany(width => width.History).ToList();
        if (windows.Count == 0) return series;
        return series with
        {
            Total = Exact(series.Total, auroc?.OfTotal(series.Key, series.Total)) with
            {
                Start = windows.Min(window => window.Start),
                End = windows.Max(window => window.End),
                Mature = windows.TrueForAll(window => window.Mature),
            },
            Windows = [.. series.Windows.Select(width => width with { History = [.. width.History.Select(window => Exact(window, auroc?.Of(series.Key, window)))] })],
        };
    }

    private static WindowSnapshot Exact(WindowSnapshot window, double? auroc) =>
        auroc is null ? window : window with { Metrics = window.Metrics.With(WindowMetrics.Auroc, auroc) };

    private static List<(RejectReason Reason, long Rows)> Rejected(RowFaults predictions, RowFaults labels, long unreadable) =>
        [.. RejectReasons.All
            .Select(reason => (reason, predictions[reason] + labels[reason] + (reason == RejectReason.LabelValue ? unreadable : 0)))
            .Where(count => count.Item2 > 0)];

    private static string Unreadable(LoadedFile<Label> labels, int row, MonitorOptions options, string model)
    {
        string sentence = UnreadableLabel.Describe(options, model, "label", labels.Spellings!.Find(labels.Rows[row].Value.Key));
        return $"{labels.Lines?.PlaceOf(row) ?? "labels"}: {RejectReason.LabelValue.Name()} ({sentence})";
    }

    private static IEnumerable<string> Doubts(ModelSnapshot model, MonitorOptions options)
    {
        if (model.Undeclared is not { Doubt: { } doubt } labels) yield break;
        string section = options.SectionOf(model.Model);
        yield return $"labels of {model.Model} counted as negative that look otherwise: {doubt}; {section}.negativeLabel names the only label that is negative";
    }

    private IEnumerable<string> Warnings(string what, RowFaults faults)
    {
        foreach (var (guess, rows) in faults.TimeGuesses.OrderByDescending(g => g.Value).ThenBy(g => g.Key.Form, StringComparer.Ordinal))
        {
            string fix = guess.Unit is { } unit && unit != (request.TimestampUnit ?? TimestampUnit.Milliseconds) ? $"; --timestamp-unit {unit.Symbol()} reads them" : "";
            yield return $"{rows} rows of the {what} have times that look like {guess.Form}{fix}";
        }

        if (faults.Filtered > 0) yield return $"{faults.Filtered} rows of the {what} do not meet the filter, and were passed over";
        long others = faults[RejectReason.TimestampRange] - faults.TimeGuesses.Values.Sum();
        if (others > 0) yield return $"{others} rows of the {what} have times that cannot be read, or before {(request.Origin < EventTime.Year2000 ? request.Origin.ToString() : "2000")}; for data that old give --origin a moment before it";
    }

    private static TimeSpan Span(Rows<Prediction> predictions, PlayOrder predictionOrder, Rows<Label> labels, PlayOrder labelOrder)
    {
        List<EventTime> ends = [];
        if (predictions.Count > 0) ends.AddRange([predictions[predictionOrder[0]].Time, predictions[predictionOrder[^1]].Time]);
        if (labels.Count > 0) ends.AddRange([labels[labelOrder[0]].Time, labels[labelOrder[^1]].Time]);
        return ends.Count == 0 ? TimeSpan.Zero : ends.Max() - ends.Min();
    }

    // Numbers of routes follow the order of the file, so they decide nothing here: names do.
    private static int Compare(Prediction left, Prediction right, RouteTable routes)
    {
        int order = PlayOrder.Compare(left.Id, right.Id);
        if (order == 0) order = left.Confidence.CompareTo(right.Confidence);
        if (order == 0 && left.Vector > 0 && right.Vector > 0) order = routes.Vectors[left.Vector].SequenceCompareTo(routes.Vectors[right.Vector]);
        return order != 0 || left.Route == right.Route ? order : string.CompareOrdinal(Name(routes, left.Route), Name(routes, right.Route));
    }

    private static string Name(RouteTable routes, int route) =>
        $"{string.Join('\n', routes[route].Series.Select(series => routes.Series[series]))}\n{routes[route].View}\n{routes[route].PredictedClass}";

    private static int Compare(Label left, Label right)
    {
        int order = PlayOrder.Compare(left.Id, right.Id);
        if (order == 0) order = left.Value.Kind.CompareTo(right.Value.Kind);
        return order == 0 ? left.Value.Key.CompareTo(right.Value.Key) : order;
    }
}
