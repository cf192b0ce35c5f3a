using System.CommandLine;
using System.Globalization;
using System.Text;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Recalibration;
using DriftWatch.Replay;

namespace DriftWatch.Commands;

public sealed class FitCommandTests : IDisposable
{
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_shift_is_found_told_and_written_for_others()
    {
        var (status, output) = Fit(Files(5000, .8), "--out", _run.PathOf("maps"));

        Assert.Equal(0, status);
        Assert.Contains("5 000 labeled predictions", output, StringComparison.Ordinal);
        Assert.Contains("Verdict: accept. intercept saves", output, StringComparison.Ordinal);
        Assert.Contains("discrimination: the map is strictly increasing", output, StringComparison.Ordinal);
        var map = MapJsonReader.Read(File.ReadAllBytes(Path.Combine(_run.PathOf("maps"), "map.json")));
        Assert.Equal(.8, Assert.IsType<LogitMap>(map.Map).Intercept, 0.1);
        Assert.Equal(("p", "7", "binary", 1, 5000L), (map.Model, map.Version, map.View, map.Lineage.Revision, map.Lineage.N));
        foreach (string file in new[] { "map.onnx", "triton/p-7-calibration/1/model.onnx", "triton/p-7-calibration/config.pbtxt", "kserve/inference-service.yaml", "mlflow/MLmodel" })
        {
            Assert.True(File.Exists(Path.Combine(_run.PathOf("maps"), file)), file);
        }
    }

    [Fact]
    public void The_same_files_in_any_order_give_the_same_map_and_a_parent_is_followed()
    {
        string[] files = Files(3000, -.7);
        Fit(files, "--out", _run.PathOf("first"));
        byte[] first = File.ReadAllBytes(Path.Combine(_run.PathOf("first"), "map.json"));
        string[] rows = File.ReadAllLines(files[1]);
        File.WriteAllLines(files[1], [rows[0], .. rows[1..].Reverse()]);
        Fit(files, "--out", _run.PathOf("second"));
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(_run.PathOf("second"), "map.json")));

        Fit(files, "--out", _run.PathOf("third"), "--parent", Path.Combine(_run.PathOf("first"), "map.json"), "--method", "platt,intercept", "--valid-from", "2026-04-01");
        var (parent, child) = (MapJsonReader.Read(first), MapJsonReader.Read(File.ReadAllBytes(Path.Combine(_run.PathOf("third"), "map.json"))));
        Assert.Equal((2, parent.Checksum, "2026-04-01T00:00:00Z"), (child.Lineage.Revision, child.Lineage.Parent, child.ValidFrom.ToString()));
    }

    [Fact]
    public void Claims_that_hold_get_no_file_unless_somebody_insists()
    {
        string[] files = Files(3000, 0);
        var (_, output) = Fit(files, "--out", _run.PathOf("maps"));
        Assert.Contains("Verdict: keep.", output, StringComparison.Ordinal);
        Assert.Contains("No map was written. With --anyway the best is.", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_run.PathOf("maps")));

        Fit(files, "--out", _run.PathOf("maps"), "--anyway", "--method", "isotonic");
        Assert.Equal(MapMethod.Isotonic, MapJsonReader.Read(File.ReadAllBytes(Path.Combine(_run.PathOf("maps"), "map.json"))).Map.Method);
        Assert.Contains("\"verdict\": \"keep\"", File.ReadAllText(Path.Combine(_run.PathOf("maps"), "map.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stretch_is_fitted_by_itself()
    {
        string[] files = Files(3000, .8);
        var (_, output) = Fit(files, "--from", "2026-03-02T00:00:00Z", "--to", "2026-03-03T00:00:00Z");
        Assert.Contains("Verdict: wait.", output, StringComparison.Ordinal);
        Assert.Contains("labeled predictions, 1000 are needed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_several_models_is_chosen_by_its_name_and_version()
    {
        string[] files = Files(200, 0);
        string rows = File.ReadAllText(files[0]).Replace("probability,version", "probability,version,model", StringComparison.Ordinal).Replace(",7\n", ",7,a\n", StringComparison.Ordinal);
        File.WriteAllText(files[0], rows + "x,1772323200000,0.3,8,a\ny,1772323200000,0.3,8,b\n");
        File.AppendAllText(files[1], "x,1772323300000,1\ny,1772323300000,0\n");

        var failure = Assert.Throws<Hosting.CommandFailure>(() => Fit(files));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Contains("a/7, a/8, b/8: --model and --model-version choose", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a/7: 200 labeled predictions", Fit(files, "--model", "a", "--model-version", "7").Output, StringComparison.Ordinal);
        Assert.Contains("b/8: 1 labeled predictions", Fit(files, "--model", "b").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_fitted_is_told()
    {
        Assert.NotEmpty(CommandLine.Create().Parse(["fit", "--predictions", "p", "--labels", "l", "--method", "spline"]).Errors);
        Assert.Contains(CommandLine.Create().Parse(["fit", "--predictions", "p", "--labels", "l", "--method", "platt,vector"]).Errors, error => error.Message.Contains("only with a --calibration-set that holds vectors", StringComparison.Ordinal));
        var failure = Assert.Throws<Hosting.CommandFailure>(() => Fit([_run.Write("p.csv", "id,timestamp,probability\n"), _run.Write("l.csv", "id,timestamp,label\n")]));
        Assert.Equal(ExitCode.Failure, failure.Code);
        failure = Assert.Throws<Hosting.CommandFailure>(() => Fit(Files(10, 0), "--parent", _run.Write("broken.json", "{}")));
        Assert.Contains("calibration map:", failure.Message, StringComparison.Ordinal);
    }

    private static (int Status, string Output) Fit(string[] files, params string[] more)
    {
        var output = new StringWriter();
        int status = CommandLine.Create().Parse(["fit", "--predictions", files[0], "--labels", files[1], .. more]).Invoke(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
        return (status, output.ToString());
    }

    /// <summary>Ten days of claims whose truth is further up by some log-odds.</summary>
    private string[] Files(int count, double shift)
    {
        ulong seed = 5;
        var (predictions, labels) = (new StringBuilder("id,timestamp,probability,version\n"), new StringBuilder("id,timestamp,label\n"));
        for (int i = 0; i < count; i++)
        {
            double logit = 6 * (SplitMix64.Unit(ref seed) - .5);
            long time = 1_772_323_200_000 + (i * 864_000_000L / count);
            predictions.Append(CultureInfo.InvariantCulture, $"{i},{time},{Sigmoid(logit):R},7\n");
            labels.Append(CultureInfo.InvariantCulture, $"{i},{time + 60_000},{(SplitMix64.Unit(ref seed) < Sigmoid(logit + shift) ? 1 : 0)}\n");
        }

        return [_run.Write("p.csv", predictions.ToString()), _run.Write("l.csv", labels.ToString())];
    }

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}
