using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Options;

public class ConfigLayersTests
{
    [Fact]
    public void Flags_win_over_variables_variables_over_the_file_the_file_over_defaults()
    {
        const string file = "kafka: { bootstrapServers: file:1, groupId: from-file }\ndefaults: { team: file }\nmonitor: { maxModels: 7 }";
        var config = Load(file, new() { ["DRIFTWATCH__KAFKA__BOOTSTRAPSERVERS"] = "env:1", ["DRIFTWATCH__DEFAULTS__TEAM"] = "env" }, new FlagSetting("--bootstrap-servers", "kafka.bootstrapServers", "flag:1"));

        Assert.Equal("flag:1", config.Kafka.BootstrapServers);
        Assert.Equal("env", config.Monitor.Default.Team);
        Assert.Equal(7, config.Monitor.MaxModels);
        Assert.Equal("from-file", config.Kafka.GroupId);
        Assert.Equal(20, config.Monitor.MaxVersions);
    }

    [Fact]
    public void Brokers_may_be_a_list()
    {
        Assert.Equal("a:1,[::1]:2,c-3.example:9092", Load("kafka: { bootstrapServers: [a:1, '[::1]:2', c-3.example:9092] }", []).Kafka.BootstrapServers);
        Assert.Equal("a:1,b:2", Load("kafka: { bootstrapServers: ' a:1 , b:2 ' }", []).Kafka.BootstrapServers);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("secret\n")]
    [InlineData("secret\r\n")]
    public void A_secret_loses_the_line_end_that_files_have_wherever_it_comes_from(string value)
    {
        Assert.Equal("secret", Load("kafka: { properties: { sasl.password: '${env:PASSWORD}' } }", new() { ["PASSWORD"] = value }).Kafka.Properties["sasl.password"]);
        Assert.Equal("secret", Load("", new() { ["DRIFTWATCH__KAFKA__PROPERTIES__SASL_PASSWORD"] = value }).Kafka.Properties["sasl.password"]);
    }

    [Fact]
    public void A_model_whose_name_holds_a_dot_can_be_set_by_a_variable()
    {
        var monitor = Load("", new() { ["DRIFTWATCH__MODELS__fraud.eu__HORIZON"] = "3h" }).Monitor;

        Assert.Equal(TimeSpan.FromHours(3), monitor.For("fraud.eu").Join.Horizon);
    }

    [Theory]
    [InlineData("DRIFTWATCH_MODELS__fraud.eu__HORIZON", "DRIFTWATCH__MODELS__fraud.eu__HORIZON?")]
    [InlineData("DRIFTWATCH_KAFKA__BOOTSTRAPSERVERS", "DRIFTWATCH__KAFKA__BOOTSTRAPSERVERS?")]
    [InlineData("DRIFTWATCH_KAFKA__BOOTSTRAP_SERVER", "DRIFTWATCH__KAFKA__BOOTSTRAPSERVERS?")]
    [InlineData("driftwatch_kafka__properties__sasl_password", "DRIFTWATCH__kafka__properties__sasl_password?")]
    [InlineData("DRIFTWATCH_KAFKA_BOOTSTRAP_SERVERS", "DRIFTWATCH__KAFKA__BOOTSTRAPSERVERS?")]
    [InlineData("DRIFTWATCH_DEFAULTS_HORIZON", "DRIFTWATCH__DEFAULTS__HORIZON?")]
    [InlineData("DRIFTWATCH_WHATEVER__ELSE", "settings begin with DRIFTWATCH__")]
    public void A_variable_that_looks_like_a_setting_and_is_none_is_warned_about(string name, string says)
    {
        var config = ConfigLoader.LoadText("f.yaml", "", new() { Environment = new Dictionary<string, string> { [name] = "never" } });

        var warning = Assert.Single(config.Warnings);
        Assert.Equal($"environment variable {name}", warning.Place.Source);
        Assert.Contains(says, warning.Message);
        Assert.DoesNotContain("never", warning.ToString());
        Assert.Empty(config.Faults);
    }

    [Theory]
    [InlineData("DRIFTWATCH_CONFIG")]
    [InlineData("DRIFTWATCH_KAFKA")]
    [InlineData("DRIFTWATCH_SHARED")]
    [InlineData("DRIFTWATCH_SEEDS")]
    [InlineData("DRIFTWATCH_FAILPOINT")]
    [InlineData("DRIFTWATCH_VERSION")]
    [InlineData("DRIFTWATCH_HOME")]
    [InlineData("DRIFTWATCH_SERVICE_HOST")]
    [InlineData("DRIFTWATCH_SERVICE_PORT_HTTP")]
    [InlineData("DRIFTWATCH_PORT_8080_TCP_ADDR")]
    [InlineData("DRIFTWATCH__KAFKA__GROUPID")]
    [InlineData("PATH")]
    public void Other_variables_are_nobodys_business(string name) =>
        Assert.Empty(ConfigLoader.LoadText("f.yaml", "", new() { Environment = new Dictionary<string, string> { [name] = "x" } }).Warnings);

    [Fact]
    public void Without_anything_the_defaults_are_in_force() =>
        Assert.Equivalent(new DriftWatchOptions(), Load("", []), strict: true);

    [Fact]
    public void The_service_has_a_lead_that_forgives_clocks_that_disagree_unless_it_is_told_otherwise()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), Load("models: { fraud: { horizon: 2d } }", []).Monitor.For("fraud").Join.Lead);
        Assert.Equal(TimeSpan.Zero, Load("defaults: { lead: 0s }\nmodels: { fraud: { horizon: 2d } }", []).Monitor.For("fraud").Join.Lead);
    }

    [Fact]
    public void Models_start_from_the_defaults_wherever_those_stand()
    {
        var monitor = Load("models: { fraud: { lead: 5m, threshold: { raise: 0.1 } } }\ndefaults: { horizon: 7d, threshold: { minLabeled: 9 } }", []).Monitor;

        var fraud = monitor.For("fraud");
        Assert.Equal((TimeSpan.FromDays(7), TimeSpan.FromMinutes(5)), (fraud.Join.Horizon, fraud.Join.Lead));
        Assert.Equal((0.1, 9), (fraud.Threshold.Raise, fraud.Threshold.MinLabeled));
        Assert.Equal(0.05, monitor.For("other").Threshold.Raise);
    }

    [Fact]
    public void Everything_about_a_model_can_be_said()
    {
        var model = Load("""
            models:
              "fraud/eu":
                team: risk
                horizon: 7d
                lead: 1m
                onExpiry: negative
                corrections: replace
                labelSources: [trusted:analyst, "judge:gpt 4o"]
                maturity: 3d
                positiveLabel: fraud
                slices: [region, tier]
                threshold: { window: 6h, raise: 0.08, clear: .02, windows: 2, minLabeled: 1530 }
                requests: { enabled: false, cooldown: 3d }
            """, []).Monitor.Models["fraud/eu"];

        Assert.Equivalent(
            new ModelOptions
            {
                Team = "risk",
                Join = new JoinRule { Horizon = TimeSpan.FromDays(7), Lead = TimeSpan.FromMinutes(1), OnExpiry = ExpiryRule.Negative, Corrections = CorrectionRule.Replace, Sources = [new("analyst", IsJudge: false), new("gpt 4o", IsJudge: true)] },
                Maturity = TimeSpan.FromDays(3),
                PositiveLabel = "fraud",
                Slices = ["region", "tier"],
                Threshold = new ThresholdOptions { Window = TimeSpan.FromHours(6), Raise = 0.08, Clear = 0.02, Windows = 2, MinLabeled = 1530 },
                Requests = new RequestOptions { Enabled = false, Cooldown = TimeSpan.FromDays(3) },
            },
            model,
            strict: true);
    }

    [Fact]
    public void A_mapping_for_one_topic_starts_from_that_of_its_part()
    {
        var pipeline = Load("""
            kafka: { topics: { labels: [labels, chargebacks] } }
            input:
              labels: { id: /payment }
              topics: { chargebacks: { label: /was_fraud, timeFrom: kafka } }
            """, []).Pipeline;

        Assert.Equal(new FieldMapping { [FieldName.Id] = "/payment", [FieldName.Label] = "/was_fraud", TimeFrom = TimeSource.Kafka }, pipeline.TopicFields["chargebacks"]);
    }

    [Fact]
    public void Variables_know_no_case_and_take_names_from_the_file()
    {
        var config = Load("models: { Fraud: { team: a } }", new()
        {
            ["DRIFTWATCH__MODELS__FRAUD__HORIZON"] = "12h",
            ["DriftWatch__Monitor__Windows"] = "1h, 2h",
            ["DRIFTWATCH__KAFKA__PROPERTIES__SECURITY_PROTOCOL"] = "sasl_ssl",
            ["DRIFTWATCH__KAFKA__PROPERTIES__SASL_PASSWORD"] = "s3cret",
            ["DRIFTWATCH_KAFKA"] = "not ours",
        });

        Assert.Equal((TimeSpan.FromHours(12), "a"), (config.Monitor.Models["Fraud"].Join.Horizon, config.Monitor.Models["Fraud"].Team));
        Assert.Equal([TimeSpan.FromHours(1), TimeSpan.FromHours(2)], config.Monitor.Windows);
        Assert.Equal("s3cret", config.Kafka.Properties["sasl.password"]);
    }

    [Fact]
    public void A_fault_in_a_variable_or_flag_names_it()
    {
        var sources = new ConfigSources
        {
            Environment = new Dictionary<string, string> { ["DRIFTWATCH__WEB__LISEN"] = ":1", ["DRIFTWATCH__DEFAULTS__HORIZON"] = "x" },
            Flags = [new("--listen", "web.listen", "nowhere")],
        };

        Assert.Equal(
            [
                "environment variable DRIFTWATCH__WEB__LISEN: web.LISEN: unknown key; did you mean listen?",
                "environment variable DRIFTWATCH__DEFAULTS__HORIZON: defaults.horizon: found \"x\"; expected a duration such as 500ms, 30s, 1h30m or 7d (from 1ms to 3650d)",
                "--listen: web.listen: found \"nowhere\"; expected address:port such as 127.0.0.1:8080, [::1]:8080 or *:8080; port 0 takes any free one",
            ],
            ConfigLoader.Load(sources).Faults.Select(f => f.ToString()).Order(StringComparer.Ordinal).Reverse().OrderBy(f => f.StartsWith("--", StringComparison.Ordinal)));
    }

    [Fact]
    public void Anchors_and_merge_keys_work()
    {
        var monitor = Load("""
            defaults: &strict { horizon: 2h, threshold: { raise: 0.04 } }
            models:
              a: { <<: *strict, horizon: 3h }
            """, []).Monitor;

        Assert.Equal((TimeSpan.FromHours(3), 0.04), (monitor.Models["a"].Join.Horizon, monitor.Models["a"].Threshold.Raise));
    }

    [Fact]
    public void Yaml_and_json_say_the_same()
    {
        const string json = """{"kafka":{"groupId":"g","properties":{"socket.keepalive.enable":true}},"monitor":{"pane":"30s","windows":["1h"]},"defaults":{"slices":[],"maturity":null}}""";
        const string yaml = "kafka: { groupId: g, properties: { socket.keepalive.enable: true } }\nmonitor: { pane: 30s, windows: 1h }\ndefaults: { slices: [], maturity: ~ }";

        Assert.Equivalent(Load(json, [], name: "a.json"), Load(yaml, []), strict: true);
    }

    [Fact]
    public void Properties_may_be_nested()
    {
        var kafka = Load("kafka: { properties: { security.protocol: sasl_ssl, sasl: { username: me, mechanism: PLAIN } } }", []).Kafka;

        Assert.Equal(("me", "PLAIN"), (kafka.Properties["sasl.username"], kafka.Properties["sasl.mechanism"]));
    }

    [Fact]
    public void Secrets_come_from_variables_and_files_and_are_never_shown()
    {
        string secret = Path.GetTempFileName();
        try
        {
            File.WriteAllText(secret, "from-file\n");
            var config = ConfigLoader.LoadText("f.yaml", $$"""
                kafka:
                  properties:
                    security.protocol: sasl_ssl
                    sasl.username: me
                    sasl.password: ${file:{{secret}}}
                    ssl.key.password: ${env:KEY}
                    ssl.keystore.password: plain
                web: { listen: "${env:WHERE}" }
                schemaRegistry: { url: "http://registry:8081", username: me, password: plain-2, keystoreFile: k.p12, keystorePassword: "${env:KEY}" }
                """, new() { Environment = new Dictionary<string, string> { ["KEY"] = "from-env", ["WHERE"] = "from-where" } });

            Assert.Equal(("from-file", "from-env"), (config.Options.Kafka.Properties["sasl.password"], config.Options.Kafka.Properties["ssl.key.password"]));
            string told = string.Join('\n', config.Faults) + config.Show(everything: true);
            Assert.All(["from-file", "from-env", "plain\"", ": plain ", "plain-2", "from-where"], s => Assert.DoesNotContain(s, told));
            Assert.Contains("ssl.keystore.password: \"********\"", told);
            Assert.Contains("what ${env:WHERE} holds", told);
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public void What_is_shown_as_effective_reads_back_as_the_same_configuration()
    {
        var config = ConfigLoader.LoadText("f.yaml", File.ReadAllText(Repository.PathOf("examples/driftwatch.yaml")));

        var again = ConfigLoader.LoadText("again.yaml", config.Show(everything: true));

        Assert.Empty(again.Faults);
        Assert.Equivalent(config.Options, again.Options, strict: true);
    }

    [Fact]
    public void The_effective_view_says_where_each_value_comes_from()
    {
        var config = ConfigLoader.LoadText("f.yaml", "defaults:\n  team: risk\nmodels:\n  a:\n    lead: 5m", new() { Flags = [new("--listen", "web.listen", ":0")] });

        string view = config.Show(everything: true);

        Assert.Matches(@"(?m)^  team: risk +# f\.yaml:2:9$", view);
        Assert.Matches(@"(?m)^    lead: 5m +# f\.yaml:5:11$", view);
        Assert.Matches(@"(?m)^    horizon: 1d +# defaults$", view);
        Assert.Matches(@"(?m)^  listen: ""\*:0"" +# --listen$", view);
        Assert.Matches(@"(?m)^  groupId: driftwatch +# default$", view);
    }

    private static DriftWatchOptions Load(string text, Dictionary<string, string> environment, FlagSetting? flag = null, string name = "f.yaml")
    {
        var config = ConfigLoader.LoadText(name, text, new() { Environment = environment, Flags = flag is { } one ? [one] : [] });
        Assert.Empty(config.Faults);
        return config.Options;
    }
}
