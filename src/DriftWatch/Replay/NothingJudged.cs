using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Replay;

/// <summary>Says why a replay has judged nothing: nothing read is not the same as nothing wrong.</summary>
internal static class NothingJudged
{
    /// <summary>The reasons, each with its fix; none where there is a labeled prediction, or an outcome was assumed for one.</summary>
    public static IReadOnlyList<string> Why(MonitorSnapshot snapshot, LoadedFile<Prediction> predictions, LoadedFile<Label> labels, LongestDelay delay, long unreadable)
    {
        if (snapshot.Series.Any(series => series.Total.Labeled > 0)) return [];
        List<string> why = [.. Rejected("predictions", predictions.Rows.Count, predictions.Faults), .. Rejected("labels", labels.Rows.Count, labels.Faults)];
        if (predictions.Rows.Count > 0 && labels.Rows.Count > 0) why.Add(Apart(predictions.Rows.Count, labels.Rows.Count, delay.Known, unreadable));
        return why;
    }

    private static IEnumerable<string> Rejected(string what, int accepted, RowFaults faults)
    {
        if (accepted > 0) yield break;
        yield return faults.Total == 0
            ? $"There is no row in the {what}."
            : $"None of the {faults.Total} rows of the {what} was accepted: {faults.InWords}. The first is {faults.Examples[0]}.";
    }

    private static string Apart(int predictions, int labels, long known, long unreadable)
    {
        string read = $"{predictions} predictions and {labels} labels were read, and none met";
        if (known == 0) return $"{read}: no label has the id of a prediction. Compare how ids are written in both.";
        return unreadable >= known
            ? $"{read}: {unreadable} labels have the id of a prediction and a value that its model cannot have; defaults.positiveLabel says which means that it came true."
            : $"{read}: {known} labels have the id of a prediction, and all came before it (--lead) or later than the horizon (--horizon).";
    }
}
