using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Options;

/// <summary>Rules between settings, each of which is fine by itself.</summary>
internal static class CrossRules
{
    /// <summary>More panes than this in one window or one retention is hardly meant.</summary>
    private const int ManyPanes = 100_000;

    public static void Check(DriftWatchOptions options, ConfigNode root, FaultList faults)
    {
        var at = new Finder(root, faults);
        Topics(options.Kafka, at);
        Recalibration(options.Recalibration, options.Kafka, at);
        Web(options, at);
        if (options.Web.AnswerToken is { Length: < 16 }) at.Fault("has fewer than 16 characters; whoever guesses it answers for your pipelines: openssl rand -hex 32 makes a good one", "web", "answerToken");
        if (options.Web.AnswerToken is not null && options.Recalibration.AnswersTopic is null) at.Fault("is set, and recalibration.answersTopic is empty: answers over HTTP have nowhere to go", "web", "answerToken");
        Transactions(options, at);
        Properties(options.Kafka, at);
        Mapping(options.Pipeline.PredictionFields, FieldRecords.Predictions, at, "input", "predictions");
        Mapping(options.Pipeline.LabelFields, FieldRecords.Labels, at, "input", "labels");
        foreach (var (topic, fields) in options.Pipeline.TopicFields) TopicMapping(topic, fields, options.Kafka, at);
        TopicNames(options, at);
        var registry = options.Pipeline.SchemaRegistry;
        Format(options.Pipeline.PredictionFields, registry, at, "input", "predictions");
        Format(options.Pipeline.LabelFields, registry, at, "input", "labels");
        foreach (var (topic, fields) in options.Pipeline.TopicFields.Where(one => at.Find(["input", "topics", one.Key, "format"]) is not null)) Format(fields, registry, at, "input", "topics", topic);
        Registry(registry, at);
        Monitor(options.Monitor, at);
        if (options.Metrics.MaxSeries > MetricsOptions.MaxSeriesAsScraped)
        {
            at.Warn($"is more than the shipped scrape configuration takes: raise its sample_limit (25000) above {options.Metrics.MaxSeries} too, or Prometheus drops the whole page", "metrics", "maxSeries");
        }

        foreach (double threshold in options.Metrics.Thresholds.Except(options.Monitor.Grid.Thresholds))
        {
            at.Warn($"{threshold} is not one of the thresholds that are measured ({string.Join(", ", options.Monitor.Grid.Thresholds)}), so the page has no gauge for it: add it to thresholds, or take it out here", "metrics", "thresholds");
        }

        Labels(options.Monitor.Default, at, "defaults");
        foreach (var (name, model) in options.Monitor.Models) Labels(model, at, "models", name);
        if (options.Monitor.Identity == PredictionIdentity.Id && options.Monitor.Models.Values.Append(options.Monitor.Default).Any(model => model.Join.Sources.Count > 0))
            at.Fault("is id, where a label is used up by the first prediction that it meets; with labelSources several labels of an id are held against each other: set it to prediction, or leave labelSources out", "join", "identity");
        if (options.Monitor.Identity == PredictionIdentity.Id && options.Monitor.Models.Values.Append(options.Monitor.Default).Any(model => model.Compare.Enabled))
            at.Fault("is id, where the second version of a request is a duplicate; compare.enabled holds several beside each other: set it to prediction, or leave compare out", "join", "identity");
        Model(options.Monitor.Default, options.Monitor, at, "defaults");
        foreach (var (name, model) in options.Monitor.Models) Model(model, options.Monitor, at, "models", name);
    }

    private static void Web(DriftWatchOptions options, Finder at)
    {
        var web = options.Web;
        if (web.Certificate is null != web.Key is null) at.Fault($"is set, and web.{(web.Key is null ? "key" : "certificate")} is not: TLS wants both", "web", web.Key is null ? "certificate" : "key");
        if (web.Password is { Length: < 8 }) at.Fault("has fewer than 8 characters; openssl rand -hex 16 makes a good one", "web", "password");
        if (web.User.Contains(':')) at.Fault("has a colon, which ends a name in HTTP basic authentication", "web", "user");
        // Its user is on the other side of a network, or of a proxy that may have TLS of its own: it is not for us to refuse.
        if (web.Password is not null && web.Certificate is null && options.Listen.Address.Host is "*" or "0.0.0.0" or "::") at.Warn("goes over the network in the clear: set web.certificate and web.key, or let nobody but a proxy with TLS reach the port", "web", "password");
    }

    private static void Labels(ModelOptions model, Finder at, params string[] path)
    {
        Sources(model.Join.Sources, at, [.. path, "labelSources"]);
        foreach (var (setting, label) in new[] { ("positiveLabel", model.PositiveLabel), ("negativeLabel", model.NegativeLabel) })
        {
            if (label is not null && ClassText.Canonical(label).Length == 0) at.Fault("found blanks only; expected a label", [.. path, setting]);
        }

        if (model.NegativeLabel is { } negative && ClassText.Canonical(negative) == ClassText.Canonical(model.PositiveLabel ?? "1"))
            at.Fault($"{negative} and positiveLabel ({model.PositiveLabel ?? "1, unless it is set"}) are the same class in two spellings; a label cannot mean both", [.. path, "negativeLabel"]);
    }

    private static void Sources(IReadOnlyList<LabelSource> sources, Finder at, string[] path)
    {
        if (sources.GroupBy(source => source.Name).FirstOrDefault(group => group.Count() > 1) is { } twice) at.Fault($"{twice.Key} is there twice; a source has one place", path);
        var behind = sources.SkipWhile(source => !source.IsJudge).FirstOrDefault(source => !source.IsJudge);
        if (behind.Name is { } trusted) at.Fault($"trusted:{trusted} stands behind a judge; judges are measured against trusted sources, so what is less trusted than one of them is a judge too: write judge:{trusted}, or move it to the front", path);
    }

    private static void Topics(KafkaOptions kafka, Finder at)
    {
        foreach (string topic in kafka.LabelTopics.Intersect(kafka.PredictionTopics))
        {
            at.Fault($"{topic} is a topic of predictions too; one topic holds one kind of record", "kafka", "topics", "labels");
        }

        foreach (var (key, topic) in new[] { ("requests", kafka.RequestTopic), ("updates", kafka.UpdateTopic ?? kafka.RequestTopic), ("deadLetters", kafka.DeadLetterTopic), ("checkpoints", kafka.CheckpointTopic) })
        {
            if (kafka.PredictionTopics.Contains(topic) || kafka.LabelTopics.Contains(topic))
            {
                at.Fault($"{topic} is an input too; what is written there would be read again", "kafka", "topics", key);
            }
        }

        if (kafka.UpdateTopic == kafka.DeadLetterTopic) at.Fault("the same topic as dead letters; consumers of events would read those", "kafka", "topics", "updates");
        if (kafka.RequestTopic == kafka.DeadLetterTopic) at.Fault("the same topic as requests; consumers of requests would read dead letters", "kafka", "topics", "deadLetters");
        if (kafka.StateTopic is { } standing && (standing == kafka.RequestTopic || standing == kafka.UpdateTopic || standing == kafka.DeadLetterTopic || standing == kafka.CheckpointTopic || kafka.PredictionTopics.Contains(standing) || kafka.LabelTopics.Contains(standing)))
            at.Fault("a topic of other records too; it is compacted, and holds what stands now by key", "kafka", "topics", "state");
        if (kafka.CheckpointTopic == kafka.RequestTopic || kafka.CheckpointTopic == kafka.UpdateTopic || kafka.CheckpointTopic == kafka.DeadLetterTopic)
        {
            at.Fault("a topic of other records too; it is compacted and must hold nothing but state", "kafka", "topics", "checkpoints");
        }

        if (kafka.CreatedReplicas == 0) at.Fault("found 0; expected 1 or more, or -1 for the cluster's default", "kafka", "createdReplicas");
    }

    private static void Recalibration(RecalibrationOptions recalibration, KafkaOptions kafka, Finder at)
    {
        Dictionary<string, string> taken = new() { [kafka.CheckpointTopic] = "checkpoints", [kafka.DeadLetterTopic] = "dead letters", [kafka.RequestTopic] = "requests" };
        if (kafka.StateTopic is { } standing) taken.TryAdd(standing, "what stands now");
        foreach (string topic in kafka.PredictionTopics.Concat(kafka.LabelTopics)) taken.TryAdd(topic, "input records");
        foreach (var (key, topic, what) in new[] { ("mapsTopic", recalibration.MapsTopic, "maps"), ("auditTopic", recalibration.AuditTopic, "decisions"), ("answersTopic", recalibration.AnswersTopic, "answers") })
        {
            if (topic is not null && !taken.TryAdd(topic, what)) at.Fault($"{topic} is the topic of {taken[topic]} too; one topic holds one kind of record", "recalibration", key);
        }

        if (recalibration.StoreEndpoint is { } endpoint && new Uri(endpoint).UserInfo.Length > 0) at.Fault("a name and a password stand in the address, which is logged; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment instead", "recalibration", "storeEndpoint");
        if (recalibration.Clients(kafka).GroupId == kafka.GroupId) at.Fault("the group of the service itself: each would fence the other", "recalibration", "groupId");
    }

    private static void Transactions(DriftWatchOptions options, Finder at)
    {
        if (options.Kafka.TransactionTimeout <= options.Pipeline.CommitInterval)
        {
            at.Fault(
                $"{Durations.Format(options.Kafka.TransactionTimeout)} is not longer than pipeline.commitInterval ({Durations.Format(options.Pipeline.CommitInterval)}); what was gathered in the one must be written within the other",
                "kafka", "transactionTimeout");
        }
    }

    private static void Properties(KafkaOptions kafka, Finder at)
    {
        string protocol = kafka.Properties.GetValueOrDefault("security.protocol", "plaintext");
        foreach (string property in kafka.Properties.Keys)
        {
            string? needed = property.StartsWith("sasl.", StringComparison.Ordinal) ? "sasl" : property.StartsWith("ssl.", StringComparison.Ordinal) ? "ssl" : null;
            if (needed is null || protocol.Contains(needed, StringComparison.OrdinalIgnoreCase)) continue;
            at.Warn($"has no effect while security.protocol is {protocol}; set it to {(needed == "ssl" ? "ssl or sasl_ssl" : "sasl_ssl or sasl_plaintext")}", "kafka", "properties", property);
        }
    }

    private static void Mapping(FieldMapping fields, FieldRecords records, Finder at, params string[] path)
    {
        if (fields.Preset is { } name && (Presets.Find(name)!.Records & records) == 0)
        {
            at.Fault($"{name} is of {(records == FieldRecords.Labels ? "predictions" : "labels")}; expected one of {(records == FieldRecords.Labels ? "labels" : "predictions")}: {string.Join(", ", Presets.All.Where(preset => (preset.Records & records) != 0).Select(preset => preset.Name))}", [.. path, "preset"]);
        }

        if (fields.TimeFrom == TimeSource.Header && fields.TimeHeader is null) at.Fault("timeFrom is header, so timeHeader must name one", [.. path, "timeFrom"]);
        if (fields.TimeFrom != TimeSource.Header && fields.TimeHeader is not null) at.Warn("has no effect unless timeFrom is header", [.. path, "timeHeader"]);
        if (fields.TimeFrom != TimeSource.Payload && fields[FieldName.Timestamp] != new FieldMapping()[FieldName.Timestamp]) at.Warn($"has no effect while timeFrom is {(fields.TimeFrom == TimeSource.Header ? "header" : "kafka")}", [.. path, "timestamp"]);
        InputField[] inRows = [.. FieldCatalogue.All.Where(row => fields.PlaceOf(row.Field).Kind == PlaceKind.Row)];
        if (fields.Rows is null && fields.SlicePlaces.FirstOrDefault(slice => slice.Place is "row" || slice.Place.StartsWith("row/", StringComparison.Ordinal)) is { } inRow) at.Fault($"{inRow.Place} is in a row, and rows does not say where rows are", [.. path, "slices", inRow.Dimension]);
        if (fields.Rows is null && inRows.Length > 0) at.Fault($"{fields[inRows[0].Field]} is in a row, and rows does not say where rows are", [.. path, inRows[0].Name]);
        if (fields.Rows is null && fields.Filter.Any(filter => filter.Place.Kind == PlaceKind.Row)) at.Fault("a condition is on a row, and rows does not say where rows are", [.. path, "filter"]);
        if (fields.Rows is not null && inRows.Length == 0) at.Fault("no field is in the rows, so all of them would be the same; write row or row/POINTER for what a row has", [.. path, "rows"]);
        if (fields is { TimeFrom: TimeSource.Kafka, TimestampUnit: not null and not TimestampUnit.Milliseconds }) at.Warn("has no effect while timeFrom is kafka: Kafka's timestamps are milliseconds", [.. path, "timestampUnit"]);
    }

    private static void Format(FieldMapping fields, SchemaRegistryOptions registry, Finder at, params string[] path)
    {
        if (fields.SchemaFile is not null && fields.Format != RecordFormat.Avro) at.Warn($"has no effect while format is {fields.Format.Symbol()}", [.. path, "schemaFile"]);
        if (fields is { Format: RecordFormat.Arrow, Rows: not null }) at.Warn("has no effect while format is arrow: each row of the columns is a row", [.. path, "rows"]);
        if (fields is { Format: RecordFormat.Avro, SchemaFile: null } && registry.Url is null) at.Fault("avro needs to know the schemas: set schemaRegistry.url, or schemaFile where values are bare Avro", [.. path, "format"]);
    }

    private static void Registry(SchemaRegistryOptions registry, Finder at)
    {
        if (registry.Url?.Any(url => new Uri(url).UserInfo.Length > 0) == true) at.Fault("a name and a password stand in the address, which is shown and logged; set username and password instead", "schemaRegistry", "url");
        if (registry.Username is null != registry.Password is null) at.Fault("username and password go together; set both, or neither", "schemaRegistry", registry.Username is null ? "password" : "username");
        if (registry is { Token: not null, Username: not null }) at.Fault("a token and a username are two ways of saying who we are; set one of them", "schemaRegistry", "token");
        if (registry is { KeystorePassword: not null, KeystoreFile: null }) at.Warn("has no effect without keystoreFile", "schemaRegistry", "keystorePassword");
    }

    /// <summary>A field that is to be read from the name of a topic can be.</summary>
    private static void TopicNames(DriftWatchOptions options, Finder at)
    {
        foreach (var (part, section, topics) in new[] { (StreamPart.Predictions, "predictions", options.Kafka.PredictionTopics), (StreamPart.Labels, "labels", options.Kafka.LabelTopics) })
        {
            foreach (string topic in topics)
            {
                var mapping = options.Pipeline.MappingOf(part, topic);
                foreach (var row in FieldCatalogue.All)
                {
                    if (mapping.PlaceOf(row.Field) is not { Kind: PlaceKind.Topic } place || place.OfTopic(topic) is { Length: > 0 }) continue;
                    string[] path = options.Pipeline.TopicFields.ContainsKey(topic) ? ["input", "topics", topic, row.Name] : ["input", section, row.Name];
                    at.Fault($"the pattern {place.Text} finds nothing in the name of topic {topic}; the field is its first group, or all that it matches", path);
                }
            }
        }
    }

    private static void TopicMapping(string topic, FieldMapping fields, KafkaOptions kafka, Finder at)
    {
        string[] topics = [.. kafka.PredictionTopics, .. kafka.LabelTopics];
        if (!topics.Contains(topic))
        {
            string near = NearestName.Of(topic, topics) is { } name ? $"; did you mean {name}?" : $"; the inputs are {string.Join(", ", topics)}";
            at.Fault($"no input topic has this name{near}", "input", "topics", topic);
        }

        Mapping(fields, kafka.LabelTopics.Contains(topic) ? FieldRecords.Labels : FieldRecords.Predictions, at, "input", "topics", topic);
    }

    private static void Monitor(MonitorOptions monitor, Finder at)
    {
        TimeSpan[] odd = [.. monitor.Windows.Where(w => !IsMultiple(w, monitor.Pane))];
        if (odd.Length > 0) at.Fault($"{string.Join(", ", odd.Select(Durations.Format))}: no multiple of monitor.pane ({Durations.Format(monitor.Pane)})", "monitor", "windows");
        var widest = monitor.Windows.DefaultIfEmpty().Max();
        if (widest / monitor.Pane > ManyPanes) at.Warn($"{Durations.Format(widest)} holds {widest / monitor.Pane:0} panes; a wider monitor.pane saves memory", "monitor", "windows");

        if (60 % monitor.ExportedBins != 0) at.Fault($"found {monitor.ExportedBins}; expected a divisor of 60: 2, 3, 4, 5, 6, 10, 12, 15 or 20", "monitor", "exportedBins");
        if (monitor.Models.Count > monitor.MaxModels) at.Fault($"{monitor.MaxModels} is less than the {monitor.Models.Count} models named in models", "monitor", "maxModels");
        if (monitor.OnlyNamedModels && monitor.Models.Count == 0) at.Fault("models names none, so every record would be rejected", "onlyNamedModels");
    }

    private static void Model(ModelOptions model, MonitorOptions monitor, Finder at, params string[] path)
    {
        // A model that sets none of the keys of a rule has inherited the fault, which is told once, at its source.
        bool Sets(params string[][] keys) => path is ["defaults"] || keys.Any(k => at.Find([.. path, .. k]) is not null);
        var retention = model.Join.Retention(monitor.OutOfOrderness);
        if (model.Drift.Missing == MissingLabels.Reference && !model.EarlyWarning.Enabled && Sets(["drift", "missingLabels"], ["earlyWarning", "enabled"]))
            at.Fault("is reference, and earlyWarning.enabled is false, so that there is no reference: enable it, or set worst-case", [.. path, "drift", "missingLabels"]);
        if (model.Drift is { NullHypothesis: NullHypothesis.Marginal, Missing: not MissingLabels.WorstCase } && Sets(["drift", "nullHypothesis"], ["drift", "missingLabels"]))
            at.Fault("is marginal, which takes every label that stays away at its worst: remove missingLabels, or set it to worst-case", [.. path, "drift", "nullHypothesis"]);
        var threshold = model.Threshold;

        if (model.Maturity > retention && Sets(["maturity"], ["horizon"], ["lead"]))
        {
            at.Fault($"{Durations.Format(model.Maturity.Value)} is longer than labels are waited for: horizon + lead + monitor.outOfOrderness is {Durations.Format(retention)}", [.. path, "maturity"]);
        }
        else if (model.Join.OnExpiry == Core.Series.ExpiryRule.Negative && model.Maturity < retention && Sets(["maturity"], ["horizon"], ["lead"], ["onExpiry"]))
        {
            at.Warn($"with onExpiry: negative a window younger than {Durations.Format(retention)} lacks negatives and looks worse than it is", [.. path, "maturity"]);
        }

        if (threshold.Clear >= threshold.Raise && Sets(["threshold", "clear"], ["threshold", "raise"]))
        {
            at.Fault($"{threshold.Clear:R} is not less than raise ({threshold.Raise:R}); an episode would flap", [.. path, "threshold", "clear"]);
        }

        if (!IsMultiple(threshold.Window, monitor.Pane) && Sets(["threshold", "window"]))
        {
            at.Fault($"{Durations.Format(threshold.Window)} is no multiple of monitor.pane ({Durations.Format(monitor.Pane)})", [.. path, "threshold", "window"]);
        }

        Rules(model, at, Sets, path);

        if (model.EarlyWarning.Window is { } window && !IsMultiple(window, monitor.Pane) && Sets(["earlyWarning", "window"]))
        {
            at.Fault($"{Durations.Format(window)} is no multiple of monitor.pane ({Durations.Format(monitor.Pane)})", [.. path, "earlyWarning", "window"]);
        }

        if (model.EarlyWarning.Reference is { From: { } from, To: { } to } && to <= from && Sets(["earlyWarning", "reference", "from"], ["earlyWarning", "reference", "to"]))
        {
            at.Fault($"{to} is not after reference.from ({from})", [.. path, "earlyWarning", "reference", "to"]);
        }

        if (retention / monitor.Pane > ManyPanes && Sets(["horizon"], ["lead"]))
        {
            at.Warn($"keeps up to {retention / monitor.Pane:0} panes per series; a wider monitor.pane saves memory", [.. path, "horizon"]);
        }
    }

    private static void Rules(ModelOptions model, Finder at, Func<string[][], bool> sets, string[] path)
    {
        if (model.Rules.Input is { } input && model.Rule.Inputs.Count > 0 && !model.Rule.Inputs.Contains(input) && sets([["rule"], ["rules", "input"]]))
        {
            at.Fault($"{model.Rule.Name} cannot read {input.Name()}; expected {string.Join(" or ", model.Rule.Inputs.Select(one => one.Name()))}", [.. path, "rules", "input"]);
        }

        foreach (var rule in RuleCatalogue.Pairs.Select(one => one.Section))
        {
            if (rule.Fault(model.Rules.Of(rule)) is var (parameter, message) && sets([["rules", rule.Key]])) at.Fault(message, [.. path, "rules", rule.Key, parameter]);
        }
    }

    private static bool IsMultiple(TimeSpan width, TimeSpan pane) => width > TimeSpan.Zero && width.Ticks % pane.Ticks == 0;

    /// <summary>Finds where a setting was written, so that a fault points there.</summary>
    private sealed class Finder(ConfigNode root, FaultList faults)
    {
        public void Fault(string message, params string[] path) => faults.Add(PlaceOf(path), string.Join('.', path), message);

        public void Warn(string message, params string[] path) => faults.Warn(PlaceOf(path), string.Join('.', path), message);

        public ConfigNode? Find(string[] path) => path.Aggregate((ConfigNode?)root, (node, key) => node?[key]);

        // The setting itself, or what stands around it, or nowhere.
        private Place PlaceOf(string[] path) =>
            Enumerable.Range(0, path.Length).Select(left => Find(path[..^left])).FirstOrDefault(n => n is not null)?.Place ?? root.Place;
    }
}
