using DriftWatch.Core.Agreement;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Joining;

/// <summary>The rules, written down plainly: every record is kept for ever, every question is a search through all of them.</summary>
internal sealed class JoinOracle(MonitorOptions options, RouteTable routes) : JoinOracle.IOracle
{
    private readonly List<OldPrediction> _predictions = [];
    private readonly List<OldLabel> _labels = [];
    private readonly JoinRule[] _rules = [.. options.Models.Values.Append(options.Default).Select(m => m.Join)];
    private double? _watermark;

    /// <summary>An executable model of the join under one meaning of <c>join.identity</c>.</summary>
    internal interface IOracle
    {
        int WaitingLabels { get; }

        void AdvanceTo(long watermark);

        Answer Add(Prediction prediction);

        Answer Add(Label label);

        /// <summary>Predictions without a label whose deadline is before a moment.</summary>
        IEnumerable<(int Route, long Time, double Confidence, double Weight)> ExpiredBefore(double moment);

        /// <summary>Labels without a prediction whose deadline is before a moment.</summary>
        IEnumerable<(int Addressee, long Time, bool SawOther)> ForgottenLabelsBefore(double moment);

        int Pending(int route);

        /// <summary>What is said of all predictions that anything is said of, by route.</summary>
        IEnumerable<(int Route, Verdicts Said)> Said() => [];
    }

    public int WaitingLabels => _labels.Count(l => !l.Met && !IsGone(l.Deadline));

    public void AdvanceTo(long watermark) => _watermark = Math.Max(_watermark ?? double.MinValue, watermark);

    public IEnumerable<(int Route, long Time, double Confidence, double Weight)> ExpiredBefore(double moment) =>
        _predictions.Where(p => p.Label is null && p.Deadline < moment).Select(p => (p.Value.Route, p.Value.Time.Milliseconds, p.Value.Confidence, p.Value.Weight.Value));

    public IEnumerable<(int Addressee, long Time, bool SawOther)> ForgottenLabelsBefore(double moment) =>
        _labels.Where(l => !l.Met && l.Deadline < moment).Select(l => (l.Value.Addressee, l.Value.Time.Milliseconds, l.SawOther));

    public int Pending(int route) => _predictions.Count(p => p.Label is null && !IsGone(p.Deadline) && p.Value.Route == route);

    public Answer Add(Prediction prediction)
    {
        var rule = routes[prediction.Route].Rule;
        double deadline = prediction.Time.Milliseconds + Ms(rule.Horizon) + Ms(rule.Lead) + Ms(options.OutOfOrderness);
        if (IsGone(deadline)) return Answer.Of(Arrival.Late);
        if (_predictions.Exists(p => p.Value.Id == prediction.Id && !IsGone(p.Deadline) && SameModelAndVersion(p.Value.Route, prediction.Route))) return Answer.Of(Arrival.Duplicate);

        // It has met every label that is kept, one after the other in their order.
        var added = new OldPrediction(prediction, deadline);
        List<Meeting> meetings = [];
        foreach (var label in _labels.Where(l => l.Value.Id == prediction.Id && !IsGone(l.Deadline)))
        {
            if (!Addresses(label.Value, prediction.Route)) label.SawOther = true;
            else
            {
                var meeting = Meet(added, label.Value);
                label.Met = true;
                if (meeting.Label is Arrival.Orphaned or Arrival.Unreadable) meetings.Add(meeting);
            }
        }

        // What counts is the label that stands in the end.
        if (added.Label is { } standing) meetings.Add(Pair(prediction, standing) with { Label = Arrival.Matched });
        _predictions.Add(added);
        return Answer.Of(added.Label is null ? Arrival.Waiting : Arrival.Matched, meetings);
    }

    public Answer Add(Label label)
    {
        double deadline = label.Time.Milliseconds + _rules.Max(r => Ms(r.Horizon) + Ms(r.Lead)) + Ms(options.OutOfOrderness) + _rules.Max(r => Ms(r.Lead));
        if (IsGone(deadline)) return Answer.Of(Arrival.Late);
        if (IsCopy(label)) return Answer.Of(Arrival.Duplicate);

        var kept = new OldLabel(label, deadline);
        _labels.Add(kept);
        List<Meeting> meetings = [];
        foreach (var known in _predictions.Where(p => p.Value.Id == label.Id && !IsGone(p.Deadline)))
        {
            if (Addresses(label, known.Value.Route)) meetings.Add(Meet(known, label));
            else kept.SawOther = true;
        }

        kept.Met = meetings.Count > 0;
        Arrival[] best = [Arrival.Matched, Arrival.Corrected, Arrival.Duplicate, Arrival.Unreadable, Arrival.Orphaned];
        return Answer.Of(kept.Met ? best.First(fate => meetings.Exists(m => m.Label == fate)) : Arrival.Waiting, meetings);
    }

    // Where labels are replaced, the same label again after another of the same time is news.
    private bool IsCopy(Label label)
    {
        var same = _labels.Where(l => l.Value.Id == label.Id && l.Value.Time == label.Time && !IsGone(l.Deadline)).Select(l => l.Value).ToList();
        return Array.Exists(_rules, r => r.Corrections == CorrectionRule.Replace) ? same.Count > 0 && same[^1] == label : same.Contains(label);
    }

    private Meeting Meet(OldPrediction known, Label label)
    {
        var prediction = known.Value;
        var rule = routes[prediction.Route].Rule;
        var meeting = new Meeting(prediction.Route, prediction.Time, label.Time - prediction.Time, Arrival.Orphaned);
        if (meeting.Delay < -rule.Lead || meeting.Delay > rule.Horizon) return meeting;
        if (OutcomeOf(prediction, label.Value) is not { } outcome) return meeting with { Label = Arrival.Unreadable };
        known.Labels.Add(label);
        if (known.Label is not { } standing)
        {
            known.Label = label;
            return Pair(prediction, label) with { Label = Arrival.Matched };
        }

        bool before = OutcomeOf(prediction, standing.Value)!.Value;
        bool says = (label.Time, outcome) != (standing.Time, before);
        bool newer = rule.Corrections == CorrectionRule.Replace && says && label.Time >= standing.Time;
        int trust = Trust(rule, label).CompareTo(Trust(rule, standing));
        if (trust < 0 || (trust == 0 && !newer)) return meeting with { Label = Arrival.Duplicate };
        known.Label = label;
        return Pair(prediction, label) with { Label = Arrival.Corrected, OldOutcome = before, OldDelay = standing.Time - prediction.Time, OldChoice = ChoiceOf(prediction, standing) };
    }

    /// <summary>What is said of all predictions that anything is said of, by route.</summary>
    public IEnumerable<(int Route, Verdicts Said)> Said() => _predictions
        .Where(p => p.Labels.Count > 0 && routes[p.Value.Route].Rule.Sources.Count > 0)
        .Select(p => (p.Value.Route, p.Labels.GroupBy(l => -Trust(routes[p.Value.Route].Rule, l)).Aggregate(default(Verdicts), (said, of) => said.With(of.Key, OutcomeOf(p.Value, Standing(p, of).Value)!.Value))));

    private Label Standing(OldPrediction p, IEnumerable<Label> ofOneSource) =>
        routes[p.Value.Route].Rule.Corrections == CorrectionRule.Ignore ? ofOneSource.First() : ofOneSource.Aggregate((standing, next) => next.Time >= standing.Time ? next : standing);

    // The first source of the list is trusted most; what is not in it, least.
    private int Trust(JoinRule rule, Label label)
    {
        int place = label.Source <= SourceNames.Unknown ? -1 : rule.Sources.Select(source => source.Name).ToList().IndexOf(routes.Sources!.Names[label.Source - SourceNames.Unknown - 1]);
        return place < 0 ? -rule.Sources.Count : -place;
    }

    private Meeting Pair(Prediction p, Label label) => new(p.Route, p.Time, label.Time - p.Time, default, p.Confidence, OutcomeOf(p, label.Value)!.Value, Value: label.Value, Choice: ChoiceOf(p, label));

    /// <summary>What the label says of its probability counts before what the prediction said.</summary>
    public static LabelChoice ChoiceOf(Prediction prediction, Label label) => new(label.Weight.IsStated ? label.Weight : prediction.Weight, prediction.Weight.IsMore);

    private bool SameModelAndVersion(int one, int other) => (routes[one].Model, routes[one].Version) == (routes[other].Model, routes[other].Version);

    private bool Addresses(Label label, int route) =>
        label.Addressee == 0 || (routes.Addressees[label.Addressee] is var (model, version) && model == routes[route].Model && (version is null || version == routes[route].Version));

    private bool? OutcomeOf(Prediction prediction, LabelValue label) => OutcomeOf(options, routes[prediction.Route], prediction.Confidence, label);

    /// <summary>Whether the event came true; null if the label cannot be read for the route.</summary>
    public static bool? OutcomeOf(MonitorOptions options, Route route, double confidence, LabelValue label) =>
        (route.View, label.Kind, options.For(route.Model).PositiveLabel) switch
        {
            (View.TopLabel, LabelKind.Correctness, _) => label == LabelValue.Correct,
            (View.TopLabel, _, _) => label.Key == route.PredictedClass,
            (View.Binary, LabelKind.Correctness, _) => (label == LabelValue.Correct) == (confidence >= 0.5),
            (View.Binary, _, { } positive) => label == LabelValue.Class(positive),
            _ => label == LabelValue.Class("1") ? true : label == LabelValue.Class("0") ? false : null,
        };

    private bool IsGone(double deadline) => _watermark is { } w && deadline < w;

    private static double Ms(TimeSpan span) => span.TotalMilliseconds;

    private sealed class OldPrediction(Prediction value, double deadline)
    {
        public Prediction Value { get; } = value;

        public double Deadline { get; } = deadline;

        public Label? Label { get; set; }

        /// <summary>All that it could have been joined with.</summary>
        public List<Label> Labels { get; } = [];
    }

    private sealed class OldLabel(Label value, double deadline)
    {
        public Label Value { get; } = value;

        public double Deadline { get; } = deadline;

        /// <summary>Whether it has met a prediction that it addresses.</summary>
        public bool Met { get; set; }

        public bool SawOther { get; set; }
    }
}

/// <summary>What a record did: what became of it, and whom it met, in no order.</summary>
internal sealed record Answer(Arrival Kind, string Meetings)
{
    public static Answer Of(Arrival kind, params IEnumerable<Meeting> meetings) =>
        new(kind, string.Join('\n', meetings.OrderBy(m => m.Route).ThenBy(m => m.Label).ThenBy(m => m.Delay).ThenBy(m => m.PredictionTime)));
}
