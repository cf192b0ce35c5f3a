using System.Diagnostics;
using DriftWatch.Core.Events;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Json;

/// <summary>Where a rule stands, and what it was told to do, as JSON. What a rule does not have is null.</summary>
internal static class DetectorJson
{
    /// <summary>The member <c>detector</c> of a series: null where no rule watches it.</summary>
    public static void WriteMember(Utf8JsonWriter json, DetectorSnapshot? detector, ModelOptions options)
    {
        if (detector is not { Judges: true })
        {
            json.WriteNull("detector");
            return;
        }

        json.WriteStartObject("detector");
        json.WriteString("rule", detector.Rule);
        Number("statistic", detector.Statistic);
        Number("limit", detector.Limit);
        Number("logEvidence", detector.LogEvidence);
        Number("logThreshold", detector.LogThreshold);
        Number("logEvidenceIgnoringMissing", detector.LogEvidenceIgnoringMissing);
        Number("logEvidenceLifetime", detector.LogEvidenceLifetime);
        Number("logEvidenceRelative", detector.LogEvidenceRelative);
        Number("logRecovery", detector.LogRecovery);
        Number("logRecoveryThreshold", detector.LogRecoveryThreshold);
        json.WriteString("direction", detector.Direction?.Name());
        WindowJson.WriteRegion(json, detector.Region);
        Number("temperature", detector.Temperature);
        json.WriteString("onset", detector.Onset?.ToString());
        WindowJson.WriteOnsetInterval(json, detector.OnsetInterval);
        Number("overdispersion", detector.Overdispersion);
        json.WriteString("block", detector.Block is { } block ? Durations.Name(block) : null);
        Number("blocks", detector.Blocks);
        Number("blockAutocorrelation", detector.BlockAutocorrelation);
        Number("tolerance", detector.Tolerance);
        Number("logOddsTolerance", detector.LogOddsTolerance);
        json.WriteString("toleranceForm", detector.ToleranceForm?.Name());
        json.WriteString("nullHypothesis", detector.NullHypothesis?.Name());
        Number("completeness", detector.Completeness);
        json.WriteString("waiting", detector.Waiting);
        json.WriteString("waitsFor", detector.WaitsFor.Name());
        Number("sharedBy", detector.SharedBy);
        json.WriteString("guarantee", options.Rule.Promise(options.Watch, detector));
        json.WriteEndObject();

        void Number(string name, double? value) => WindowJson.WriteNumber(json, name, value);
    }

    /// <summary>The parameters of the sequential detector, as members of a policy: <c>drift</c>, null where a rule decides that goes by none.</summary>
    public static void WritePolicy(Utf8JsonWriter json, ModelOptions options)
    {
        if (options.Rule.FalseAlarms(options.Watch) is not { } drift)
        {
            json.WriteNull("drift");
            return;
        }

        json.WriteStartObject("drift");
        WindowJson.WriteNumber(json, "tolerance", drift.Tolerance);
        WindowJson.WriteNumber(json, "logOddsTolerance", drift.LogOddsTolerance);
        json.WriteString("question", drift.Question.Name());
        json.WriteString("guarantee", drift.Guarantee.ToString().ToLowerInvariant());
        json.WriteString("falseAlarmEvery", Durations.Name(drift.FalseAlarmEvery));
        WindowJson.WriteNumber(json, "falseAlarmEveryPredictions", drift.FalseAlarmEveryPredictions);
        WindowJson.WriteNumber(json, "falseAlarmProbability", drift.FalseAlarmProbability);
        json.WriteString("statement", AlarmStatement.Of(drift));
        json.WriteString("group", drift.Group.ToString().ToLowerInvariant());
        json.WriteString("dependence", drift.Dependence.ToString().ToLowerInvariant());
        WindowJson.WriteNumber(json, "clusterSize", drift.ClusterSize);
        json.WriteString("block", drift.Block is { } block ? Durations.Name(block) : null);
        json.WriteString("missingLabels", drift.Missing switch { MissingLabels.Ignore => "ignore", MissingLabels.Reference => "reference", MissingLabels.WorstCase => "worst-case", _ => throw new UnreachableException() });
        json.WriteString("nullHypothesis", drift.NullHypothesis.Name());
        WindowJson.WriteNumber(json, "minLabeled", drift.MinLabeled);
        json.WriteString("pane", drift.Pane is { } pane ? Durations.Name(pane) : null);
        json.WriteEndObject();
    }
}
