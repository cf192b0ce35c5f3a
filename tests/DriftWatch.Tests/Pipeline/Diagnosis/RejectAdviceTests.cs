using DriftWatch.Core.Input;
using DriftWatch.Options;
using DriftWatch.Options.Table;
using Xunit;

namespace DriftWatch.Pipeline.Diagnosis;

public sealed class RejectAdviceTests
{
    private static readonly TopicSnapshot Labels = new() { Part = StreamPart.Labels, Topic = "labels", MappingSetting = "input.labels", Mapping = new FieldMapping { [FieldName.Id] = "/meta/key", [FieldName.Label] = "/y" } };
    private static readonly TopicSnapshot Predictions = Labels with { Part = StreamPart.Predictions, Topic = "predictions", MappingSetting = "input.predictions" };

    [Fact]
    public void Every_reason_has_advice_and_names_only_settings_that_there_are()
    {
        foreach (var reason in RejectReasons.All.Append((RejectReason)200))
        {
            var topic = reason is RejectReason.MissingLabel or RejectReason.LabelValue ? Labels : Predictions;
            var advice = RejectAdvice.For(reason, topic);

            Assert.EndsWith(".", advice.Cause.TrimEnd('?') + (advice.Cause.EndsWith('?') ? "." : ""), StringComparison.Ordinal);
            Assert.NotEmpty(advice.Settings);
            Assert.All(advice.Settings.Where(setting => setting is not ("clock" or "producer")), setting => Assert.True(Exists(setting), $"{reason}: there is no {setting}"));
        }
    }

    [Fact]
    public void Pointers_are_told_as_they_are_set()
    {
        Assert.Contains("input.labels.id points: /meta/key", RejectAdvice.For(RejectReason.MissingId, Labels).Cause);
        Assert.Contains("input.labels.label points (/y)", RejectAdvice.For(RejectReason.MissingLabel, Labels).Cause);
    }

    [Theory]
    [InlineData(TimeSource.Payload, "input.labels.timestamp")]
    [InlineData(TimeSource.Header, "input.labels.timeHeader")]
    [InlineData(TimeSource.Kafka, "input.labels.timeFrom")]
    public void Advice_about_time_names_the_place_that_it_is_read_from(TimeSource source, string setting)
    {
        var topic = Labels with { Mapping = new FieldMapping { TimeFrom = source, TimeHeader = "at" } };
        foreach (var reason in new[] { RejectReason.MissingTimestamp, RejectReason.TimestampRange, RejectReason.TimestampFuture })
        {
            Assert.Equal(setting, RejectAdvice.For(reason, topic).Settings[0]);
        }
    }

    // A section stands for its keys; an asterisk for any model.
    private static bool Exists(string setting) =>
        SettingsTable.Paths.Any(path => path == setting || path.StartsWith(setting + ".", StringComparison.Ordinal) || path.Replace("models.<model>", "models.*", StringComparison.Ordinal) == setting)
        || setting.StartsWith("models.*.", StringComparison.Ordinal) && SettingsTable.Paths.Contains("defaults." + setting["models.*.".Length..])
        || SettingsTable.All.Any(section => section.Name == setting);
}
