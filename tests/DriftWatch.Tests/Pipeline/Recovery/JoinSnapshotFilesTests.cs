using Xunit;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>What is left on the disk when a snapshot could not be written: nothing that would take the room of the next.</summary>
public sealed class JoinSnapshotFilesTests : IDisposable
{
    private static readonly Dictionary<string, string> Settings = new() { ["monitor.pane"] = "1m" };
    private readonly string _directory = Directory.CreateTempSubdirectory("snapshots").FullName;
    private readonly LogLines _log = new();

    [Fact]
    public void Drafts_of_a_crash_go_with_the_next_snapshot_and_those_of_another_service_stay()
    {
        var files = new JoinSnapshotFiles(_directory, "task", _log);
        Write(files, 1);
        string first = Assert.Single(Names());
        string draft = first[..^1] + "0.unfinished", foreign = "join-ffffffffffff-0000000000000000001.unfinished";
        foreach (string name in new[] { draft, foreign }) File.WriteAllText(Path.Combine(_directory, name), "half of it");

        Write(files, 2);

        Assert.Equal([first, first[..^1] + "2", foreign], Names());
    }

    [Fact]
    public void What_cannot_be_written_is_told_in_a_sentence_and_leaves_no_draft()
    {
        var files = new JoinSnapshotFiles(_directory, "task", _log);
        Write(files, 1);
        string first = Assert.Single(Names());
        Directory.CreateDirectory(Path.Combine(_directory, first[..^1] + "2"));

        Write(files, 2);

        Assert.Equal([first], Names());
        string told = Assert.Single(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Matches(@"^Warning: Could not write the snapshot .*2: .*[^.]\. Until it can be written, restarts read records again$", told);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void Write(JoinSnapshotFiles files, long epoch)
    {
        files.Write(epoch, 7, Settings, [[1, 2, 3]]);
        files.Finish(TimeSpan.FromMinutes(1));
    }

    private string[] Names() => [.. Directory.EnumerateFiles(_directory).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
}
