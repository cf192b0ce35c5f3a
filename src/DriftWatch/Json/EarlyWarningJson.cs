using DriftWatch.Core.Events;
using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.EarlyWarning.Watches;
using DriftWatch.Core.Time;

namespace DriftWatch.Json;

/// <summary>Early warnings as JSON: one member of a series. What is not known yet is null.</summary>
internal static class EarlyWarningJson
{
    /// <summary>The member <c>earlyWarning</c> of an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, EarlyWarningSnapshot? early) => JsonMember.Write(json, "earlyWarning", early, WriteAll);

    private static void WriteAll(Utf8JsonWriter json, EarlyWarningSnapshot early)
    {
        WriteWarnings(json, early.Warnings);
        json.WriteString("gatheringSince", early.GatheringSince?.ToString());
        json.WriteNumber("gathered", early.Gathered);
        JsonMember.Write(json, "reference", early.Reference, WriteReference);
        JsonMember.Write(json, "predictions", early.Predictions, WritePredictions);
        JsonMember.Write(json, "outcomes", early.Outcomes, WriteOutcomes);
        JsonMember.Write(json, "scores", early.Scores, WriteScores);
        WriteVolume(json, early.Volume);
        JsonMember.Write(json, "labels", early.Labels, WriteLabels);
        JsonMember.Write(json, "latency", early.Latency, WriteLatency);
        WindowJson.WriteNumber(json, "adaptiveAlpha", early.AdaptiveAlpha);
        WindowJson.WriteNumber(json, "coverageLogEvidence", early.Coverage?.LogEvidence);
        WindowJson.WriteNumber(json, "coverageLogThreshold", early.Coverage?.LogThreshold);
    }

    private static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<Warning> warnings)
    {
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
        {
            json.WriteStartObject();
            json.WriteString("kind", warning.Kind.Name());
            json.WriteString("sentence", warning.Sentence);
            json.WriteString("since", warning.Since.ToString());
            WindowJson.WriteNumber(json, "effect", warning.Effect);
            WindowJson.WriteNumber(json, "z", warning.Z);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, ReferenceSnapshot reference)
    {
        json.WriteString("from", reference.From.ToString());
        json.WriteString("to", reference.To.ToString());
        json.WriteNumber("predictions", reference.Predictions);
        json.WriteNumber("n", reference.Labeled);
        json.WriteNumber("completeness", reference.Completeness);
        json.WriteNumber("accuracy", reference.Accuracy);
        WindowJson.WriteNumber(json, "expectedAuroc", reference.ExpectedAuroc);
        json.WriteStartArray("regions");
        foreach (var region in reference.Regions)
        {
            json.WriteStartObject();
            json.WriteNumber("lower", region.Lower);
            json.WriteNumber("upper", region.Upper);
            json.WriteNumber("n", region.Labeled);
            json.WriteNumber("offset", region.Offset);
            json.WriteNumber("halfWidth", region.HalfWidth);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePredictions(Utf8JsonWriter json, PredictionReading reading)
    {
        var comparison = reading.Comparison;
        WriteStretch(json, reading.Start, reading.End);
        json.WriteNumber("predictions", comparison.Count);
        WindowJson.WriteNumber(json, "psi", comparison.Psi);
        WindowJson.WriteNumber(json, "psiNull", comparison.PsiNull);
        WindowJson.WriteNumber(json, "chiSquare", comparison.ChiSquare);
        json.WriteNumber("degreesOfFreedom", comparison.DegreesOfFreedom);
        WindowJson.WriteNumber(json, "pValue", comparison.PValue);
        WindowJson.WriteNumber(json, "cramersV", comparison.CramersV);
        WindowJson.WriteNumber(json, "jensenShannonDistance", comparison.JensenShannonDistance);
        WindowJson.WriteNumber(json, "jensenShannonNats", comparison.JensenShannon);
        WindowJson.WriteNumber(json, "kolmogorovSmirnov", reading.Distribution.Distance);
        WindowJson.WriteNumber(json, "kolmogorovSmirnovPValue", reading.Distribution.PValue);
        WindowJson.WriteNumber(json, "z", reading.Z);
        WindowJson.WriteNumber(json, "overdispersion", reading.Overdispersion);
        WindowJson.WriteNumber(json, "expectedAccuracy", reading.Expected.Accuracy);
        WindowJson.WriteNumber(json, "expectedAccuracyZ", reading.ExpectedZ);
        WindowJson.WriteNumber(json, "expectedAuroc", reading.Expected.Auroc);
        WindowJson.WriteNumber(json, "expectedTruePositives", reading.Expected.TruePositives);
        WindowJson.WriteNumber(json, "expectedFalsePositives", reading.Expected.FalsePositives);
        WindowJson.WriteNumber(json, "expectedTrueNegatives", reading.Expected.TrueNegatives);
        WindowJson.WriteNumber(json, "expectedFalseNegatives", reading.Expected.FalseNegatives);
    }

    private static void WriteOutcomes(Utf8JsonWriter json, OutcomeReading reading)
    {
        WriteStretch(json, reading.Start, reading.End);
        json.WriteNumber("completeness", reading.Completeness.Share);
        WriteInterval(json, "completenessInterval", reading.Completeness.Interval);
        json.WriteNumber("completenessReference", reading.Completeness.Reference);
        WindowJson.WriteNumber(json, "completenessZ", reading.Completeness.Z);
        var change = reading.Attribution;
        WindowJson.WriteNumber(json, "accuracy", change?.Accuracy);
        WindowJson.WriteNumber(json, "accuracyChange", change?.Change);
        WindowJson.WriteNumber(json, "accuracyChangeTraffic", change?.Traffic);
        WindowJson.WriteNumber(json, "accuracyChangeCalibration", change?.Calibration);
        WindowJson.WriteNumber(json, "accuracyChangeZ", change?.Z);
        WindowJson.WriteNumber(json, "alpha", reading.Coverage?.Alpha);
        WindowJson.WriteNumber(json, "setThreshold", reading.Coverage?.Threshold);
        WindowJson.WriteNumber(json, "coverage", reading.Coverage?.Coverage);
        WindowJson.WriteNumber(json, "meanSetSize", reading.Coverage?.MeanSize);
        WindowJson.WriteNumber(json, "answered", reading.Coverage?.AnsweredShare);
    }

    private static void WriteScores(Utf8JsonWriter json, ScoreStatistics scores)
    {
        json.WriteNumber("predictions", scores.Predictions);
        json.WriteNumber("n", scores.Labeled);
        WriteInterval(json, "min", scores.Least);
        WriteInterval(json, "median", scores.Median);
        WriteInterval(json, "max", scores.Greatest);
        WindowJson.WriteNumber(json, "mean", scores.Mean);
        WindowJson.WriteNumber(json, "sd", scores.Deviation);
    }

    private static void WriteVolume(Utf8JsonWriter json, VolumeReading? volume)
    {
        if (volume is not { } hour)
        {
            json.WriteNull("volume");
            return;
        }

        json.WriteStartObject("volume");
        json.WriteString("start", hour.Start.ToString());
        json.WriteNumber("predictions", hour.Count);
        json.WriteNumber("expected", hour.Expected);
        WindowJson.WriteNumber(json, "z", hour.Z);
        WindowJson.WriteNumber(json, "overdispersion", hour.Overdispersion);
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, LabelReading reading)
    {
        WriteStretch(json, reading.Start, reading.End);
        WindowJson.WriteNumber(json, "delayMedianSeconds", reading.Delay?.Median.TotalSeconds);
        WindowJson.WriteNumber(json, "delayP95Seconds", reading.Delay?.P95.TotalSeconds);
        WindowJson.WriteNumber(json, "delayMedianReferenceSeconds", reading.Delay?.ReferenceMedian.TotalSeconds);
        WindowJson.WriteNumber(json, "delayP95ReferenceSeconds", reading.Delay?.ReferenceP95.TotalSeconds);
        WindowJson.WriteNumber(json, "delayZ", reading.Delay?.Z);
        WindowJson.WriteNumber(json, "selectionChiSquare", reading.Selection?.ChiSquare);
        WindowJson.WriteNumber(json, "selectionPValue", reading.Selection?.PValue);
        WindowJson.WriteNumber(json, "selectionSpread", reading.Selection?.Spread);
        WindowJson.WriteNumber(json, "selectionZ", reading.Selection?.Z);
        json.WriteStartArray("byDelay");
        foreach (var bucket in reading.Selection?.Buckets ?? [])
        {
            json.WriteStartObject();
            json.WriteNumber("fromSeconds", bucket.From.TotalSeconds);
            json.WriteNumber("toSeconds", bucket.To.TotalSeconds);
            json.WriteNumber("n", bucket.Labeled);
            json.WriteNumber("gap", bucket.Gap);
            WriteInterval(json, "gapInterval", bucket.Interval);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLatency(Utf8JsonWriter json, LatencyReading reading)
    {
        WriteStretch(json, reading.Start, reading.End);
        LatencyJson.WriteQuantiles(json, reading.Now);
        json.WriteStartObject("reference");
        LatencyJson.WriteQuantiles(json, reading.Reference);
        json.WriteEndObject();
        WindowJson.WriteNumber(json, "ratio", reading.Ratio);
        WindowJson.WriteNumber(json, "z", reading.Z);
    }

    private static void WriteStretch(Utf8JsonWriter json, EventTime start, EventTime end)
    {
        json.WriteString("start", start.ToString());
        json.WriteString("end", end.ToString());
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, Interval interval)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(interval.Lower);
        json.WriteNumberValue(interval.Upper);
        json.WriteEndArray();
    }
}
