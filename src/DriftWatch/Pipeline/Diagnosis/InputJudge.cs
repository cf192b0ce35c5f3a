using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>Tells from what came lately whether the input is wrong as a whole, and why most likely. Pure: it waits for nothing and remembers nothing.</summary>
/// <remarks>
/// Laws: nothing is said of what nothing came of lately; nothing is said while more than half is in order; and nothing is said to be wrong for want of joins before labels
/// must have met their predictions, unless the ids of the two sides do not even look alike. A problem that stands goes on until three quarters are in order, so that it does not flap.
/// </remarks>
internal static class InputJudge
{
    /// <summary>Fewer records than this are judged only if all of them are wrong.</summary>
    public const int Enough = 20;

    /// <summary>Fewer than this never.</summary>
    public const int Few = 5;

    /// <summary>A registry that has not answered for so long is slow enough to be told.</summary>
    private static readonly TimeSpan RegistryIsSlow = TimeSpan.FromSeconds(10);

    /// <summary>Labels without a prediction after which that is worth a note.</summary>
    private const int WorthANote = 100;

    /// <summary>Samples of a side that tell what its ids look like.</summary>
    private const int ShapesEnough = 8;

    /// <param name="signs">What came lately.</param>
    /// <param name="standing">What stood at the last look.</param>
    public static IReadOnlyList<InputProblem> Judge(InputSigns signs, IReadOnlySet<ProblemKey> standing)
    {
        List<InputProblem> problems = [];
        foreach (var topic in signs.Topics)
        {
            if (Rejected(topic, standing) is { } rejected) problems.Add(rejected);
            if (Filtered(topic) is { } filtered) problems.Add(filtered);
            if (Waiting(topic) is { } waiting) problems.Add(waiting);
            if (Late(topic, signs, standing) is { } late) problems.Add(late);
            if (topic.Part == StreamPart.Labels && NothingJoins(topic, signs) is { } apart) problems.Add(apart);
        }

        foreach (var model in signs.Models)
        {
            if (OutsideTheInterval(model, signs, standing) is { } outside) problems.Add(outside);
        }

        foreach (var model in signs.Counted)
        {
            if (Misread(model, signs) is { } misread) problems.Add(misread);
        }

        return problems;
    }

    private static bool IsMost(long wrong, long all, bool stands) =>
        wrong == all ? all >= Few : all >= Enough && (stands ? 4 * wrong > all : 2 * wrong > all);

    private static InputProblem? Rejected(TopicSnapshot topic, IReadOnlySet<ProblemKey> standing)
    {
        var key = new ProblemKey(ProblemKind.Rejected, topic.Part, topic.Topic, null);
        long rejected = topic.Rejected.Values.Sum();
        if (!IsMost(rejected, topic.Read, standing.Contains(key))) return null;
        var (reason, count) = topic.Rejected.MaxBy(entry => entry.Value);
        var advice = RejectAdvice.For(reason, topic);
        string mostly = count == rejected ? $"as {reason.Name()}" : $"{count} of them as {reason.Name()}";
        return new(key, $"{Share(rejected, topic.Read, "recent records", "record")} of topic {topic.Topic} {Were(rejected)} rejected, {mostly}.", advice.Cause, advice.Settings);
    }

    private static InputProblem? Filtered(TopicSnapshot topic)
    {
        if (topic.Read > 0 || topic.Filtered < Enough) return null;
        return new(
            new ProblemKey(ProblemKind.Filtered, topic.Part, topic.Topic, null),
            $"None of the last {topic.Filtered} records of topic {topic.Topic} meets the filter.",
            $"That is as it should be where such records are rare. If they are not, a condition is wrong ({topic.MappingSetting}.filter is {string.Join(" and ", topic.Mapping.Filter)}): compare it with the headers and the value of a record, to the letter.",
            [$"{topic.MappingSetting}.filter"]) { IsNote = true };
    }

    private static InputProblem? Waiting(TopicSnapshot topic)
    {
        if (topic.WaitingPartitions == 0 || (topic.RegistryTrouble is null && topic.Waited < RegistryIsSlow)) return null;
        return new(
            new ProblemKey(ProblemKind.SchemaRegistry, topic.Part, topic.Topic, null),
            $"The next record of {topic.WaitingPartitions} {(topic.WaitingPartitions == 1 ? "partition" : "partitions")} of topic {topic.Topic} waits for its schema. Nothing is lost: reading goes on when the registry gives it.",
            topic.RegistryTrouble ?? $"The Schema Registry has not given it for {topic.Waited.TotalSeconds:0} s.",
            ["schemaRegistry.url", "schemaRegistry.timeout"]);
    }

    private static InputProblem? Late(TopicSnapshot topic, InputSigns signs, IReadOnlySet<ProblemKey> standing)
    {
        var key = new ProblemKey(ProblemKind.Late, topic.Part, topic.Topic, null);
        if (!IsMost(topic.Late, topic.Accepted, standing.Contains(key))) return null;
        return new(
            key,
            $"{Share(topic.Late, topic.Accepted, "recent records", "record")} of topic {topic.Topic} came too late to count: the newest is {Span(topic.Behind)} behind event time.",
            $"Most likely their times are in another unit or another field than the other topics' ({RejectAdvice.TimePlace(topic)}; epoch milliseconds or RFC 3339 are read), or a clock is wrong. "
            + $"If they are right, the horizon is too short ({Durations.Format(signs.Options.Default.Join.Horizon)} by default): an id is kept for horizon + lead + monitor.outOfOrderness.",
            [.. RejectAdvice.TimeSettings(topic), "defaults.horizon", "clock"]);
    }

    private static InputProblem? NothingJoins(TopicSnapshot labels, InputSigns signs)
    {
        var predictions = signs.Topics.Where(topic => topic.Part == StreamPart.Predictions).ToList();
        // A label that came first has its prediction find it.
        bool any = labels.Met > 0 || predictions.Any(topic => topic.Met > 0);
        if (any || labels.Unmet < Enough || predictions.Sum(topic => topic.Accepted) < Enough) return null;

        var key = new ProblemKey(ProblemKind.NothingJoins, StreamPart.Labels, labels.Topic, null);
        string what = $"Predictions and labels flow and not one of the last {labels.Unmet} labels of topic {labels.Topic} has met a prediction with its id.";
        if (2 * labels.Misaddressed > labels.Unmet)
        {
            return new(
                key, what,
                $"{labels.Misaddressed} of them name a model or version ({labels.MappingSetting}.model is {labels.Mapping[FieldName.Model]}, {labels.MappingSetting}.version is {labels.Mapping[FieldName.Version]}) that has not scored the id, though others have: a label that names one joins its predictions only. "
                + "Send the names that predictions have, or none; or point the settings at fields that are not there. join.identity: id reads neither.",
                [$"{labels.MappingSetting}.model", $"{labels.MappingSetting}.version", "join.identity"]);
        }

        string idPlace = $"{labels.MappingSetting}.id is {labels.Mapping[FieldName.Id]}";
        string[] settings = [$"{labels.MappingSetting}.id", .. predictions.Select(topic => $"{topic.MappingSetting}.id").Distinct()];
        List<IdShape> ours = [.. predictions.SelectMany(topic => topic.Shapes)];
        if (TypicalShape(ours) is { } prediction && TypicalShape(labels.Shapes) is { } label && !ours.Intersect(labels.Shapes).Any())
        {
            return new(key, what, $"Ids do not match: those of predictions look like \"{prediction}\", those of labels like \"{label}\". Point both at the field that they have in common ({idPlace}).", settings);
        }

        string evicted = signs.EvictedPredictions > 0 ? $" Or predictions gave up waiting for want of room ({signs.EvictedPredictions} did): raise monitor.maxPending." : "";
        if (labels.UnmetInReach >= Enough)
        {
            return new(
                key, what,
                $"Most likely the ids of the two topics are not the same thing: compare one of each by eye ({idPlace}). Or labels take longer than the horizon: raise it.{evicted}",
                [.. settings, "defaults.horizon"]);
        }

        return labels.Unmet < WorthANote ? null : new(
            key, what,
            $"That is as it should be while labels come for predictions from before DriftWatch began to read{(signs.LabelsMeetFrom is { } until ? $", that is for labels with times up to {until}" : "")}. "
            + $"If your labels are quicker than that, the ids of the two topics are not the same thing: compare one of each by eye ({idPlace}).{evicted}",
            settings) { IsNote = true };
    }

    private static InputProblem? OutsideTheInterval(ModelPicture model, InputSigns signs, IReadOnlySet<ProblemKey> standing)
    {
        bool early = model.Early >= model.TooLate;
        var topics = signs.Topics.Where(topic => topic.Part == StreamPart.Labels).ToList();
        var key = new ProblemKey(early ? ProblemKind.LabelsEarly : ProblemKind.LabelsLate, StreamPart.Labels, topics is [var only] ? only.Topic : null, model.Model);
        long outside = model.Early + model.TooLate;
        if (outside == 0 || !IsMost(outside, model.Met, standing.Contains(key))) return null;

        var rule = signs.Options.For(model.Model).Join;
        string section = signs.Options.Models.ContainsKey(model.Model) ? $"models.{model.Model}" : "defaults";
        List<TimeSpan> offsets = [.. model.Offsets.Where(offset => offset < TimeSpan.Zero == early)];
        string range = Range([.. offsets.Select(offset => offset.Duration()).Order()]);
        string what = $"{Share(outside, model.Met, "recent labels", "label")} of model {model.Model} {(outside == 1 ? "is" : "are")} lost: {(early ? "they carry times before their predictions" : "they carry times after their predictions")}{range}; "
            + (early ? $"lead is {Durations.Format(rule.Lead)}." : $"horizon is {Durations.Format(rule.Horizon)}.");
        string anew = "A state that was made with another value is refused: start once with --reset-state.";
        string[] times = [.. topics.SelectMany(RejectAdvice.TimeSettings).Distinct()];
        if (Zone(offsets) is { } zone)
        {
            return new(key, what, $"All are {Span(zone)} off, as local times are that are written as if they were UTC: mend the times where they are written, or read another field ({Places(topics)}).", [.. times, "clock"]);
        }

        var furthest = offsets.Count == 0 ? TimeSpan.Zero : (early ? offsets[0] : offsets[^1]).Duration();
        if (early && furthest <= LongestLead)
        {
            return new(
                key, what,
                $"Most likely two clocks disagree, or predictions are logged late: set {section}.lead to {Durations.Format(RoundUp(furthest))}, or correct the clock. {anew}",
                [$"{section}.lead", "clock"]);
        }

        return early
            ? new(key, what, $"That is more than clocks disagree: most likely the times of labels are in another unit, or another field is meant ({Places(topics)}).", [.. times, "clock"])
            : new(key, what, $"Labels of this model take longer than they are waited for: set {section}.horizon to more than {Durations.Format(RoundUp(furthest))}. {anew}", [$"{section}.horizon", .. times]);
    }

    /// <summary>Counts of all time, so a note: it stands until the configuration names both labels, and nobody is called for a slip of long ago.</summary>
    private static InputProblem? Misread(ModelSnapshot model, InputSigns signs)
    {
        if (model.Undeclared is not { Doubt: { } doubt } labels) return null;
        string section = signs.Options.SectionOf(model.Model);
        return new(
            new ProblemKey(ProblemKind.LabelSpelling, StreamPart.Labels, null, model.Model),
            $"Labels of model {model.Model} counted as negative that look otherwise: {doubt}. Seen as negative: {labels.Summary}; as positive: {labels.Positive} {labels.Positives}.",
            $"{section}.positiveLabel alone is set, so every other label is a negative. Send one spelling, and null where there is no label; or name the negative label with {section}.negativeLabel: what is neither is then refused. A state that was made without it is refused: start once with --reset-state.",
            [$"{section}.positiveLabel", $"{section}.negativeLabel"]) { IsNote = true };
    }

    /// <summary>Past this, a lead would hide what is wrong.</summary>
    private static readonly TimeSpan LongestLead = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan[] Round = [.. new[] { 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 2 * 3600, 6 * 3600, 12 * 3600 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>A round duration with some room above.</summary>
    private static TimeSpan RoundUp(TimeSpan span) =>
        Round.FirstOrDefault(round => round >= 1.5 * span, TimeSpan.FromDays(Math.Ceiling(1.5 * span.TotalDays)));

    /// <summary>The whole half hours that all are off by, within a minute; null if they are not.</summary>
    private static TimeSpan? Zone(List<TimeSpan> offsets)
    {
        if (offsets.Count < Few) return null;
        var half = TimeSpan.FromMinutes(30);
        var zone = half * Math.Round(offsets[offsets.Count / 2] / half);
        bool all = offsets.TrueForAll(offset => (offset - zone).Duration() <= TimeSpan.FromMinutes(1));
        return all && zone != TimeSpan.Zero && zone.Duration() <= TimeSpan.FromHours(14) ? zone.Duration() : null;
    }

    private static IdShape? TypicalShape(IReadOnlyList<IdShape> shapes)
    {
        if (shapes.Count < ShapesEnough) return null;
        var typical = shapes.GroupBy(shape => shape).MaxBy(group => group.Count())!;
        return 10 * typical.Count() >= 9 * shapes.Count ? typical.Key : null;
    }

    private static string Range(List<TimeSpan> by) =>
        by.Count == 0 ? "" : by[0] == by[^1] ? $", by {Span(by[0])}" : $", by {Span(by[0])} to {Span(by[^1])} (median {Span(by[by.Count / 2])})";

    private static string Places(IEnumerable<TopicSnapshot> topics) => string.Join("; ", topics.Select(RejectAdvice.TimePlace).Distinct());

    private static string Share(long wrong, long all, string many, string one) => wrong == all ? all == 1 ? $"The only recent {one}" : $"All {all} {many}" : $"{wrong} of {all} {many}";

    private static string Were(long count) => count == 1 ? "was" : "were";

    /// <summary>How long, without its sign: <c>0.2 s</c>, <c>3 min</c>, <c>56 years</c>.</summary>
    private static string Span(TimeSpan span) => span.Duration() switch
    {
        { TotalSeconds: < 100 } s => $"{s.TotalSeconds:0.###} s",
        { TotalDays: >= 730 } s => $"{s.TotalDays / 365.25:0} years",
        var s => Durations.About(s),
    };
}
