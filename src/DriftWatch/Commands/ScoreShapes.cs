using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Files;
using DriftWatch.Hosting;
using DriftWatch.Options;
using DriftWatch.Replay;

namespace DriftWatch.Commands;

/// <summary>Where a model's claims are: the usual shapes by name, or read from a file.</summary>
internal static class ScoreShapes
{
    private const int Drawn = 20_001;

    /// <summary>Normal laws of the log-odds: mean, deviation, least.</summary>
    public static readonly IReadOnlyList<(string Name, double Mean, double Deviation, double Least)> All =
    [
        ("balanced", 0, 2, double.NegativeInfinity),
        ("rare", -3.5, 1.2, double.NegativeInfinity),
        ("top-label", 2.5, 1.5, -1.1),
    ];

    /// <exception cref="CommandFailure">There is no such shape, and no such file or nothing in it.</exception>
    public static CalibrationSketch Read(string shape, PipelineOptions input)
    {
        var sketch = new CalibrationSketch();
        foreach (var (name, mean, deviation, least) in All)
        {
            if (name != shape) continue;
            for (int i = 1; i < Drawn; i++)
            {
                double logit = mean + (deviation * MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (double)i / Drawn));
                if (logit >= least) sketch.AddPrediction(1 / (1 + Math.Exp(-logit)));
            }

            return sketch;
        }

        if (!File.Exists(shape) && !Directory.Exists(shape) && !shape.Contains('*')) throw new CommandFailure($"--scores {shape}: expected {string.Join(", ", All.Select(s => s.Name))}, or a file of predictions.", ExitCode.Usage);
        var request = new ReplayRequest { Predictions = shape, Labels = "-", PredictionFields = input.PredictionFields, Limits = input.Limits };
        try
        {
            var loaded = Loading.Predictions(InputFiles.Find(shape, () => Stream.Null), request, new RouteTable(ReplayOptions.ForReading(request).Routing), new ReplayMeter());
            for (int row = 0; row < loaded.Rows.Count; row++) sketch.AddPrediction(loaded.Rows[row].Confidence);
        }
        catch (ReplayException failure)
        {
            throw new CommandFailure(failure.Message, failure.ExitStatus);
        }
        catch (FileException failure)
        {
            throw new CommandFailure(failure.Message, failure.ExitStatus);
        }

        return sketch.Predictions > 0 ? sketch : throw new CommandFailure($"--scores {shape}: there is no readable prediction in it.", ExitCode.Failure);
    }
}
