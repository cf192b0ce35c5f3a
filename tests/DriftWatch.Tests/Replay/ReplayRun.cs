using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace DriftWatch.Replay;

/// <summary>Runs replays over files that a test writes, and forgets them.</summary>
internal sealed class ReplayRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("driftwatch-replay-");

    public string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        using Stream file = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(File.Create(path), CompressionMode.Compress) : File.Create(path);
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public static ReplayResult Run(ReplayRequest request, string standardInput = "") =>
        new Replayer(request, new ReplayMeter()).Run(() => new MemoryStream(Encoding.UTF8.GetBytes(standardInput)));

    /// <summary>The document of a replay over two texts.</summary>
    public string Document(string predictions, string labels, Func<ReplayRequest, ReplayRequest>? with = null) =>
        Document(Request(Write("p.csv", predictions), Write("l.csv", labels), with));

    public JsonElement Json(string predictions, string labels, Func<ReplayRequest, ReplayRequest>? with = null) =>
        JsonDocument.Parse(Document(predictions, labels, with)).RootElement;

    public static ReplayRequest Request(string predictions, string labels, Func<ReplayRequest, ReplayRequest>? with = null)
    {
        // With the unit stated, so that times can begin at 1970 and be short.
        var request = new ReplayRequest { Predictions = predictions, Labels = labels, Windows = [TimeSpan.FromHours(1)], TimestampUnit = Core.Input.TimestampUnit.Milliseconds };
        return with is null ? request : with(request);
    }

    public static string Document(ReplayRequest request, string standardInput = "") => Document(Run(request, standardInput));

    public static string Document(ReplayResult result)
    {
        using var buffer = new MemoryStream();
        ReplayJson.Write(buffer, result);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
