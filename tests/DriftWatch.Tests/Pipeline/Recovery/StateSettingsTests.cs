using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>Which changes of settings stored state survives, and that the others are named.</summary>
public sealed class StateSettingsTests
{
    private static readonly (StreamPart, string)[] Topics = [(StreamPart.Predictions, "predictions"), (StreamPart.Labels, "labels")];

    public static TheoryData<string, Func<MonitorOptions, MonitorOptions>> Refused => new()
    {
        { "monitor.pane ", m => m with { Pane = TimeSpan.FromSeconds(30) } },
        { "monitor.windows ", m => m with { Windows = [TimeSpan.FromHours(2)] } },
        { "monitor.thresholds ", m => m with { Thresholds = [0.7] } },
        { "monitor.outOfOrderness ", m => m with { OutOfOrderness = TimeSpan.FromSeconds(9) } },
        { "defaults.horizon 1d → 3h", m => m with { Default = m.Default with { Join = m.Default.Join with { Horizon = TimeSpan.FromHours(3) } } } },
        { "defaults.corrections ignore → replace", m => m with { Default = m.Default with { Join = m.Default.Join with { Corrections = CorrectionRule.Replace } } } },
        { "defaults.views ", m => m with { Default = m.Default with { Views = new ViewOptions { Kept = [ExtraView.ClassWise] } } } },
        { "models.fraud.positiveLabel 1 → yes", m => m with { Models = new Dictionary<string, ModelOptions> { ["fraud"] = m.Default with { PositiveLabel = "yes" } } } },
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
        string difference = StateSettings.Differences(Of(before), Of(change(before))).First();
        Assert.StartsWith(name, difference);
        Assert.Contains(" → ", difference);
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
        Assert.Equal("input.labels.label of labels /label → /outcome", difference);
    }

    [Fact]
    public void Every_name_is_one_of_the_configuration()
    {
        var monitor = new MonitorOptions { Models = new Dictionary<string, ModelOptions> { ["fraud.v2"] = new ModelOptions { Views = new ViewOptions { Kept = [ExtraView.Folded] } } } };
        var names = Of(monitor).Keys.Select(name => name.Split(" of ")[0].Replace("models.fraud.v2.", "models.<model>.", StringComparison.Ordinal)).ToHashSet();
        Assert.Contains("models.<model>.horizon", names);
        Assert.Contains("input.predictions.probability", names);
        Assert.Empty(names.Except(Options.Table.SettingsTable.Paths));
    }

    [Fact]
    public void An_input_that_is_no_longer_named_is_a_difference_and_a_further_one_is_none()
    {
        (StreamPart, string)[] more = [.. Topics, (StreamPart.Labels, "late-labels")];
        Assert.Empty(StateSettings.Differences(Topics, more));
        Assert.Equal(["kafka.topics.labels [labels, late-labels] → [labels]"], StateSettings.Differences(more, Topics));
        Assert.Equal(["kafka.topics.predictions [predictions] → []"], StateSettings.Differences(Topics, [(StreamPart.Labels, "predictions"), (StreamPart.Labels, "labels")]));
    }

    private static Dictionary<string, string> Of(MonitorOptions monitor) => StateSettings.Of(new PipelineOptions(), monitor, Topics);
}
