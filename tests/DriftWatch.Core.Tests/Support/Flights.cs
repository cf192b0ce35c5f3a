using System.Globalization;
using System.IO.Compression;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Support;

/// <summary>The flights data set: a frozen model's predictions, the labels that came later, and metrics that others computed from both.</summary>
internal static class Flights
{
    internal readonly record struct Prediction(int Id, EventTime Time, double Probability);

    internal readonly record struct Label(int Id, EventTime Time, bool Late);

    /// <summary>In order of time.</summary>
    public static IEnumerable<Prediction> Predictions(string folder) =>
        Rows(Path.Combine(folder, "predictions.csv.gz")).Select(row => new Prediction(
            int.Parse(row[0]), new EventTime(long.Parse(row[1])), double.Parse(row[2], CultureInfo.InvariantCulture)));

    /// <summary>In order of time.</summary>
    public static IEnumerable<Label> Labels(string folder) =>
        Rows(Path.Combine(folder, "labels.csv.gz")).Select(row => new Label(
            int.Parse(row[0]), new EventTime(long.Parse(row[1])), row[2] == "1"));

    /// <summary>Every flight with its label, in order of the labels: what a rule that sees pairs sees. Identifiers count from 1 without gaps.</summary>
    public static IEnumerable<(int Id, double P, bool Y)> InOrderOfLabels(string folder)
    {
        List<double> probabilities = new(2_400_000);
        foreach (string line in Lines(Path.Combine(folder, "predictions.csv.gz")))
        {
            int time = line.IndexOf(',') + 1;
            int probability = line.IndexOf(',', time) + 1;
            probabilities.Add(double.Parse(line.AsSpan(probability, line.IndexOf(',', probability) - probability), CultureInfo.InvariantCulture));
        }

        foreach (string line in Lines(Path.Combine(folder, "labels.csv.gz")))
        {
            int id = int.Parse(line.AsSpan(0, line.IndexOf(',')), CultureInfo.InvariantCulture);
            yield return (id, probabilities[id - 1], line[^1] == '1');
        }
    }

    /// <summary>A table beside the data: one dictionary a row, null for an empty value.</summary>
    public static IEnumerable<Dictionary<string, double?>> Oracle(string folder, string file)
    {
        string[]? header = null;
        foreach (string line in File.ReadLines(Path.Combine(folder, file)))
        {
            string[] values = line.Split(',');
            if (header is null) header = values;
            else yield return header.Zip(values).ToDictionary(one => one.First, one => one.Second.Length == 0 ? (double?)null : double.Parse(one.Second, CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<string[]> Rows(string file) => Lines(file).Select(line => line.Split(','));

    private static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line) yield return line;
    }
}
