using System.Collections.Immutable;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Events;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>What is to be fitted of a replay.</summary>
/// <param name="Model">This model; null: the only one.</param>
/// <param name="Version">Of this version; null: of the only one.</param>
/// <param name="From">Predictions from this moment on; null: from the first.</param>
/// <param name="To">Predictions before this moment; null: up to the last.</param>
/// <param name="Block">Within which outcomes share causes.</param>
/// <param name="Methods">Maps to try.</param>
internal sealed record FitRequest(string? Model, string? Version, EventTime? From, EventTime? To, TimeSpan Block, IReadOnlyList<MapMethod> Methods);

/// <summary>The labeled predictions of a model version, and what its calibration set says.</summary>
/// <param name="Key">The series.</param>
/// <param name="Answer">What to do.</param>
/// <param name="From">The first prediction that was fitted.</param>
/// <param name="To">The last.</param>
/// <param name="Seen">Least and greatest claim.</param>
/// <param name="Block">Within which outcomes share causes.</param>
internal sealed record FittedSeries(SeriesKey Key, Recommendation Answer, EventTime From, EventTime To, Interval Seen, TimeSpan Block)
{
    /// <summary>The episode that asked for it; null if none did.</summary>
    public string? Episode { get; init; }

    /// <summary>SHA-256 of the calibration set; null where the predictions were not of one.</summary>
    public string? SetChecksum { get; init; }

    /// <summary>Name of the set's file, without its folder; null likewise.</summary>
    public string? SetFileName { get; init; }

    /// <summary>Names of the classes, in the order of the vectors that were fitted; empty where claims were.</summary>
    public ImmutableArray<string> Classes { get; init; } = [];

    /// <summary>What a map of it says of its view: vectors are none of the series' own.</summary>
    public string ViewName => Classes.IsEmpty ? Key.ViewName : "vector";

    /// <summary>The share of its labeled predictions that a set was drawn of; 1: it holds all.</summary>
    public double Sampled { get; init; } = 1;

    /// <summary>Of a set that was read on beyond what its request names: where it ends, and from which records it was read; null of others.</summary>
    public (EventTime To, IReadOnlyList<DataRange> Ranges)? ReadOn { get; init; }

    /// <summary>Whether a set holds exactly the labeled predictions that its request rests on.</summary>
    public bool IsComplete { get; init; }

    /// <exception cref="ReplayException">There is nothing to fit, or more than one thing.</exception>
    public static FittedSeries Of(ReplayResult result, FitRequest request)
    {
        if (result.Pairs is not { } pairs) throw new ReplayException($"More than {Replay.Pairs.DefaultCapacity} labeled predictions: fit a part, with --from and --to on files of less.", ExitCode.Failure);
        List<SeriesKey> series = [.. result.Snapshot.Series.Select(one => one.Key).Where(key => key.IsWhole && (request.Model is null || key.Model == request.Model) && (request.Version is null || key.Version == request.Version)).Order(SeriesOrder.Instance)];
        if (series.Count == 0) throw new ReplayException(string.Join(" ", result.NothingJudged.DefaultIfEmpty("No prediction met its label: nothing to fit.")), ExitCode.Failure);
        if (series.Count > 1) throw new ReplayException($"The rows are of several models or versions, {string.Join(", ", series.Take(5))}{(series.Count > 5 ? ", …" : "")}: --model and --model-version choose.", ExitCode.Usage);

        pairs.Load(series[0]);
        int first = request.From is { } from ? pairs.PlaceOf(from) : 0, end = request.To is { } to ? pairs.PlaceOf(to) : pairs.Times.Length;
        if (first >= end) throw new ReplayException($"{series[0]} has no labeled prediction in that stretch: nothing to fit.", ExitCode.Failure);
        var set = new CalibrationSet();
        double least = 1, most = 0;
        for (int i = first; i < end; i++)
        {
            int block = (int)(pairs.Times[i].FloorTo(request.Block).Milliseconds / (long)request.Block.TotalMilliseconds);
            set.AddToFold(pairs.Folds[i], pairs.Confidences[i], pairs.Outcomes[i], 1, block);
            (least, most) = (Math.Min(least, pairs.Confidences[i]), Math.Max(most, pairs.Confidences[i]));
        }

        return new(series[0], Recalibrator.Recommend(set, new RecalibrationTerms(), request.Methods), pairs.Times[first], pairs.Times[end - 1], new(least, most), request.Block);
    }
}
