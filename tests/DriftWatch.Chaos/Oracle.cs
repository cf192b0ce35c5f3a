using DriftWatch.Core.Calibration;

namespace DriftWatch.Chaos;

/// <summary>Which window of which series.</summary>
internal readonly record struct WindowKey(string Model, string Version, string Slice, long WidthSeconds, long Start);

/// <summary>What the topics say when they are read once, from end to end, with nothing but a dictionary.</summary>
/// <remarks>
/// The first prediction of an id, a model and a version owns them; the first label that addresses it within [−E, H] of it is its outcome. Nothing is late, for the traffic keeps to the allowance.
/// </remarks>
internal sealed class Oracle
{
    private static readonly long[] Widths = [1, 10];

    private readonly Dictionary<WindowKey, CalibrationSketch> _windows = [];

    public Oracle(RoundPlan plan, IEnumerable<StoredRecord> predictions, IEnumerable<StoredRecord> labels)
    {
        Dictionary<(string Id, string Model, string Version), ReadPrediction> owners = [];
        Dictionary<ReadPrediction, ReadLabel> firsts = [];
        HashSet<ReadLabel> joined = [];
        foreach (var record in predictions)
        {
            if (ReadRecords.Prediction(record.Value) is not { } prediction)
            {
                Broken.Add((record.Topic, record.Partition, record.Offset));
                continue;
            }

            Predictions++;
            owners.TryAdd((prediction.Id, prediction.Model, prediction.Version), prediction);
        }

        var byId = owners.Values.ToLookup(owner => owner.Id);

        foreach (var record in labels)
        {
            if (ReadRecords.Label(record.Value) is not { } label)
            {
                Broken.Add((record.Topic, record.Partition, record.Offset));
                continue;
            }

            Labels++;
            foreach (var owner in byId[label.Id].Where(label.Addresses))
            {
                long delay = label.Time - owner.Time;
                if (delay >= -RoundPlan.LeadSeconds * 1000L && delay <= plan.HorizonSeconds * 1000L && firsts.TryAdd(owner, label)) joined.Add(label);
            }
        }

        Owners = owners.Count;
        Matched = firsts.Count;
        JoinedLabels = joined.Count;
        Shared = byId.Count(ofId => ofId.Count() > 1);
        foreach (var owner in owners.Values) Count(owner, firsts.GetValueOrDefault(owner));
    }

    /// <summary>Predictions that can be read, copies too.</summary>
    public long Predictions { get; }

    /// <summary>Labels that can be read, copies too.</summary>
    public long Labels { get; }

    /// <summary>Distinct predictions.</summary>
    public long Owners { get; }

    /// <summary>Predictions with an outcome.</summary>
    public long Matched { get; }

    /// <summary>Labels that are the outcome of a prediction, or of several.</summary>
    public long JoinedLabels { get; }

    /// <summary>Ids that several models have scored.</summary>
    public long Shared { get; }

    /// <summary>Where the records stand that cannot be read.</summary>
    public HashSet<(string Topic, int Partition, long Offset)> Broken { get; } = [];

    public IReadOnlyDictionary<WindowKey, CalibrationSketch> Windows => _windows;

    private void Count(ReadPrediction owner, ReadLabel? label)
    {
        Count(owner, label, "");
        if (owner.Region is { } region) Count(owner, label, $"region={region}");
    }

    private void Count(ReadPrediction owner, ReadLabel? label, string slice)
    {
        foreach (long width in Widths)
        {
            var key = new WindowKey(owner.Model, owner.Version, slice, width, owner.Time / (width * 1000) * width * 1000);
            if (!_windows.TryGetValue(key, out var sketch)) _windows[key] = sketch = new CalibrationSketch(Grid.Default);
            sketch.AddPrediction(owner.Probability);
            if (label is not null) sketch.AddOutcome(owner.Probability, label.Outcome);
        }
    }
}
