using System.Diagnostics;
using System.Globalization;
using System.Text;
using DriftWatch.Core.Recalibration;
using DriftWatch.Kafka;

namespace DriftWatch.Client;

/// <summary>The example for those who serve from Python, against what the service itself computes.</summary>
public sealed class PythonServingTests
{
    private static readonly string Script = Path.Combine(Repository.Root, "examples", "serving", "calibrate.py");

    public static TheoryData<string> Names() => [.. Kinds.Keys];

    private static readonly Dictionary<string, CalibrationMap> Kinds = new()
    {
        ["intercept"] = new LogitMap(MapMethod.Intercept, 1, -.3),
        ["platt"] = new LogitMap(MapMethod.Platt, .1 + .2, 1e-9),
        ["beta"] = new BetaMap(1.1, .9, -.2),
        ["isotonic"] = new KnotMap([0, .1, .7], [.01, .2, .2]),
        ["histogram"] = new StepMap([.25, .5], [.1, .6, .4]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void It_computes_the_same(string name)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Maps.Json(12, map: Kinds[name]));
            double[] claims = [0, 1e-9, 1e-5, .05, .1, Math.BitDecrement(.1), .25, .5, .69999, .7, .99, 1 - 1e-9, 1];
            string said = Programs.Run(Python([Script, path, .. claims.Select(claim => claim.ToString("R", CultureInfo.InvariantCulture))]));
            double[] answers = [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
            Assert.Equal(claims.Length, answers.Length);
            for (int i = 0; i < claims.Length; i++) Assert.Equal(Kinds[name].Apply(claims[i]), answers[i], 1e-12);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_map_of_vectors_takes_the_probabilities_of_all_classes_and_says_so()
    {
        string path = Path.GetTempFileName();
        try
        {
            var map = new VectorMap(MapMethod.Temperature, [.6, .6, .6], [0, 0, 0]);
            File.WriteAllBytes(path, Maps.Json(1, map: map));
            double[] claims = [.2, .5, .3], expected = new double[3];
            map.Apply(claims, expected);
            double[] answers = [.. Programs.Run(Python([Script, path, "0.2,0.5,0.3"])).Trim().Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], answers[i], 1e-12);

            using var process = Process.Start(Python([Script, path, "0.5"]))!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.NotEqual(0, process.ExitCode);
            Assert.Contains("a map of vectors of 3 classes: it takes the probabilities of all of them", errors);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void It_refuses_a_map_that_was_changed()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Encoding.UTF8.GetString(Maps.Json(1, -.3)).Replace("-0.3", "-0.2", StringComparison.Ordinal));
            using var process = Process.Start(Python([Script, path, "0.5"]))!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.NotEqual(0, process.ExitCode);
            Assert.Contains("its checksum differs", errors);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ProcessStartInfo Python(IEnumerable<string> arguments) => new(Programs.Find("python3"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
}
