using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Events;

/// <summary>What a window counts and what follows from it, in the one shape of events, API and reports.</summary>
public static class WindowJson
{
    /// <summary>Members of an object that is open: <c>predictions</c>, <c>n</c>, <c>positives</c>, <c>sumProbability</c>.</summary>
    public static void WriteCounts(Utf8JsonWriter json, WindowSnapshot window)
    {
        json.WriteNumber("predictions", window.Predictions);
        json.WriteNumber("n", window.Labeled);
        json.WriteNumber("positives", window.Positives);
        json.WriteNumber("sumProbability", window.SumConfidence);
    }

    /// <summary>The members of the object <c>metrics</c>, which is open: a row of the catalogue each.</summary>
    public static void WriteMetrics(Utf8JsonWriter json, CalibrationReport metrics)
    {
        foreach (var metric in WindowMetrics.All) WriteNumber(json, metric.Name, metrics[metric]);
    }

    /// <summary>The members <c>bins</c> and <c>thresholds</c>.</summary>
    public static void WriteParts(Utf8JsonWriter json, WindowSnapshot window)
    {
        json.WriteStartArray("bins");
        foreach (var bin in window.Bins)
        {
            json.WriteStartObject();
            json.WriteNumber("lower", bin.Lower);
            json.WriteNumber("upper", bin.Upper);
            json.WriteNumber("n", bin.Count);
            json.WriteNumber("positives", bin.Positives);
            json.WriteNumber("sumProbability", bin.SumConfidence);
            if (!bin.Extra.IsNone) WriteWeights(json, bin);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("thresholds");
        foreach (var threshold in window.Thresholds)
        {
            json.WriteStartObject();
            json.WriteNumber("threshold", threshold.Threshold);
            foreach (var metric in ThresholdMetrics.All) WriteNumber(json, metric.Name, metric.Of(threshold));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What a bin comes to where labels were asked for by chance.</summary>
    private static void WriteWeights(Utf8JsonWriter json, in ReliabilityBin bin)
    {
        json.WriteNumber("weight", bin.Weight);
        json.WriteNumber("weightedPositives", bin.WeightedPositives);
        json.WriteNumber("weightedSumProbability", bin.WeightedConfidence);
        json.WriteNumber("effectiveN", bin.Effective);
    }

    /// <summary>An object with <c>lower</c> and <c>upper</c>, or null.</summary>
    public static void WriteInterval(Utf8JsonWriter json, string name, Interval? interval)
    {
        if (interval is not { } ends)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("lower", ends.Lower);
        json.WriteNumber("upper", ends.Upper);
        json.WriteEndObject();
    }

    /// <summary>The member <c>onsetInterval</c>: two times, or null.</summary>
    public static void WriteOnsetInterval(Utf8JsonWriter json, OnsetInterval? interval)
    {
        if (interval is not { } ends)
        {
            json.WriteNull("onsetInterval");
            return;
        }

        json.WriteStartObject("onsetInterval");
        json.WriteString("lower", ends.From.ToString());
        json.WriteString("upper", ends.To.ToString());
        json.WriteEndObject();
    }

    /// <summary>The member <c>region</c>: two ends, or null.</summary>
    public static void WriteRegion(Utf8JsonWriter json, (double Low, double High)? region)
    {
        if (region is not { } ends)
        {
            json.WriteNull("region");
            return;
        }

        json.WriteStartArray("region");
        json.WriteNumberValue(ends.Low);
        json.WriteNumberValue(ends.High);
        json.WriteEndArray();
    }

    /// <summary>A number, or null where there is none to tell.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
