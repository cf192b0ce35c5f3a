using DriftWatch.Drift;
using DriftWatch.Joining;
using DriftWatch.Messages;
using DriftWatch.Series;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>Which changes of settings stored state survives, and that the others are named.</summary>
public sealed class StateSettingsTests
{
    private static readonly (StreamPart, string)[] Topics = [(StreamPart.Predictions, "predictions"), (StreamPart.Labels, "labels")];

    public static TheoryData<string, Func<MonitorOptions, MonitorOptions>> Refused => new()
    {
        { "pane", m => m with { Pane = TimeSpan.FromSeconds(30) } },
        { "windows", m => m with { Windows = [TimeSpan.FromHours(2)] } },
        { "thresholds", m => m with { Thresholds = [0.7] } },
        { "outOfOrderness", m => m with { OutOfOrderness = TimeSpan.FromSeconds(9) } },
        { "models.*", m => m with { Default = m.Default with { Join = new JoinRule { Horizon = TimeSpan.FromHours(3) } } } },
        { "models.*", m => m with { Default = m.Default with { Join = m.Default.Join with { Corrections = CorrectionRule.Replace } } } },
        { "models.*", m => m with { Default = m.Default with { Views = new ViewOptions { Kept = [ExtraView.ClassWise] } } } },
        { "models.fraud", m => m with { Models = new Dictionary<string, ModelOptions> { ["fraud"] = m.Default with { PositiveLabel = "yes" } } } },
    };

    public static TheoryData<Func<MonitorOptions, MonitorOptions>> Free => new()
    {
        m => m with { Default = m.Default with { Drift = m.Default.Drift with { Tolerance = 0.05 } } },
        m => m with { Default = m.Default with { Rule = DriftRule.Threshold, Team = "risk" } },
        m => m with { Models = new Dictionary<string, ModelOptions> { ["fraud"] = m.Default with { Requests = new RequestOptions { Enabled = false } } } },
        m => m with { MaxPending = 17, WindowHistory = 3, Source = "/elsewhere" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_setting_that_the_state_hangs_on_is_named(string name, Func<MonitorOptions, MonitorOptions> change)
    {
        var before = new MonitorOptions();
        string difference = Assert.Single(StateSettings.Differences(Of(before), Of(change(before))));
        Assert.StartsWith($"{name} was ", difference);
    }

    [Theory]
    [MemberData(nameof(Free))]
    public void What_only_decides_when_to_warn_or_to_ask_may_change(Func<MonitorOptions, MonitorOptions> change)
    {
        var before = new MonitorOptions();
        Assert.Empty(StateSettings.Differences(Of(before), Of(change(before))));
    }

    [Fact]
    public void A_changed_mapping_names_the_topic()
    {
        var monitor = new MonitorOptions();
        var moved = new PipelineOptions { LabelFields = new FieldMapping { Label = "/outcome" } };
        string difference = Assert.Single(StateSettings.Differences(Of(monitor), StateSettings.Of(moved, monitor, Topics)));
        Assert.StartsWith("fields of labels was ", difference);
        Assert.Contains("/outcome", difference);
    }

    private static Dictionary<string, string> Of(MonitorOptions monitor) => StateSettings.Of(new PipelineOptions(), monitor, Topics);
}
