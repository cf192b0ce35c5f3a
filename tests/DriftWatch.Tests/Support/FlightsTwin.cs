using System.Globalization;
using System.IO.Compression;

namespace DriftWatch.Support;

/// <summary>The calibrated twin of the flights: the same traffic with a perfect model. A rule that alarms on it is wrong.</summary>
internal static class FlightsTwin
{
    /// <summary>Writes its labels: y = 1 if u(id) &lt; probability, u by splitmix64 from the id; times as in the real labels.</summary>
    public static void Write(string folder, string path)
    {
        var probabilities = Rows(folder, "predictions.csv.gz").ToDictionary(row => row[0], row => double.Parse(row[2], CultureInfo.InvariantCulture));
        using var labels = new StreamWriter(path);
        labels.WriteLine("id,timestamp,label");
        foreach (string[] row in Rows(folder, "labels.csv.gz"))
            labels.WriteLine($"{row[0]},{row[1]},{(Unit(ulong.Parse(row[0], CultureInfo.InvariantCulture)) < probabilities[row[0]] ? 1 : 0)}");
    }

    private static IEnumerable<string[]> Rows(string folder, string name)
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, name)), CompressionMode.Decompress));
        file.ReadLine();
        while (file.ReadLine() is { } line) yield return line.Split(',');
    }

    private static double Unit(ulong id)
    {
        ulong z = id + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1L << 53));
    }
}
