using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Joining;

/// <summary>The rules of <c>join.identity: id</c>: the first prediction of an id owns it, and the label that it meets is used up.</summary>
internal sealed class JoinByIdOracle(MonitorOptions options, RouteTable routes) : JoinOracle.IOracle
{
    private readonly List<OldPrediction> _predictions = [];
    private readonly List<OldLabel> _labels = [];
    private readonly JoinRule[] _rules = [.. options.Models.Values.Append(options.Default).Select(m => m.Join)];
    private double? _watermark;

    public void AdvanceTo(long watermark) => _watermark = Math.Max(_watermark ?? double.MinValue, watermark);

    public IEnumerable<(int Route, long Time, double Confidence, double Weight)> ExpiredBefore(double moment) =>
        _predictions.Where(p => p.Label is null && p.Deadline < moment).Select(p => (p.Value.Route, p.Value.Time.Milliseconds, p.Value.Confidence, p.Value.Weight.Value));

    public IEnumerable<(int Addressee, long Time, bool SawOther)> ForgottenLabelsBefore(double moment) =>
        _labels.Where(l => l.Waits && l.Deadline < moment).Select(l => (0, l.Value.Time.Milliseconds, false));

    public int Pending(int route) => _predictions.Count(p => p.Label is null && !IsGone(p.Deadline) && p.Value.Route == route);

    public int WaitingLabels => _labels.Count(l => l.Waits && !IsGone(l.Deadline));

    public Answer Add(Prediction prediction)
    {
        var rule = routes[prediction.Route].Rule;
        double deadline = prediction.Time.Milliseconds + Ms(rule.Horizon) + Ms(rule.Lead) + Ms(options.OutOfOrderness);
        if (IsGone(deadline)) return Answer.Of(Arrival.Late);
        if (_predictions.Exists(p => p.Value.Id == prediction.Id && !IsGone(p.Deadline))) return Answer.Of(Arrival.Duplicate);

        var added = new OldPrediction(prediction, deadline);
        _predictions.Add(added);
        if (_labels.Find(l => l.Waits && l.Value.Id == prediction.Id && !IsGone(l.Deadline)) is not { } label) return Answer.Of(Arrival.Waiting);
        label.Waits = false;
        var meeting = Meet(added, label.Value);
        return Answer.Of(meeting.Label == Arrival.Matched ? Arrival.Matched : Arrival.Waiting, meeting);
    }

    public Answer Add(Label label)
    {
        double deadline = label.Time.Milliseconds + _rules.Max(r => Ms(r.Horizon) + Ms(r.Lead)) + Ms(options.OutOfOrderness) + _rules.Max(r => Ms(r.Lead));
        if (IsGone(deadline)) return Answer.Of(Arrival.Late);

        if (_predictions.Find(p => p.Value.Id == label.Id && !IsGone(p.Deadline)) is { } known)
        {
            var meeting = Meet(known, label);
            return Answer.Of(meeting.Label, meeting);
        }

        label = label with { Addressee = 0 };
        if (_labels.Find(l => l.Waits && l.Value.Id == label.Id && !IsGone(l.Deadline)) is not { } other)
        {
            _labels.Add(new OldLabel { Value = label, Deadline = deadline });
            return Answer.Of(Arrival.Waiting);
        }

        if (Array.Exists(_rules, r => r.Corrections == CorrectionRule.Replace) && label.Time >= other.Value.Time) (other.Value, other.Deadline) = (label, deadline);
        return Answer.Of(Arrival.Duplicate);
    }

    private Meeting Meet(OldPrediction known, Label label)
    {
        var prediction = known.Value;
        var rule = routes[prediction.Route].Rule;
        var meeting = new Meeting(prediction.Route, prediction.Time, label.Time - prediction.Time, Arrival.Orphaned);
        if (meeting.Delay < -rule.Lead || meeting.Delay > rule.Horizon) return meeting;
        if (OutcomeOf(prediction, label.Value) is not { } outcome) return meeting with { Label = Arrival.Unreadable };
        var pair = meeting with { Label = Arrival.Matched, Confidence = prediction.Confidence, Outcome = outcome, Value = label.Value, Choice = JoinOracle.ChoiceOf(prediction, label) };
        if (known.Label is not { } standing)
        {
            known.Label = label;
            return pair;
        }

        bool before = OutcomeOf(prediction, standing.Value)!.Value;
        bool says = (label.Time, outcome) != (standing.Time, before);
        if (rule.Corrections == CorrectionRule.Ignore || !says || label.Time < standing.Time) return meeting with { Label = Arrival.Duplicate };
        known.Label = label;
        return pair with { Label = Arrival.Corrected, OldOutcome = before, OldDelay = standing.Time - prediction.Time, OldChoice = JoinOracle.ChoiceOf(prediction, standing) };
    }

    private bool? OutcomeOf(Prediction prediction, LabelValue label) => JoinOracle.OutcomeOf(options, routes[prediction.Route], prediction.Confidence, label);

    private bool IsGone(double deadline) => _watermark is { } w && deadline < w;

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
