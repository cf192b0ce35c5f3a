using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>Which changes of settings stored state survives, and that the others are named.</summary>
public sealed class StateSettingsTests
{
    private static readonly (StreamPart, string)[] Topics = [(StreamPart.Predictions, "predictions"), (StreamPart.Labels, "labels")];

    public static TheoryData<string, Func<MonitorOptions, MonitorOptions>> Refused => new()
    {
        { "monitor.pane ", m => m with { Pane = TimeSpan.FromSeconds(30) } },
        { "monitor.thresholds ", m => m with { Thresholds = [0.7] } },
        { "monitor.outOfOrderness ", m => m with { OutOfOrderness = TimeSpan.FromSeconds(9) } },
        { "defaults.horizon 1d → 3h", m => m with { Default = m.Default with { Join = m.Default.Join with { Horizon = TimeSpan.FromHours(3) } } } },
        { "defaults.corrections ignore → replace", m => m with { Default = m.Default with { Join = m.Default.Join with { Corrections = CorrectionRule.Replace } } } },
        { "defaults.corrections ignore → ignore, labelSources [trusted:human, judge:gpt]", m => m with { Default = m.Default with { Join = m.Default.Join with { Sources = [new("human", false), new("gpt", true)] } } } },
        { "defaults.views ", m => m with { Default = m.Default with { Views = new ViewOptions { Kept = [ExtraView.ClassWise] } } } },
        { "models.fraud.positiveLabel 1 → yes", m => m with { Models = new Dictionary<string, ModelOptions> { ["fraud"] = m.Default with { PositiveLabel = "yes" } } } },
    };

    public static TheoryData<Func<MonitorOptions, MonitorOptions>> Free => new()
    {
        m => m with { Default = m.Default with { Drift = m.Default.Drift with { Tolerance = 0.05 } } },
        m => m with { Default = m.Default with { Rule = DriftRule.Threshold, Team = "risk" } },
        m => m with { Models = new Dictionary<string, ModelOptions> { ["fraud"] = m.Default with { Requests = new RequestOptions { Enabled = false } } } },
        m => m with { Windows = [TimeSpan.FromHours(2), .. m.Windows] },
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
        var moved = new PipelineOptions { LabelFields = new FieldMapping { [FieldName.Label] = "/outcome" } };
        string difference = Assert.Single(StateSettings.Differences(Of(monitor), StateSettings.Of(moved, monitor, Topics)));
        Assert.Equal("input.labels.label of labels /label → /outcome (decides how records are read that are read again)", difference);
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
    public void Of_every_setting_that_may_touch_the_state_it_is_decided_what_it_does()
    {
        string[] free =
        [
            "input.predictions.schemaFile", "input.labels.schemaFile",
            "monitor.windows", "monitor.windowHistory", "monitor.maxPending", "monitor.maxVectorMegabytes", "monitor.maxPanes",
            "defaults.team", "defaults.drift.question", "defaults.drift.falseAlarmEvery", "defaults.drift.falseAlarmEveryPredictions", "defaults.drift.falseAlarmProbability", "defaults.drift.group",
            "defaults.drift.minLabeled", "defaults.requests.enabled", "defaults.requests.cooldown", "defaults.requests.supersededAfter", "defaults.requests.proveWithin",
            "defaults.compare.enabled", "defaults.compare.current", "defaults.compare.distance", "defaults.compare.mostDisagreeing", "defaults.compare.alpha", "defaults.compare.leastSpan",
            "defaults.threshold.raise", "defaults.threshold.clear", "defaults.threshold.windows", "defaults.threshold.minLabeled",
            "defaults.earlyWarning.minPredictions", "defaults.earlyWarning.windows", "defaults.earlyWarning.z", "defaults.earlyWarning.psi", "defaults.earlyWarning.accuracyDrop",
            "defaults.earlyWarning.completenessDrop", "defaults.earlyWarning.volumeRatio", "defaults.earlyWarning.delayRatio", "defaults.earlyWarning.latencyRatio", "defaults.latency.limit", "defaults.latency.window", "defaults.earlyWarning.selectionSpread",
            "input.predictions.preset", "input.labels.preset",
            .. FieldCatalogue.OfPredictions.Where(field => field.IsMeasure).Select(field => $"input.predictions.{field.Name}"),
            .. RuleCatalogue.Pairs.SelectMany(rule => rule.Section.Parameters.Where(parameter => parameter.State is null).Select(parameter => $"defaults.rules.{rule.Section.Key}.{parameter.Name}")),
        ];
        var rows = Options.Table.SettingsTable.Rows.Where(row => row.Default is not null).Select(row => row.Path);
        string[] touching = [.. rows.Where(path => path == "onlyNamedModels" || path.Split('.')[0] is "join" or "monitor" or "defaults" || path.Split('.') is ["input", "predictions" or "labels" or "limits", _])];

        var decided = StateSettings.Table.Select(row => row.Path).ToHashSet();

        Assert.Empty(decided.Intersect(free));
        Assert.Equal(touching.Order(StringComparer.Ordinal), decided.Union(free).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_on_upgrading_says_what_each_setting_does()
    {
        const string Begin = "<!-- settings -->\n", End = "<!-- end of settings -->";
        string file = "docs/upgrading.md", text = File.ReadAllText(Repository.PathOf(file));
        int from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = text.IndexOf(End, StringComparison.Ordinal);
        var rows = StateSettings.Table.GroupBy(row => (row.Part, row.Meaning)).OrderBy(row => row.Key.Part)
            .Select(row => $"| {string.Join(", ", row.Select(one => $"`{one.Path}`"))} | {row.Key.Meaning} | {Words(row.Key.Part)} |\n");

        string expected = $"{text[..from]}| setting | what it does | with another value |\n| --- | --- | --- |\n{string.Concat(rows)}{text[to..]}";

        Assert.Equal(expected, Repository.Approved(file, expected));

        static string Words(StatePart part) => part switch
        {
            StatePart.Everything => "the start is refused",
            StatePart.Routes => "everything goes on",
            StatePart.Rule => "the evidence of the rule starts over",
            StatePart.EarlyWarning => "the early warning starts over",
            StatePart.PredictionSets => "the watch over prediction sets starts over",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    [Fact]
    public void A_setting_that_the_stored_state_did_not_know_is_no_difference()
    {
        var now = Of(new MonitorOptions());
        var stored = now.Where(one => !one.Key.StartsWith("input.predictions.slices", StringComparison.Ordinal)).ToDictionary();
        stored["monitor.windows"] = "[1h]"; // known to the version before
        Assert.NotEqual(now.Count, stored.Count - 1);
        Assert.Empty(StateSettings.Differences(stored, now));
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
