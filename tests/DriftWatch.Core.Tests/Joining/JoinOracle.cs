using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Joining;

/// <summary>The six rules, written down plainly: every record is kept for ever, every question is a search through all of them.</summary>
internal sealed class JoinOracle(MonitorOptions options, RouteTable routes)
{
    private readonly List<OldPrediction> _predictions = [];
    private readonly List<OldLabel> _labels = [];
    private readonly JoinRule[] _rules = [.. options.Models.Values.Append(options.Default).Select(m => m.Join)];
    private double? _watermark;

    public List<(int Route, long Time)> OrphanedLabels { get; } = [];

    public List<(int Route, long Time)> UnreadableLabels { get; } = [];

    public void AdvanceTo(long watermark) => _watermark = Math.Max(_watermark ?? double.MinValue, watermark);

    /// <summary>Predictions without a label whose deadline is before a moment.</summary>
    public IEnumerable<(int Route, long Time, double Confidence)> ExpiredBefore(double moment) =>
        _predictions.Where(p => p.Label is null && p.Deadline < moment).Select(p => (p.Value.Route, p.Value.Time.Milliseconds, p.Value.Confidence));

    public IEnumerable<(int Route, long Time)> ForgottenLabelsBefore(double moment) =>
        _labels.Where(l => l.Waits && l.Deadline < moment).Select(l => (-1, l.Value.Time.Milliseconds));

    public int Pending(int route) => _predictions.Count(p => p.Label is null && !IsGone(p.Deadline) && p.Value.Route == route);

    public int WaitingLabels => _labels.Count(l => l.Waits && !IsGone(l.Deadline));

    public JoinResult Add(Prediction prediction)
    {
        var rule = routes[prediction.Route].Rule;
        double deadline = prediction.Time.Milliseconds + Ms(rule.Horizon) + Ms(rule.Lead) + Ms(options.OutOfOrderness);
        if (IsGone(deadline)) return Of(Arrival.Late, prediction);
        if (_predictions.Exists(p => p.Value.Id == prediction.Id && !IsGone(p.Deadline))) return Of(Arrival.Duplicate, prediction);

        var added = new OldPrediction(prediction, deadline);
        _predictions.Add(added);
        if (_labels.Find(l => l.Waits && l.Value.Id == prediction.Id && !IsGone(l.Deadline)) is not { } label) return Of(Arrival.Waiting, prediction);

        label.Waits = false;
        double delay = label.Value.Time.Milliseconds - prediction.Time.Milliseconds;
        if (delay < -Ms(rule.Lead) || delay > Ms(rule.Horizon)) OrphanedLabels.Add((prediction.Route, label.Value.Time.Milliseconds));
        else if (OutcomeOf(prediction, label.Value.Value) is not { } outcome) UnreadableLabels.Add((prediction.Route, label.Value.Time.Milliseconds));
        else
        {
            added.Label = label.Value;
            return Of(Arrival.Matched, prediction) with { Outcome = outcome, Delay = TimeSpan.FromMilliseconds(delay) };
        }

        return Of(Arrival.Waiting, prediction);
    }

    public JoinResult Add(Label label)
    {
        double deadline = label.Time.Milliseconds + _rules.Max(r => Ms(r.Horizon) + Ms(r.Lead)) + Ms(options.OutOfOrderness) + _rules.Max(r => Ms(r.Lead));
        if (IsGone(deadline)) return new(Arrival.Late);

        if (_predictions.Find(p => p.Value.Id == label.Id && !IsGone(p.Deadline)) is { } known) return Meet(known, label);

        if (_labels.Find(l => l.Waits && l.Value.Id == label.Id && !IsGone(l.Deadline)) is { } other)
        {
            if (Array.Exists(_rules, r => r.Corrections == CorrectionRule.Replace) && label.Time >= other.Value.Time)
            {
                other.Value = label;
                other.Deadline = deadline;
            }

            return new(Arrival.Duplicate);
        }

        _labels.Add(new OldLabel { Value = label, Deadline = deadline });
        return new(Arrival.Waiting);
    }

    private JoinResult Meet(OldPrediction known, Label label)
    {
        var prediction = known.Value;
        var rule = routes[prediction.Route].Rule;
        var delay = label.Time - prediction.Time;
        if (delay < -rule.Lead || delay > rule.Horizon) return Of(Arrival.Orphaned, prediction);
        if (OutcomeOf(prediction, label.Value) is not { } outcome) return Of(Arrival.Unreadable, prediction);

        var result = Of(Arrival.Matched, prediction) with { Outcome = outcome, Delay = delay };
        if (known.Label is not { } standing)
        {
            known.Label = label;
            return result;
        }

        bool before = OutcomeOf(prediction, standing.Value)!.Value;
        bool says = (label.Time, outcome) != (standing.Time, before);
        if (rule.Corrections == CorrectionRule.Ignore || !says || label.Time < standing.Time) return Of(Arrival.Duplicate, prediction);
        known.Label = label;
        return result with { Kind = Arrival.Corrected, OldOutcome = before, OldDelay = standing.Time - prediction.Time };
    }

    private bool? OutcomeOf(Prediction prediction, LabelValue label)
    {
        var route = routes[prediction.Route];
        return (route.View, label.Kind, options.For(route.Model).PositiveLabel) switch
        {
            (View.TopLabel, LabelKind.Correctness, _) => label == LabelValue.Correct,
            (View.TopLabel, _, _) => label.Key == route.PredictedClass,
            (View.Binary, LabelKind.Correctness, _) => (label == LabelValue.Correct) == (prediction.Confidence >= 0.5),
            (View.Binary, _, { } positive) => label == LabelValue.Class(positive),
            _ => label == LabelValue.Class("1") ? true : label == LabelValue.Class("0") ? false : null,
        };
    }

    private bool IsGone(double deadline) => _watermark is { } w && deadline < w;

    private static JoinResult Of(Arrival kind, Prediction p) => new(kind, p.Route, p.Time, p.Confidence);

    private static double Ms(TimeSpan span) => span.TotalMilliseconds;

    private sealed class OldPrediction(Prediction value, double deadline)
    {
        public Prediction Value { get; } = value;

        public double Deadline { get; } = deadline;

        public Label? Label { get; set; }
    }

    private sealed class OldLabel
    {
        public Label Value { get; set; }

        public double Deadline { get; set; }

        public bool Waits { get; set; } = true;
    }
}
