using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>What may be said of recent input, and what may not.</summary>
public sealed class InputJudgeTests
{
    private static readonly HashSet<ProblemKey> Nothing = [];

    [Fact]
    public void Quiet_topics_say_nothing()
    {
        Assert.Empty(InputJudge.Judge(new InputSigns(), Nothing));
        Assert.Empty(Judge(Predictions(0), Labels(0)));
        Assert.Empty(Judge(Predictions(0) with { Read = 4, Rejected = Of(RejectReason.Malformed, 4) }, Labels(0)));
    }

    [Theory]
    [InlineData(10, 2000)]
    [InlineData(1000, 2000)]
    [InlineData(10, 19)]
    public void A_part_that_is_rejected_is_no_problem_of_the_whole(long rejected, long read) =>
        Assert.Empty(Judge(Predictions(read) with { Rejected = Of(RejectReason.ProbabilityRange, rejected), Accepted = read - rejected }, Labels(0)));

    [Theory]
    [InlineData(5, 5)]
    [InlineData(11, 20)]
    [InlineData(1001, 2000)]
    public void Most_rejected_is_a_problem(long rejected, long read)
    {
        var problem = Assert.Single(Judge(Predictions(read) with { Rejected = Of(RejectReason.ProbabilityRange, rejected), Accepted = read - rejected }, Labels(0)));

        Assert.Equal(new ProblemKey(ProblemKind.Rejected, StreamPart.Predictions, "predictions", null), problem.Key);
        Assert.Contains("probability_range", problem.What);
        Assert.Contains("input.predictions.probability", problem.Settings);
        Assert.False(problem.IsNote);
    }

    [Fact]
    public void Records_that_wait_for_a_schema_are_told_at_once_with_the_cause_and_after_a_while_without_one()
    {
        var waiting = Predictions(0) with { WaitingPartitions = 2, Waited = TimeSpan.FromSeconds(2) };
        Assert.Empty(Judge(waiting, Labels(0)));
        Assert.Equal("The Schema Registry has not given it for 11 s.", Assert.Single(Judge(waiting with { Waited = TimeSpan.FromSeconds(11) }, Labels(0))).Cause);

        var problem = Assert.Single(Judge(waiting with { RegistryTrouble = "It is down." }, Labels(0)));

        Assert.Equal(new ProblemKey(ProblemKind.SchemaRegistry, StreamPart.Predictions, "predictions", null), problem.Key);
        Assert.Equal("The next record of 2 partitions of topic predictions waits for its schema. Nothing is lost: reading goes on when the registry gives it.", problem.What);
        Assert.Equal(("It is down.", false), (problem.Cause, problem.IsNote));
        Assert.Empty(Judge(Predictions(0) with { RegistryTrouble = "It is down." }, Labels(0)));
    }

    [Fact]
    public void A_filter_that_nothing_passes_is_a_note_and_one_that_lets_anything_pass_is_not()
    {
        var mapping = new FieldMapping { Filter = [RecordFilter.Of("header:ce_type = respones")] };
        var note = Assert.Single(Judge(Predictions(0) with { Filtered = 50, Mapping = mapping, MappingSetting = "input.predictions" }, Labels(0)));

        Assert.Equal(new ProblemKey(ProblemKind.Filtered, StreamPart.Predictions, "predictions", null), note.Key);
        Assert.True(note.IsNote);
        Assert.Contains("input.predictions.filter is header:ce_type = respones", note.Cause);
        Assert.Equal(["input.predictions.filter"], note.Settings);
        Assert.Empty(Judge(Predictions(1) with { Filtered = 5000, Mapping = mapping }, Labels(0)));
        Assert.Empty(Judge(Predictions(0) with { Filtered = 19, Mapping = mapping }, Labels(0)));
    }

    [Fact]
    public void The_most_frequent_reason_gives_the_advice()
    {
        var topic = Labels(100) with { Accepted = 0, Rejected = new Dictionary<RejectReason, long> { [RejectReason.Malformed] = 3, [RejectReason.MissingLabel] = 97 } };

        var problem = Assert.Single(Judge(Predictions(0), topic));

        Assert.Equal("All 100 recent records of topic labels were rejected, 97 of them as missing_label.", problem.What);
        Assert.Equal(RejectAdvice.For(RejectReason.MissingLabel, topic).Cause, problem.Cause);
    }

    [Fact]
    public void Labels_that_name_a_model_which_has_not_scored_their_ids_are_told_so()
    {
        var problem = Assert.Single(Judge(Predictions(5000), Labels(5000) with { Unmet = 5000, Misaddressed = 4900 }));

        Assert.Contains("4900 of them name a model or version (input.labels.model is /model, input.labels.version is /version) that has not scored the id", problem.Cause);
        Assert.Equal(["input.labels.model", "input.labels.version", "join.identity"], problem.Settings);
    }

    [Fact]
    public void A_problem_stands_until_three_quarters_are_in_order()
    {
        var key = new ProblemKey(ProblemKind.Rejected, StreamPart.Labels, "labels", null);
        foreach (var (rejected, stands) in new[] { (60, true), (40, true), (26, true), (25, false), (0, false) })
        {
            var topic = Labels(100) with { Rejected = Of(RejectReason.Encoding, rejected), Accepted = 100 - rejected, Met = 100 - rejected };
            Assert.Equal(stands, InputJudge.Judge(Signs(Predictions(50), topic), new HashSet<ProblemKey> { key }).Count > 0);
        }
    }

    [Fact]
    public void Labels_of_predictions_from_before_the_start_are_not_called_broken_before_they_could_have_met_any()
    {
        // Days late, ids of one kind, none has met anything, and none is in reach yet.
        var problems = Judge(Predictions(5000), Labels(5000) with { Unmet = 5000, UnmetInReach = 0 });

        var note = Assert.Single(problems);
        Assert.True(note.IsNote);
        Assert.Contains("That is as it should be while", note.Cause);
        Assert.Empty(Judge(Predictions(5000), Labels(60) with { Unmet = 60 }));
    }

    [Fact]
    public void Nothing_that_joins_in_reach_of_the_horizon_is_a_problem()
    {
        var labels = Labels(500) with { Unmet = 500, UnmetInReach = 20 };
        var problem = Assert.Single(Judge(Predictions(20), labels));

        Assert.Equal((ProblemKind.NothingJoins, false), (problem.Key.Kind, problem.IsNote));
        Assert.Contains("input.labels.id is /id", problem.Cause);
        Assert.Equal(["input.labels.id", "input.predictions.id", "defaults.horizon"], problem.Settings);
        Assert.Empty(Judge(Predictions(19), labels));
        Assert.Empty(Judge(Predictions(500), labels with { Met = 1 }));
        Assert.Empty(Judge(Predictions(500) with { Met = 1 }, labels));
    }

    [Fact]
    public void Evicted_predictions_are_named_as_a_cause()
    {
        var signs = Signs(Predictions(500), Labels(500) with { Unmet = 500, UnmetInReach = 500 }) with { EvictedPredictions = 70 };
        Assert.Contains("monitor.maxPending", Assert.Single(InputJudge.Judge(signs, Nothing)).Cause);
    }

    [Fact]
    public void Ids_that_do_not_look_alike_need_no_waiting()
    {
        var labels = Labels(30) with { Unmet = 30, Shapes = Shapes("user:", 20) };
        var problem = Assert.Single(Judge(Predictions(100) with { Shapes = Shapes("order-", 40) }, labels));

        Assert.False(problem.IsNote);
        Assert.Contains("predictions look like \"letters-digits\", those of labels like \"letters:digits\"", problem.Cause);
        // Too few samples, a shape in common, no typical shape: nothing is claimed.
        Assert.Empty(Judge(Predictions(100) with { Shapes = Shapes("order-", 7) }, labels));
        Assert.Empty(Judge(Predictions(100) with { Shapes = [.. Shapes("order-", 40), .. Shapes("user:", 1)] }, labels));
        Assert.Empty(Judge(Predictions(100) with { Shapes = [.. Shapes("order-", 20), .. Shapes("x.", 20)] }, labels));
    }

    [Fact]
    public void Labels_a_little_before_their_predictions_name_the_lead_that_would_do()
    {
        var problem = Assert.Single(Judge(Early(1200, 1200, -0.2), TimeSpan.Zero));

        Assert.Equal(new ProblemKey(ProblemKind.LabelsEarly, StreamPart.Labels, "labels", "fraud"), problem.Key);
        Assert.Equal("All 1200 recent labels of model fraud are lost: they carry times before their predictions, by 0.2 s; lead is 0s.", problem.What);
        Assert.Contains("set models.fraud.lead to 1s, or correct the clock", problem.Cause);
        Assert.Equal(["models.fraud.lead", "clock"], problem.Settings);
    }

    [Fact]
    public void A_model_without_settings_of_its_own_is_sent_to_the_defaults() =>
        Assert.Equal("defaults.lead", Assert.Single(Judge(Early(40, 40, -7) with { Model = "other" }, TimeSpan.FromSeconds(5))).Settings[0]);

    [Theory]
    [InlineData(500, 1000)]
    [InlineData(15, 19)]
    [InlineData(4, 4)]
    [InlineData(0, 0)]
    public void Some_labels_outside_are_no_problem_of_the_whole(long early, long met) => Assert.Empty(Judge(Early(early, met, -0.2), TimeSpan.Zero));

    [Fact]
    public void What_no_clock_is_off_by_is_not_answered_with_a_lead()
    {
        var hours = Assert.Single(Judge(Early(1200, 1200, -7200.3), TimeSpan.FromSeconds(5)));
        Assert.Contains("All are 2 h off, as local times are", hours.Cause);
        Assert.DoesNotContain(".lead", string.Join(' ', hours.Settings));

        var days = Assert.Single(Judge(Early(1200, 1200, -3_000_017), TimeSpan.FromSeconds(5)));
        Assert.Contains("another unit, or another field", days.Cause);
        Assert.Contains("input.labels.timestamp", days.Settings);
    }

    [Fact]
    public void Labels_after_the_horizon_name_the_horizon_that_would_do()
    {
        var model = new ModelPicture("fraud") { Met = 100, TooLate = 90, Offsets = [.. Enumerable.Range(0, 90).Select(i => TimeSpan.FromSeconds(86_400 + (i * 7)))] };

        var problem = Assert.Single(Judge(model, TimeSpan.Zero));

        Assert.Equal(ProblemKind.LabelsLate, problem.Key.Kind);
        Assert.Equal("90 of 100 recent labels of model fraud are lost: they carry times after their predictions, by 1 d to 1 d (median 1 d); horizon is 1d.", problem.What);
        Assert.Contains("set models.fraud.horizon to more than 2d", problem.Cause);
    }

    [Fact]
    public void Records_behind_event_time_name_unit_and_horizon()
    {
        var problem = Assert.Single(Judge(Predictions(50), Labels(50) with { Late = 40, Met = 10, Behind = TimeSpan.FromDays(20_600) }));

        Assert.Equal(ProblemKind.Late, problem.Key.Kind);
        Assert.Contains("56 years behind", problem.What);
        Assert.Contains("input.labels.timestamp is /timestamp", problem.Cause);
    }

    private static IReadOnlyList<InputProblem> Judge(TopicSnapshot predictions, TopicSnapshot labels) => InputJudge.Judge(Signs(predictions, labels), Nothing);

    private static IReadOnlyList<InputProblem> Judge(ModelPicture model, TimeSpan lead)
    {
        var policy = new ModelOptions { Join = new JoinRule { Lead = lead } };
        var signs = Signs(Predictions(100), Labels(100) with { Met = 100 }) with
        {
            Models = [model],
            Options = new MonitorOptions { Default = policy, Models = new Dictionary<string, ModelOptions> { ["fraud"] = policy } },
        };
        return InputJudge.Judge(signs, Nothing);
    }

    private static InputSigns Signs(TopicSnapshot predictions, TopicSnapshot labels) => new() { Topics = [predictions, labels] };

    private static TopicSnapshot Predictions(long read) => new() { Part = StreamPart.Predictions, Topic = "predictions", MappingSetting = "input.predictions", Read = read, Accepted = read };

    private static TopicSnapshot Labels(long read) => new() { Part = StreamPart.Labels, Topic = "labels", MappingSetting = "input.labels", Read = read, Accepted = read };

    private static ModelPicture Early(long early, long met, double seconds) =>
        new("fraud") { Met = met, Early = early, Offsets = [.. Enumerable.Repeat(TimeSpan.FromSeconds(seconds), (int)Math.Min(early, 128))] };

    private static IReadOnlyList<IdShape> Shapes(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => IdShape.Of(Encoding.UTF8.GetBytes($"{prefix}{i}")))];

    private static Dictionary<RejectReason, long> Of(RejectReason reason, long count) => new() { [reason] = count };
}
