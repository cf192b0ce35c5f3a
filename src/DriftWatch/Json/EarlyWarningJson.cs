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
    public static void Write(Utf8JsonWriter json, EarlyWarningSnapshot? early)
    {
        if (early is null)
        {
            json.WriteNull("earlyWarning");
            return;
        }

        json.WriteStartObject("earlyWarning");
        WriteWarnings(json, early.Warnings);
        WriteReference(json, early);
        Member(json, "predictions", early.Predictions, WritePredictions);
        Member(json, "outcomes", early.Outcomes, WriteOutcomes);
        Member(json, "scores", early.Scores, WriteScores);
        WriteVolume(json, early.Volume);
        Member(json, "labels", early.Labels, WriteLabels);
        SnapshotJson.WriteNumber(json, "adaptiveAlpha", early.AdaptiveAlpha);
        SnapshotJson.WriteNumber(json, "coverageLogEvidence", early.Coverage?.LogEvidence);
        SnapshotJson.WriteNumber(json, "coverageLogThreshold", early.Coverage?.LogThreshold);
        json.WriteEndObject();
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
            SnapshotJson.WriteNumber(json, "effect", warning.Effect);
            SnapshotJson.WriteNumber(json, "z", warning.Z);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, EarlyWarningSnapshot early)
    {
        json.WriteString("gatheringSince", early.GatheringSince?.ToString());
        json.WriteNumber("gathered", early.Gathered);
        if (early.Reference is not { } reference)
        {
            json.WriteNull("reference");
            return;
        }

        json.WriteStartObject("reference");
        json.WriteString("from", reference.From.ToString());
        json.WriteString("to", reference.To.ToString());
        json.WriteNumber("predictions", reference.Predictions);
        json.WriteNumber("n", reference.Labeled);
        json.WriteNumber("completeness", reference.Completeness);
        json.WriteNumber("accuracy", reference.Accuracy);
        SnapshotJson.WriteNumber(json, "expectedAuroc", reference.ExpectedAuroc);
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
        json.WriteEndObject();
    }

    private static void WritePredictions(Utf8JsonWriter json, PredictionReading reading)
    {
        var comparison = reading.Comparison;
        WriteStretch(json, reading.Start, reading.End);
        json.WriteNumber("predictions", comparison.Count);
        SnapshotJson.WriteNumber(json, "psi", comparison.Psi);
        SnapshotJson.WriteNumber(json, "psiNull", comparison.PsiNull);
        SnapshotJson.WriteNumber(json, "chiSquare", comparison.ChiSquare);
        json.WriteNumber("degreesOfFreedom", comparison.DegreesOfFreedom);
        SnapshotJson.WriteNumber(json, "pValue", comparison.PValue);
        SnapshotJson.WriteNumber(json, "cramersV", comparison.CramersV);
        SnapshotJson.WriteNumber(json, "jensenShannonDistance", comparison.JensenShannonDistance);
        SnapshotJson.WriteNumber(json, "jensenShannonNats", comparison.JensenShannon);
        SnapshotJson.WriteNumber(json, "kolmogorovSmirnov", reading.Distribution.Distance);
        SnapshotJson.WriteNumber(json, "kolmogorovSmirnovPValue", reading.Distribution.PValue);
        SnapshotJson.WriteNumber(json, "z", reading.Z);
        SnapshotJson.WriteNumber(json, "overdispersion", reading.Overdispersion);
        SnapshotJson.WriteNumber(json, "expectedAccuracy", reading.Expected.Accuracy);
        SnapshotJson.WriteNumber(json, "expectedAccuracyZ", reading.ExpectedZ);
        SnapshotJson.WriteNumber(json, "expectedAuroc", reading.Expected.Auroc);
        SnapshotJson.WriteNumber(json, "expectedTruePositives", reading.Expected.TruePositives);
        SnapshotJson.WriteNumber(json, "expectedFalsePositives", reading.Expected.FalsePositives);
        SnapshotJson.WriteNumber(json, "expectedTrueNegatives", reading.Expected.TrueNegatives);
        SnapshotJson.WriteNumber(json, "expectedFalseNegatives", reading.Expected.FalseNegatives);
    }

    private static void WriteOutcomes(Utf8JsonWriter json, OutcomeReading reading)
    {
        WriteStretch(json, reading.Start, reading.End);
        json.WriteNumber("completeness", reading.Completeness.Share);
        WriteInterval(json, "completenessInterval", reading.Completeness.Interval);
        json.WriteNumber("completenessReference", reading.Completeness.Reference);
        SnapshotJson.WriteNumber(json, "completenessZ", reading.Completeness.Z);
        var change = reading.Attribution;
        SnapshotJson.WriteNumber(json, "accuracy", change?.Accuracy);
        SnapshotJson.WriteNumber(json, "accuracyChange", change?.Change);
        SnapshotJson.WriteNumber(json, "accuracyChangeTraffic", change?.Traffic);
        SnapshotJson.WriteNumber(json, "accuracyChangeCalibration", change?.Calibration);
        SnapshotJson.WriteNumber(json, "accuracyChangeZ", change?.Z);
        SnapshotJson.WriteNumber(json, "alpha", reading.Coverage?.Alpha);
        SnapshotJson.WriteNumber(json, "setThreshold", reading.Coverage?.Threshold);
        SnapshotJson.WriteNumber(json, "coverage", reading.Coverage?.Coverage);
        SnapshotJson.WriteNumber(json, "meanSetSize", reading.Coverage?.MeanSize);
        SnapshotJson.WriteNumber(json, "answered", reading.Coverage?.AnsweredShare);
    }

    private static void WriteScores(Utf8JsonWriter json, ScoreStatistics scores)
    {
        json.WriteNumber("predictions", scores.Predictions);
        json.WriteNumber("n", scores.Labeled);
        WriteInterval(json, "min", scores.Least);
        WriteInterval(json, "median", scores.Median);
        WriteInterval(json, "max", scores.Greatest);
        SnapshotJson.WriteNumber(json, "mean", scores.Mean);
        SnapshotJson.WriteNumber(json, "sd", scores.Deviation);
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
        SnapshotJson.WriteNumber(json, "z", hour.Z);
        SnapshotJson.WriteNumber(json, "overdispersion", hour.Overdispersion);
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, LabelReading reading)
    {
        WriteStretch(json, reading.Start, reading.End);
        SnapshotJson.WriteNumber(json, "delayMedianSeconds", reading.Delay?.Median.TotalSeconds);
        SnapshotJson.WriteNumber(json, "delayP95Seconds", reading.Delay?.P95.TotalSeconds);
        SnapshotJson.WriteNumber(json, "delayMedianReferenceSeconds", reading.Delay?.ReferenceMedian.TotalSeconds);
        SnapshotJson.WriteNumber(json, "delayP95ReferenceSeconds", reading.Delay?.ReferenceP95.TotalSeconds);
        SnapshotJson.WriteNumber(json, "delayZ", reading.Delay?.Z);
        SnapshotJson.WriteNumber(json, "selectionChiSquare", reading.Selection?.ChiSquare);
        SnapshotJson.WriteNumber(json, "selectionPValue", reading.Selection?.PValue);
        SnapshotJson.WriteNumber(json, "selectionSpread", reading.Selection?.Spread);
        SnapshotJson.WriteNumber(json, "selectionZ", reading.Selection?.Z);
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

    private static void Member<T>(Utf8JsonWriter json, string name, T? value, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        if (value is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        write(json, value);
        json.WriteEndObject();
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
