namespace DriftWatch.Chaos;

/// <summary>Would the oracle say so? It is given the same topics with one record less, or one more, and must differ then from what the service shows.</summary>
internal static class SelfCheck
{
    public static void Run(RoundPlan plan, Oracle truth, List<StoredRecord> predictions, List<StoredRecord> labels, long differences, Tally tally)
    {
        var matched = labels.First(l => ReadRecords.Label(l.Value) is { } label && labels.Count(other => ReadRecords.Label(other.Value)?.Id == label.Id) == 1 && predictions.Any(p => ReadRecords.Prediction(p.Value)?.Id == label.Id));
        var prediction = predictions.First(p => ReadRecords.Prediction(p.Value) is { Model: not "end" });
        var another = prediction with { Value = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(prediction.Value!).Replace("{\"id\":", "{\"id\":9", StringComparison.Ordinal).Replace(":9\"", ":\"9", StringComparison.Ordinal)) };
        Differ("a label less", new(plan, predictions, labels.Where(l => l != matched)));
        Differ("a prediction more", new(plan, predictions.Append(another), labels));
        if (differences > 0) tally.Fault("the self check is worth nothing where something differs already");

        void Differ(string what, Oracle changed)
        {
            int windows = truth.Windows.Count(w => !changed.Windows.TryGetValue(w.Key, out var other) || !other.HoldsSameAs(w.Value)) + changed.Windows.Count(w => !truth.Windows.ContainsKey(w.Key));
            Program.Say($"self check, {what}: {windows} windows differ");
            if (windows == 0) tally.Fault($"the oracle does not see {what}");
        }
    }
}
