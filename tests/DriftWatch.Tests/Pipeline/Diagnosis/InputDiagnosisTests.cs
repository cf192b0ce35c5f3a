using DriftWatch.Core.Input;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>The whole service says what is wrong with what it reads, and that it is over.</summary>
public sealed class InputDiagnosisTests
{
    [Fact]
    public void Good_traffic_is_no_problem()
    {
        using var service = new PipelineDriver();
        Traffic.Calibrated(service, predictions: 2000, seed: 1);
        for (int i = 0; i < 10; i++) service.Append("labels", 0, "no json");

        service.RunToEnd();

        Assert.Equal(10, service.Snapshot.Streams.Sum(s => s.DeadLetters));
        Assert.Empty(service.Snapshot.InputProblems);
    }

    [Fact]
    public void All_rejected_is_told_and_ends_when_good_records_come()
    {
        using var service = new PipelineDriver();
        for (int i = 0; i < 100; i++) service.Append("predictions", i % 2, $$"""{"id":"p{{i}}","model":"m","timestamp":{{PipelineDriver.Start.ToUnixTimeMilliseconds()}},"probability":{{50 + i}}}""");
        service.RunToEnd();

        var problem = Assert.Single(service.Snapshot.InputProblems);
        Assert.Equal((ProblemKind.Rejected, "predictions"), (problem.Key.Kind, problem.Key.Topic));
        Assert.Contains("All 100 recent records of topic predictions were rejected, as probability_range.", problem.What);

        service.Time.Advance(TimeSpan.FromMinutes(1));
        Traffic.Calibrated(service, predictions: 400, seed: 2);
        service.RunToEnd();

        Assert.Empty(service.Snapshot.InputProblems);
    }

    [Fact]
    public void A_skew_of_200_ms_that_loses_every_label_is_told_with_the_lead_that_saves_them_whichever_is_read_first()
    {
        using var service = new PipelineDriver(partitions: 1);
        foreach (bool labelsFirst in (bool[])[false, true])
        {
            for (int i = 0; i < 60; i++)
            {
                var (id, at) = ($"{labelsFirst}{i}", TimeSpan.FromSeconds(i));
                if (labelsFirst) service.Label(id, at - TimeSpan.FromMilliseconds(200), true);
                else service.Predict(id, at, 0.7);
            }

            service.RunToEnd();
            for (int i = 0; i < 60; i++)
            {
                var (id, at) = ($"{labelsFirst}{i}", TimeSpan.FromSeconds(i));
                if (labelsFirst) service.Predict(id, at, 0.7);
                else service.Label(id, at - TimeSpan.FromMilliseconds(200), true);
            }

            service.RunToEnd();
            Assert.Equal(0, service.Snapshot.Monitor.Join.Matched);
            var problem = Assert.Single(service.Snapshot.InputProblems, problem => problem.Key.Kind == ProblemKind.LabelsEarly);
            Assert.Equal(("labels", "m"), (problem.Key.Topic, problem.Key.Model));
            Assert.Contains($"All {(labelsFirst ? 120 : 60)} recent labels of model m are lost: they carry times before their predictions, by 0.2 s; lead is 0s.", problem.What);
            Assert.Contains("defaults.lead to 1s", problem.Cause);
        }
    }

    [Fact]
    public void The_lead_of_a_service_that_sets_none_saves_them()
    {
        var monitor = new Options.DriftWatchOptions().Monitor;
        using var service = new PipelineDriver(monitor, partitions: 1);
        for (int i = 0; i < 60; i++)
        {
            service.Predict($"p{i}", TimeSpan.FromSeconds(i), 0.7);
            service.Label($"p{i}", TimeSpan.FromSeconds(i) - TimeSpan.FromMilliseconds(200), true);
        }

        service.RunToEnd();

        Assert.Equal(60, service.Snapshot.Monitor.Join.Matched);
        Assert.Empty(service.Snapshot.InputProblems);
    }

    [Fact]
    public void Another_field_as_the_id_of_labels_is_told_by_what_ids_look_like_and_never_by_what_they_say()
    {
        using var service = new PipelineDriver(pipeline: new PipelineOptions { IdleAdvance = false, LabelFields = new FieldMapping { [FieldName.Id] = "/customer" } });
        for (int i = 0; i < 40; i++)
        {
            var at = TimeSpan.FromSeconds(i);
            service.Predict($"secretorder-{i}", at, 0.7);
            service.Append("labels", 0, $$"""{"id":"secretorder-{{i}}","customer":{{7000 + i}},"timestamp":{{(PipelineDriver.Start + at).ToUnixTimeMilliseconds()}},"label":1}""");
            service.RunToEnd();
        }

        var problem = Assert.Single(service.Snapshot.InputProblems);
        Assert.Equal((ProblemKind.NothingJoins, false), (problem.Key.Kind, problem.IsNote));
        Assert.Contains("\"letters-digits\", those of labels like \"digits\"", problem.Cause);
        Assert.Contains("input.labels.id is /customer", problem.Cause);
        Assert.DoesNotContain("secretorder", problem.What + problem.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain("70", problem.What + problem.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_take_longer_than_we_have_read_are_a_note_and_a_problem_only_past_the_horizon()
    {
        // The horizon is five minutes, windows are of ten; ids look alike on both sides.
        using var service = new PipelineDriver(partitions: 1);
        Send(from: 0, seconds: 200);
        var early = Assert.Single(service.Snapshot.InputProblems);
        Assert.Equal((ProblemKind.NothingJoins, true), (early.Key.Kind, early.IsNote));

        Send(from: 200, seconds: 1000);
        var late = Assert.Single(service.Snapshot.InputProblems);
        Assert.Equal((ProblemKind.NothingJoins, false), (late.Key.Kind, late.IsNote));
        Assert.True(late.Since > early.Since);

        // The labels that had been meant come, and it is over.
        service.Label("p1199", TimeSpan.FromSeconds(1199), true);
        service.RunToEnd();
        Assert.Empty(service.Snapshot.InputProblems);

        void Send(int from, int seconds)
        {
            for (int i = from; i < from + seconds; i++)
            {
                service.Predict($"p{i}", TimeSpan.FromSeconds(i), 0.7);
                service.Label($"x{i}", TimeSpan.FromSeconds(i), true);
                if (i % 50 == 49) service.RunToEnd();
            }
        }
    }

    [Fact]
    public void What_is_read_again_after_a_restart_is_not_looked_at_again()
    {
        using var service = new PipelineDriver();
        for (int i = 0; i < 100; i++) service.Append("labels", 0, "no json");
        service.RunToEnd();
        Assert.Single(service.Snapshot.InputProblems);

        service.StartService();
        service.Settle();

        Assert.Equal(100, service.Snapshot.Streams.Sum(s => s.DeadLetters));
        Assert.Empty(service.Snapshot.InputProblems);
    }
}
