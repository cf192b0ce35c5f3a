using DriftWatch.Core.Input;
using DriftWatch.Options;

namespace DriftWatch.Inspection;

/// <summary>Where the fields of one topic's records most likely are.</summary>
internal sealed class PartGuess
{
    private const double NearlyAll = 0.95;

    /// <summary>More values than that name no model, class or slice.</summary>
    private const int FewValues = 100;

    private readonly Dictionary<FieldName, SeenField> _fields = [];

    private PartGuess(Sample sample, FieldCensus census)
    {
        (Sample, Census) = (sample, census);
    }

    public Sample Sample { get; }

    public FieldCensus Census { get; }

    public IReadOnlyDictionary<FieldName, SeenField> Fields => _fields;

    /// <summary>What a number in the time's place counts; null: milliseconds, or RFC 3339.</summary>
    public TimestampUnit? Unit { get; private set; }

    /// <summary>Whether event time has to be Kafka's, for want of any in the records.</summary>
    public bool TimeFromKafka { get; private set; }

    /// <summary>The model of records that name none: the topic.</summary>
    public string? DefaultModel { get; private set; }

    /// <summary>What stands in the way, or may be meant, in sentences.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The preset whose producer wrote the records; null: none is known, and the fields were looked for one by one.</summary>
    public string? Preset { get; private set; }

    /// <summary>The mapping that reads the sample.</summary>
    public FieldMapping Mapping
    {
        get
        {
            if (Preset is { } preset) return Presets.Find(preset)!.Mapping with { Preset = preset };
            var mapping = new FieldMapping { TimeFrom = TimeFromKafka ? TimeSource.Kafka : TimeSource.Payload, TimestampUnit = Unit, DefaultModel = DefaultModel };
            return _fields.Aggregate(mapping, (sum, found) => sum.With(found.Key, found.Value.Place));
        }
    }

    /// <summary>Guesses where the fields of predictions and of labels are: ids so that they meet.</summary>
    public static (PartGuess Predictions, PartGuess Labels) Of(Sample predictions, Sample labels)
    {
        var plain = Of(predictions, labels, null, null);
        var (ofPredictions, ofLabels) = (PresetFit.Of(predictions)?.Name, PresetFit.Of(labels)?.Name);
        if (ofPredictions is null && ofLabels is null) return plain;
        var known = Of(predictions, labels, ofPredictions, ofLabels);
        // The id of an envelope is not always the one that labels name.
        return MetBy(plain) > MetBy(known) ? plain : known;
    }

    private static int MetBy((PartGuess Predictions, PartGuess Labels) guess) => JoinTrial.Of(guess.Predictions, guess.Labels, Core.Time.EventTime.Latest).Met;

    private static (PartGuess Predictions, PartGuess Labels) Of(Sample predictions, Sample labels, string? ofPredictions, string? ofLabels)
    {
        var left = new PartGuess(predictions, FieldCensus.Of(predictions.Records)) { Preset = ofPredictions };
        var right = new PartGuess(labels, FieldCensus.Of(labels.Records)) { Preset = ofLabels };
        PartGuess[] unknown = [.. new[] { left, right }.Where(guess => guess.Preset is null)];
        foreach (var guess in unknown) guess.GuessTime();
        if (unknown is [var only]) only.GuessId([.. only.IdCandidates(distinct: only == left)]);
        else if (unknown.Length == 2) GuessIds(left, right);
        if (left.Preset is null)
        {
            left.GuessClaim();
            left.GuessOthers();
        }

        if (right.Preset is null) right.GuessLabel();
        return (left, right);
    }

    private IEnumerable<SeenField> Free => Census.Fields.Where(seen => !_fields.ContainsValue(seen));

    private bool IsComplete(SeenField field) => field.Seen >= NearlyAll * Census.Records;

    private void GuessTime()
    {
        var best = Census.Fields.Where(field => IsComplete(field) && field.Time is not null)
            .MaxBy(field => FieldHints.Fit(FieldName.Timestamp, field) - (field.Place.StartsWith('/') ? 0 : 0.01));
        if (best is null)
        {
            TimeFromKafka = Sample.IsTopic && Sample.Records.Any(record => record.Timestamp >= 0);
            if (Census.Records > 0) Notes.Add(TimeFromKafka ? "no field holds a time in all records: Kafka's timestamp is taken, which is when the record was sent" : "no field holds a time in all records");
            return;
        }

        _fields[FieldName.Timestamp] = best;
        if (best.Time is { Unit: { } unit } && unit != TimestampUnit.Milliseconds) Unit = unit;
    }

    private static void GuessIds(PartGuess predictions, PartGuess labels)
    {
        List<SeenField> ours = [.. predictions.IdCandidates(distinct: true)], theirs = [.. labels.IdCandidates(distinct: false)];
        // Where no id stands alone: champion and shadow, or two models, score the same requests.
        if ((MostInCommon(ours, theirs) ?? MostInCommon([.. predictions.IdCandidates(distinct: false).Where(field => field.IsEvenlyRepeated)], theirs)) is { } pair)
        {
            (predictions._fields[FieldName.Id], labels._fields[FieldName.Id]) = pair;
            return;
        }

        predictions.GuessId(ours);
        labels.GuessId(theirs);
    }

    private static (SeenField Prediction, SeenField Label)? MostInCommon(List<SeenField> ours, List<SeenField> theirs) =>
        (from p in ours
         from l in theirs
         let common = p.Values.Count < l.Values.Count ? p.Values.Keys.Count(l.Values.ContainsKey) : l.Values.Keys.Count(p.Values.ContainsKey)
         let share = (double)common / Math.Min(p.Values.Count, l.Values.Count)
         where common >= 3
         orderby share + (0.5 * (FieldHints.Fit(FieldName.Id, p) + FieldHints.Fit(FieldName.Id, l))) descending
         select ((SeenField, SeenField)?)(p, l)).FirstOrDefault();

    private void GuessId(IReadOnlyList<SeenField> candidates)
    {
        var best = candidates.Where(field => FieldHints.Fit(FieldName.Id, field) > 0).MaxBy(field => FieldHints.Fit(FieldName.Id, field)) ?? candidates.FirstOrDefault(field => field.Texts > 0 && field.IsDistinct);
        if (best is not null) _fields[FieldName.Id] = best;
        else if (Census.Records > 0) Notes.Add("no field looks like an id: one that is another in every record, and the same in both topics");
    }

    private IEnumerable<SeenField> IdCandidates(bool distinct) => Free.Where(field =>
        IsComplete(field) && field.IsScalar && field.Booleans == 0 && field.Fractions == 0 && field.Values.Count >= 3 && (!distinct || field.IsDistinct) && (field.Time is null || FieldHints.Fit(FieldName.Id, field) > 0));

    private void GuessClaim()
    {
        if (Best(FieldName.Probabilities, field => field.Vectors >= NearlyAll * field.Seen && field.Seen > 0, needsName: false) is { } vector)
        {
            Take(FieldName.Probabilities, vector);
            return;
        }

        var predicted = Best(FieldName.Predicted, field => field.IsScalar && field.Fractions == 0 && field.Values.Count is >= 2 and <= FewValues && !IsBinary(field), needsName: true);
        if (predicted is not null && Best(FieldName.Confidence, field => field != predicted && field.IsUnitInterval, needsName: false) is { } confidence)
        {
            Take(FieldName.Predicted, predicted);
            Take(FieldName.Confidence, confidence);
            return;
        }

        if (Best(FieldName.Probability, field => field.IsUnitInterval, needsName: false) is { } probability)
        {
            Take(FieldName.Probability, probability);
            return;
        }

        if (Census.Records == 0) return;
        var named = Free.Where(field => field.Numbers > 0).MaxBy(field => FieldHints.Fit(FieldName.Probability, field));
        if (named is null || FieldHints.Fit(FieldName.Probability, named) == 0) Notes.Add("no field holds probabilities (numbers from 0 to 1): DriftWatch judges the probabilities that classifiers give, not regressions, rankings or texts");
        else if (named is { Least: >= 0, Most: > 1 and <= 100 }) Notes.Add($"{named.Place} looks like percentages ({named.Least:0.##} to {named.Most:0.##}): send probabilities from 0 to 1");
        else if (named.Most <= 0) Notes.Add($"{named.Place} looks like log probabilities ({named.Least:0.##} to {named.Most:0.##}): send their exponentials, from 0 to 1");
        else Notes.Add($"{named.Place} looks like scores ({named.Least:0.##} to {named.Most:0.##}): send probabilities from 0 to 1, after the sigmoid or softmax");
    }

    private void GuessOthers()
    {
        bool IsName(SeenField field) => field.IsScalar && field.Fractions == 0 && field.Values.Count <= FewValues && IsComplete(field);
        if (Best(FieldName.Model, IsName, needsName: true) is { } model) Take(FieldName.Model, model);
        else if (Census.Records > 0) DefaultModel = Path.GetFileName(Sample.Name).Split('.')[0];
        if (Best(FieldName.Version, field => field.IsScalar && field.Values.Count <= FewValues && IsComplete(field), needsName: true) is { } version) Take(FieldName.Version, version);
        if (Best(FieldName.Slices, field => field.FlatObjects >= NearlyAll * field.Seen && field.Place.StartsWith('/'), needsName: true) is { } slices) Take(FieldName.Slices, slices);
        if (Best(FieldName.Latency, field => field.Numbers >= NearlyAll * field.Seen && field.Least >= 0 && field.Seen > 0, needsName: true) is { } latency) Take(FieldName.Latency, latency);
        foreach (var rows in Census.Fields.Where(field => field.RowArrays > 0)) Notes.Add($"{rows.Place} is an array of objects: if each is a prediction, set rows: {rows.Place}, and row/… for its fields");
    }

    private void GuessLabel()
    {
        bool IsClass(SeenField field) => field.IsScalar && field.Fractions == 0 && field.Values.Count is >= 1 and <= FewValues && field.Time is null;
        if (Best(FieldName.Label, IsClass, needsName: true) is { } named) Take(FieldName.Label, named);
        else if (Best(FieldName.Correct, IsBinary, needsName: true) is { } correct) Take(FieldName.Correct, correct);
        else if (Free.Where(field => IsComplete(field) && IsClass(field) && field.Values.Count >= 2).ToList() is [var only]) Take(FieldName.Label, only);
        else if (Census.Records > 0) Notes.Add("no field looks like a label: the class that came true, or whether the prediction was right");
    }

    private SeenField? Best(FieldName field, Func<SeenField, bool> fits, bool needsName)
    {
        List<SeenField> fitting = [.. Free.Where(seen => fits(seen) && seen.Seen > 0)];
        var best = fitting.OrderByDescending(seen => FieldHints.Fit(field, seen)).ThenByDescending(seen => seen.Seen).FirstOrDefault();
        if (best is null) return null;
        return FieldHints.Fit(field, best) > 0 || (!needsName && fitting.Count == 1) ? best : null;
    }

    private void Take(FieldName field, SeenField seen) => _fields[field] = seen;

    private static bool IsBinary(SeenField field) => field.Booleans == field.Seen || (field.Numbers == field.Seen && field.Values.Keys.All(value => value is "0" or "1"));
}
