using Xunit;

namespace DriftWatch.Options;

public class ConfigFaultTests
{
    private const string TenFaults = """
        kafka:
          bootstrapServer: localhost:9092
          topics: { predictions: [p, p], labels: "a b" }
          properties:
            enable.auto.commit: true
        defaults:
          horizon: soon
          onExpiry: negativ
        monitor:
          exportedBins: 7
        horizon: 1h
        models:
          fraud:
            threshold: { clear: 0.09, raise: 0.05, minLabeled: many }
        web:
          listen: 8080
        """;

    [Fact]
    public void Every_fault_of_a_file_is_told_at_once_with_place_key_finding_and_fix()
    {
        var config = ConfigLoader.LoadText("bad.yaml", TenFaults);

        Assert.Equal(
            """
            bad.yaml:2:3: kafka.bootstrapServer: unknown key; did you mean bootstrapServers?
            bad.yaml:3:30: kafka.topics.predictions[1]: "p" stands twice in the list
            bad.yaml:3:42: kafka.topics.labels[0]: found "a b"; expected a topic name: letters, digits, '.', '_' and '-', at most 249
            bad.yaml:5:5: kafka.properties.enable.auto.commit: Positions are committed in one transaction with the events, dead letters and state that belong to them: a commit from elsewhere could lose or double records.
            bad.yaml:7:12: defaults.horizon: found "soon"; expected a duration such as 500ms, 30s, 1h30m or 7d (from 1ms to 3650d)
            bad.yaml:8:13: defaults.onExpiry: found "negativ"; expected drop or negative; did you mean negative?
            bad.yaml:10:17: monitor.exportedBins: found 7; expected a divisor of 60: 2, 3, 4, 5, 6, 10, 12, 15 or 20
            bad.yaml:11:1: horizon: unknown key here; it belongs at defaults.horizon or models.<model>.horizon
            bad.yaml:14:25: models.fraud.threshold.clear: 0.09 is not less than raise (0.05); an episode would flap
            bad.yaml:14:56: models.fraud.threshold.minLabeled: found "many"; expected a whole number from 1 to 1000000000
            bad.yaml:16:11: web.listen: found "8080"; expected address:port such as 127.0.0.1:8080, [::1]:8080 or *:8080; port 0 takes any free one
            """.ReplaceLineEndings("\n"),
            string.Join('\n', config.Faults));
    }

    [Theory]
    [InlineData("input: { predictions: { rows: /a } }", "rows.yaml:1:31: input.predictions.rows: no field is in the rows, so all of them would be the same; write row or row/POINTER for what a row has")]
    [InlineData("input: { labels: { label: row/y } }", "rows.yaml:1:27: input.labels.label: row/y is in a row, and rows does not say where rows are")]
    [InlineData("input: { labels: { filter: ['row/y = 1'] } }", "rows.yaml:1:28: input.labels.filter: a condition is on a row, and rows does not say where rows are")]
    [InlineData("input: { labels: { rows: tensors:x, label: row } }", "rows.yaml:1:26: input.labels.rows: found \"tensors:x\"; expected a JSON pointer to an array such as /predictions or /logs/*/entries, value (the record is the array), or tensors:/outputs")]
    [InlineData("input: { labels: { rows: value, label: row/y, filter: ['row/y = 1'] } }", null)]
    public void Rows_and_what_is_in_them_are_said_together(string yaml, string? fault) =>
        Assert.Equal(fault is null ? [] : [fault], ConfigLoader.LoadText("rows.yaml", yaml).Faults.Select(one => one.ToString()).Take(1));

    [Theory]
    [InlineData("defaults: { labelSources: [human] }", "s.yaml:1:28: defaults.labelSources[0]: found \"human\"; expected trusted:NAME or judge:NAME, NAME being what labels say (1 to 128 bytes, without control characters)")]
    [InlineData("defaults: { labelSources: [trusted:a, judge:a] }", "s.yaml:1:27: defaults.labelSources: a is there twice; a source has one place")]
    [InlineData("models: { m: { labelSources: [trusted:a, judge:b, trusted:user] } }", "s.yaml:1:30: models.m.labelSources: trusted:user stands behind a judge; judges are measured against trusted sources, so what is less trusted than one of them is a judge too: write judge:user, or move it to the front")]
    [InlineData("{ defaults: { compare: { enabled: true } }, join: { identity: id } }", "s.yaml:1:63: join.identity: is id, where the second version of a request is a duplicate; compare.enabled holds several beside each other: set it to prediction, or leave compare out")]
    [InlineData("{ defaults: { labelSources: [trusted:a] }, join: { identity: id } }", "s.yaml:1:62: join.identity: is id, where a label is used up by the first prediction that it meets; with labelSources several labels of an id are held against each other: set it to prediction, or leave labelSources out")]
    [InlineData("defaults: { labelSources: [trusted:a, trusted:b, judge:c] }", null)]
    public void Sources_of_labels_are_each_said_once_trusted_ones_first(string yaml, string? fault) =>
        Assert.Equal(fault is null ? [] : [fault], ConfigLoader.LoadText("s.yaml", yaml).Faults.Select(one => one.ToString()));

    [Theory]
    [InlineData("defaults: { drift: { missingLabels: reference }, earlyWarning: { enabled: false } }", "m.yaml:1:37: defaults.drift.missingLabels: is reference, and earlyWarning.enabled is false, so that there is no reference: enable it, or set worst-case")]
    [InlineData("defaults: { drift: { missingLabels: reference } }", null)]
    [InlineData("defaults: { drift: { nullHypothesis: marginal, missingLabels: ignore } }", "m.yaml:1:38: defaults.drift.nullHypothesis: is marginal, which takes every label that stays away at its worst: remove missingLabels, or set it to worst-case")]
    [InlineData("defaults: { drift: { nullHypothesis: marginal } }", null)]
    public void What_is_said_of_missing_labels_fits_together(string yaml, string? fault) =>
        Assert.Equal(fault is null ? [] : [fault], ConfigLoader.LoadText("m.yaml", yaml).Faults.Select(one => one.ToString()));

    [Fact]
    public void Slices_are_one_object_or_a_place_for_each_dimension()
    {
        var apart = ConfigLoader.LoadText("s.yaml", "input: { predictions: { slices: { region: header:x-region, tier: /customer/tier } } }");
        Assert.Empty(apart.Faults);
        Assert.Equal([new("region", "header:x-region"), new("tier", "/customer/tier")], apart.Options.Pipeline.PredictionFields.SlicePlaces);
        Assert.Equal("", apart.Options.Pipeline.PredictionFields[Core.Input.FieldName.Slices]);

        Assert.Equal(["s.yaml:1:43: input.predictions.slices.region: found \"x\"; expected a JSON pointer"], Faults("input: { predictions: { slices: { region: x } } }").Select(fault => fault[..Math.Min(fault.Length, 80)]));
        Assert.Equal(["s.yaml:1:43: input.predictions.slices.region: row/r is in a row, and rows does not say where rows are"], Faults("input: { predictions: { slices: { region: row/r } } }"));
        Assert.Contains("found 9 dimensions; expected at most 8", Faults($"input: {{ predictions: {{ slices: {{ {string.Join(", ", Enumerable.Range(0, 9).Select(i => $"d{i}: /d"))} }} }} }}").Single(), StringComparison.Ordinal);

        static IEnumerable<string> Faults(string yaml) => ConfigLoader.LoadText("s.yaml", yaml).Faults.Select(fault => fault.ToString());
    }

    [Fact]
    public void A_key_that_has_another_name_now_is_told_with_it() =>
        Assert.Equal(["old.yaml:1:26: defaults.threshold.minSamples: is called minLabeled now; the value stays"], ConfigLoader.LoadText("old.yaml", "defaults: { threshold: { minSamples: 9 } }").Faults.Select(fault => fault.ToString()));

    [Fact]
    public void Thresholds_become_edges_of_the_grid_and_bad_ones_are_told()
    {
        var good = ConfigLoader.LoadText("good.yaml", "monitor: { thresholds: [0.97, 0.5] }");
        Assert.Empty(good.Faults);
        Assert.Equal([0.5, 0.97], good.Options.Monitor.Grid.Thresholds);
        Assert.Equal(189, good.Options.Monitor.Grid.Count);

        var bad = ConfigLoader.LoadText("bad.yaml", "monitor: { thresholds: [0.9, 1.2] }");
        Assert.Equal("bad.yaml:1:30: monitor.thresholds[1]: found \"1.2\"; expected a number from 0.0001 to 0.9999", string.Join('\n', bad.Faults));
    }

    [Fact]
    public void Json_faults_have_places_too()
    {
        var config = ConfigLoader.LoadText("bad.json", """
            {
              # comments are fine, and so is a comma too many
              "kafka": { "groupId": "a", "groupId": "b", },
              "defaults": {
                "horizon": 5,
                "slices": [1, { }],
              }
            }
            """);

        Assert.Equal(
            """
            bad.json:3:30: groupId: stands twice; first at bad.json:3:14
            bad.json:5:16: defaults.horizon: found "5"; expected a duration such as 500ms, 30s, 1h30m or 7d (from 1ms to 3650d)
            bad.json:6:19: defaults.slices[1]: found a mapping; expected a text of 1 to 128 characters on one line
            """.ReplaceLineEndings("\n"),
            string.Join('\n', config.Faults));
    }

    [Theory]
    [InlineData("{\n\t\"defaults\": {\n\t\t\"horizon\": 5\n\t}\n}", "a.json:3:14: defaults.horizon")]
    [InlineData("{\"defaults\":{\"team\":\"a\\/b \\u00e9 \\\"q\\\"\",\"horizon\":true}}", "a.json:1:51: defaults.horizon")]
    [InlineData("{\n  // a comment of JavaScript\n  \"defaults\": {}\n}", "a.json:2:")]
    [InlineData("{ \"defaults\": { \"horizon\": \"1d\" ", "a.json:2:1: not YAML")]
    [InlineData("{} {}", "a.json:1:")]
    public void What_JSON_may_look_like_is_read_and_what_is_wrong_with_it_has_a_place(string text, string says) =>
        Assert.StartsWith(says, Assert.Single(ConfigLoader.LoadText("a.json", text).Faults).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("models: { m: { rule: ddm, rules: { input: residual } } }", "models.m.rules.input: ddm cannot read residual; expected error or brier")]
    [InlineData("defaults: { rule: eddm, rules: { input: brier } }", "defaults.rules.input: eddm cannot read brier; expected error")]
    [InlineData("defaults: { rules: { kswin: { statSize: 51 } } }", "defaults.rules.kswin.windowSize: 100 is less than twice statSize (51)")]
    [InlineData("defaults: { rules: { eddm: { alpha: 0.8 } } }", "defaults.rules.eddm.alpha: 0.8 is less than beta (0.9)")]
    [InlineData("defaults: { rule: advin }", "did you mean adwin?")]
    public void A_rule_that_cannot_work_as_told_is_a_fault(string text, string says) =>
        Assert.Contains(says, Assert.Single(ConfigLoader.LoadText("f.yaml", text).Faults).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("a: [1,", "not YAML")]
    [InlineData("a: b: c", "not YAML")]
    [InlineData("kafka: *nothing", "not YAML: no anchor &nothing before this alias")]
    [InlineData("kafka: {}\n---\nkafka: {}", "a second document begins here")]
    [InlineData("[1, 2]", "found a list; expected a mapping")]
    [InlineData("hello", "found \"hello\"; expected a mapping")]
    [InlineData("kafka: { groupId: a }\nkafka: {}", "stands twice; first at f.yaml:1:1")]
    [InlineData("? [a]\n: b", "a key is a word")]
    public void A_file_of_the_wrong_shape_is_one_clear_fault(string text, string says) =>
        Assert.Contains(says, Assert.Single(ConfigLoader.LoadText("f.yaml", text).Faults).Message);

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Contains("nested deeper", Assert.Single(ConfigLoader.LoadText("f.yaml", new string('[', 10_000)).Faults).Message);

    [Fact]
    public void Aliases_cannot_blow_up()
    {
        string bomb = "a0: &a0 [x, x]\n" + string.Concat(Enumerable.Range(1, 29).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n"));

        var config = ConfigLoader.LoadText("bomb.yaml", bomb);

        Assert.Equal(30, config.Faults.Count);
    }

    [Fact]
    public void Aliases_cannot_blow_up_among_the_properties_either()
    {
        string bomb = "kafka:\n  properties:\n    a0: &a0 { x: 1, y: 1 }\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"    a{i}: &a{i} {{ x: *a{i - 1}, y: *a{i - 1} }}\n"));

        Assert.Contains(ConfigLoader.LoadText("bomb.yaml", bomb).Faults, f => f.Message == "more than 1000 properties");
    }

    [Theory]
    [InlineData("kafka: { topics: { labels: predictions } }", "kafka.topics.labels", "predictions is a topic of predictions too")]
    [InlineData("kafka: { topics: { deadLetters: labels } }", "kafka.topics.deadLetters", "would be read again")]
    [InlineData("kafka: { topics: { deadLetters: x, requests: x } }", "kafka.topics.deadLetters", "the same topic as requests")]
    [InlineData("kafka: { createdReplicas: 0 }", "kafka.createdReplicas", "expected 1 or more")]
    [InlineData("monitor: { pane: 7m }", "monitor.windows", "1h, 6h, 1d: no multiple of monitor.pane (7m)")]
    [InlineData("monitor: { pane: 1h, windows: [90m] }", "monitor.windows", "1h30m: no multiple")]
    [InlineData("monitor: { maxModels: 1 }\nmodels: { a: {}, b: {} }", "monitor.maxModels", "less than the 2 models")]
    [InlineData("onlyNamedModels: true", "onlyNamedModels", "every record would be rejected")]
    [InlineData("defaults: { maturity: 2d }", "defaults.maturity", "horizon + lead + monitor.outOfOrderness is 1d1m5s")]
    [InlineData("defaults: { horizon: 0s }", "defaults.horizon", "from 1ms")]
    [InlineData("defaults: { threshold: { window: 90s } }", "defaults.threshold.window", "1m30s is no multiple of monitor.pane")]
    [InlineData("defaults: { threshold: { raise: 0.02 } }", "defaults.threshold.clear", "not less than raise (0.02)")]
    [InlineData("defaults: { threshold: { raise: 1.5 } }", "defaults.threshold.raise", "a number from 0.0001 to 1")]
    [InlineData("defaults: { threshold: { raise: NaN } }", "defaults.threshold.raise", "a number from 0.0001 to 1")]
    [InlineData("input: { labels: { timeFrom: header } }", "input.labels.timeFrom", "timeHeader must name one")]
    [InlineData("input: { labels: { id: id } }", "input.labels.id", "a JSON pointer")]
    [InlineData("input: { labels: { id: 'header:' } }", "input.labels.id", "ends where a header's name was expected")]
    [InlineData("input: { labels: { id: 'topic:(' } }", "input.labels.id", "no regular expression")]
    [InlineData("input: { predictions: { model: 'topic:^scores-(.+)' } }", "input.predictions.model", "finds nothing in the name of topic predictions")]
    [InlineData("input: { topics: { labels: { id: 'topic:[0-9]+' } } }", "input.topics.labels.id", "finds nothing in the name of topic labels")]
    [InlineData("input: { predictions: { slices: key } }", "input.predictions.slices", "a JSON pointer")]
    [InlineData("input: { predictions: { filter: [/a] } }", "input.predictions.filter[0]", "a condition such as")]
    [InlineData("input: { predictions: { filter: [a = b] } }", "input.predictions.filter[0]", "has to begin with \"/\"")]
    [InlineData("input: { topics: { prediction: { id: /x } } }", "input.topics.prediction", "did you mean predictions?")]
    [InlineData("input: { limits: { maxDepth: 0 } }", "input.limits.maxDepth", "from 1 to 1000")]
    [InlineData("monitor: { maxPending: -1 }", "monitor.maxPending", "a whole number from 1")]
    [InlineData("monitor: { origin: yesterday }", "monitor.origin", "a moment")]
    [InlineData("monitor: { origin: 2200-01-01T00:00:00Z }", "monitor.origin", "from 1970 to 2109")]
    [InlineData("monitor: { windows: [] }", "monitor.windows", "found 0 widths; expected 1 to 8")]
    [InlineData("events: { runbookUrl: ftp://x }", "events.runbookUrl", "http or https")]
    [InlineData("kafka: { bootstrapServers: 'a:1,,b' }", "kafka.bootstrapServers", "host:port")]
    [InlineData("kafka: { bootstrapServers: broker }", "kafka.bootstrapServers", "found \"broker\"; expected host:port; the port is missing: broker:9092")]
    [InlineData("kafka: { bootstrapServers: 'a:1, [::1]' }", "kafka.bootstrapServers", "the port is missing: [::1]:9092")]
    [InlineData("kafka: { bootstrapServers: 'kafka://broker:9092' }", "kafka.bootstrapServers", "leave out the scheme: broker:9092")]
    [InlineData("kafka: { bootstrapServers: 'PLAINTEXT://broker:9092' }", "kafka.bootstrapServers", "leave out the scheme: broker:9092")]
    [InlineData("kafka: { bootstrapServers: 'SASL_SSL://broker:9092' }", "kafka.bootstrapServers", "leave out the scheme: broker:9092, and set kafka.properties.security.protocol to sasl_ssl")]
    [InlineData("kafka: { bootstrapServers: 'broker:99999' }", "kafka.bootstrapServers", "a port from 1 to 65535")]
    [InlineData("kafka: { bootstrapServers: '::1:9092' }", "kafka.bootstrapServers", "an IPv6 address in brackets")]
    [InlineData("kafka: { bootstrapServers: [a:1, b] }", "kafka.bootstrapServers[1]", "the port is missing: b:9092")]
    [InlineData("kafka: { bootstrapServers: [a:1, { b: 2 }] }", "kafka.bootstrapServers[1]", "found a mapping; expected host:port")]
    [InlineData("kafka: { bootstrapServers: [] }", "kafka.bootstrapServers", "found an empty list")]
    [InlineData("kafka: { bootstrapServers: { a: 1 } }", "kafka.bootstrapServers", "found a mapping")]
    [InlineData("input: { labels: { timestampUnit: minutes } }", "input.labels.timestampUnit", "expected s or ms or us or ns")]
    [InlineData("kafka: { properties: { group.id: x } }", "kafka.properties.group.id", "Set kafka.groupId instead.")]
    [InlineData("kafka: { groupId: }", "kafka.groupId", "found nothing")]
    [InlineData("onlyNamedModels: yes", "onlyNamedModels", "expected true or false")]
    public void A_broken_rule_is_told_at_its_key(string text, string path, string says)
    {
        var faults = ConfigLoader.LoadText("f.yaml", text).Faults;

        var fault = Assert.Single(faults, f => f.Path == path);
        Assert.Contains(says, fault.Message);
        Assert.True(fault.Place.Line > 0, $"the fault has no place: {fault}");
    }

    [Fact]
    public void A_fault_that_models_inherit_is_told_once_at_its_source()
    {
        var config = ConfigLoader.LoadText("f.yaml", "defaults: { threshold: { clear: 0.5 } }\nmodels: { a: {}, b: { team: x } }");

        Assert.Equal("defaults.threshold.clear", Assert.Single(config.Faults).Path);
    }

    [Theory]
    [InlineData("kafka: { properties: { sasl.username: me } }", "kafka.properties.sasl.username")]
    [InlineData("defaults: { onExpiry: negative, maturity: 1h }", "defaults.maturity")]
    [InlineData("input: { predictions: { timeHeader: t } }", "input.predictions.timeHeader")]
    [InlineData("input: { predictions: { timestamp: /at, timeFrom: kafka } }", "input.predictions.timestamp")]
    [InlineData("input: { labels: { format: arrow, rows: /rows, label: row/label } }", "input.labels.rows")]
    [InlineData("defaults: { horizon: 365d }", "defaults.horizon")]
    public void What_is_allowed_but_hardly_meant_is_a_warning(string text, string path)
    {
        var config = ConfigLoader.LoadText("f.yaml", text);

        Assert.Empty(config.Faults);
        Assert.Equal(path, Assert.Single(config.Warnings).Path);
    }

    [Theory]
    [InlineData("input: { labels: { format: avro } }", "input.labels.format", "set schemaRegistry.url, or schemaFile")]
    [InlineData("{ kafka: { topics: { labels: [l, m] } }, input: { topics: { m: { format: avro } } } }", "input.topics.m.format", "set schemaRegistry.url, or schemaFile")]
    [InlineData("input: { labels: { format: avor } }", "input.labels.format", "did you mean avro?")]
    [InlineData("input: { labels: { format: protobuf } }", "input.labels.format", "did you mean protobuf-v2?")]
    [InlineData("schemaRegistry: { url: 'http://me:s3cret@registry:8081' }", "schemaRegistry.url", "set username and password instead")]
    [InlineData("schemaRegistry: { url: registry:8081 }", "schemaRegistry.url[0]", "expected an http or https address")]
    [InlineData("schemaRegistry: { url: http://registry:8081, username: me }", "schemaRegistry.username", "username and password go together")]
    [InlineData("schemaRegistry: { url: http://registry:8081, username: me, password: s3cret, token: s3cret }", "schemaRegistry.token", "two ways of saying who we are")]
    public void A_format_that_could_not_be_read_is_refused_before_anything_is(string text, string path, string message)
    {
        var config = ConfigLoader.LoadText("f.yaml", text);

        var fault = Assert.Single(config.Faults);
        Assert.Equal(path, fault.Path);
        Assert.Contains(message, fault.Message);
        Assert.DoesNotContain("s3cret", fault.ToString());
    }

    [Fact]
    public void A_missing_file_is_one_fault() =>
        Assert.Equal("no/such/file.yaml: there is no such file", Assert.Single(ConfigLoader.Load(new() { File = "no/such/file.yaml" }).Faults).ToString());

    [Fact]
    public void Every_owned_property_is_refused_with_its_reason()
    {
        foreach (var (property, reason) in OwnedProperties.Reasons)
        {
            var config = ConfigLoader.LoadText("f.yaml", $"kafka:\n  properties:\n    {property}: 1\n");

            var fault = Assert.Single(config.Faults);
            Assert.Equal((property, reason, 3), (fault.Path["kafka.properties.".Length..], fault.Message, fault.Place.Line));
        }
    }
}
