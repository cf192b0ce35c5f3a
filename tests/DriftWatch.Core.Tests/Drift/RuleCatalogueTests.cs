using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Drift;

/// <summary>What every row of the catalogue must hold, so that a further rule is a file and a row.</summary>
public class RuleCatalogueTests
{
    private static readonly MonitorOptions Monitor = new();

    [Fact]
    public void A_rule_is_known_by_its_name_and_its_section()
    {
        Assert.Equal(RuleCatalogue.All.Count, RuleCatalogue.All.Select(rule => rule.Name).Distinct().Count());
        Assert.Equal(RuleCatalogue.Pairs.Count, RuleCatalogue.Pairs.Select(rule => rule.Section.Key).Distinct().Count());
        Assert.All(RuleCatalogue.All, rule => Assert.Matches("^[a-z]+(-[a-z]+)*$", rule.Name));
        Assert.All(RuleCatalogue.Pairs, rule => Assert.Equal(rule.Name.Replace("-", "", StringComparison.Ordinal), rule.Section.Key.ToLowerInvariant()));
    }

    [Fact]
    public void A_detector_bears_the_name_of_its_rule()
    {
        foreach (var rule in RuleCatalogue.All)
        {
            var detector = new WatchOptions { Rule = rule }.Detector(new SeriesKey("fraud", "7", null, View.Binary), Monitor.WindowsOf("fraud"));
            Assert.Equal((rule.Name, rule.Name, true), (detector.Rule, detector.Capture().Rule, detector.Capture().Judges));
        }
    }

    /// <summary>State that was stored under a rule is compared by that rule's own settings: whatever another rule brings, even one that the version which stored it did not know, resets nothing.</summary>
    [Fact]
    public void Stored_state_of_a_rule_knows_nothing_of_other_rules()
    {
        foreach (var rule in RuleCatalogue.All)
        {
            string[] own = [.. rule.State.Select(one => one.Name), "rule", "rules.input"];
            var now = Stored(new ModelOptions { Rule = rule });
            Assert.Empty(now.Select(one => one.Key).Except(own));
            foreach (var other in RuleCatalogue.Pairs.Where(other => !other.Equals(rule)))
            {
                var moved = other.Section.Parameters.Aggregate(new PairRuleOptions(), (options, parameter) => options.With(other.Section, Moved(options.Of(other.Section), parameter)));
                Assert.Equal(now, Stored(new ModelOptions { Rule = rule, Rules = moved }));
            }
        }
    }

    [Fact]
    public void A_parameter_resets_the_evidence_if_and_only_if_it_says_why()
    {
        foreach (var rule in RuleCatalogue.Pairs)
        {
            var before = Stored(new ModelOptions { Rule = rule });
            foreach (var parameter in rule.Section.Parameters)
            {
                var after = Stored(new ModelOptions { Rule = rule, Rules = new PairRuleOptions().With(rule.Section, Moved(rule.Section.Defaults, parameter)) });
                Assert.True(parameter.State is null == before.SequenceEqual(after), $"{rule}: {parameter.Name}");
            }
        }
    }

    [Fact]
    public void Defaults_are_allowed_and_at_peace_with_each_other()
    {
        foreach (var rule in RuleCatalogue.Pairs)
        {
            Assert.Null(rule.Section.Fault(rule.Section.Defaults));
            foreach (var parameter in rule.Section.Parameters)
            {
                if (parameter is RuleParameter<double> number) Assert.InRange(number.Get(rule.Section.Defaults), number.Least, number.Most);
                if (parameter is RuleParameter<int> whole) Assert.InRange(whole.Get(rule.Section.Defaults), whole.Least, whole.Most);
            }
        }
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Stored(ModelOptions model) => StateFingerprint.Values(StateFingerprint.Rule, new SeriesPolicy(model, Monitor));

    private static RuleOptions Moved(RuleOptions options, RuleParameter parameter) => parameter switch
    {
        RuleParameter<double> number => number.With(options, (number.Get(options) + number.Most) / 2),
        RuleParameter<int> whole => whole.With(options, whole.Get(options) + 1),
        RuleParameter<bool> flag => flag.With(options, !flag.Get(options)),
        RuleParameter<RuleSide> side => side.With(options, RuleSide.Up),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
