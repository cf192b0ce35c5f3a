using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>What docs/input.md tells producers is what the reader does.</summary>
public class InputPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "input.md"));

    [Fact]
    public void EveryReasonIsExplainedOnce() => Assert.All(RejectReasons.All, r => Assert.Single(Page.Split('\n'), line => line.StartsWith($"| `{r.Name()}` |", StringComparison.Ordinal)));

    [Fact]
    public void TheExamplesAreAccepted()
    {
        string[] examples = [.. Page.Split('\n').Where(line => line.StartsWith("{\"", StringComparison.Ordinal))];
        var plain = new Records();
        var mapped = new Records(new FieldMapping
        {
            Id = "/meta/request~1id", Model = "/meta/model/name", Version = "/meta/model/version", Timestamp = "/ts", Probability = "/scores/1", Slices = "/tags",
        });

        Assert.Equal(8, examples.Length);
        Assert.All(examples[..4], e => Assert.Equal(RejectReason.None, plain.Prediction(e).Reason));
        Assert.All(examples[4..7], e => Assert.Equal(RejectReason.None, plain.Label(e).Reason));
        Assert.Equal((RejectReason.None, 0.8), (mapped.Prediction(examples[7]).Reason, mapped.Prediction(examples[7]).Prediction.Confidence));
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DriftWatch.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("No DriftWatch.sln above the tests.");
    }
}
