using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Recalibrating;

public sealed class FolderCheckTests
{
    [Fact]
    public void Folders_are_tried_and_left_as_they_were()
    {
        string home = Directory.CreateTempSubdirectory("driftwatch-folder-").FullName;
        try
        {
            string file = Path.Combine(home, "file"), maps = Path.Combine(home, "maps");
            File.WriteAllText(file, "");
            var findings = FolderCheck.Run(new RecalibrationOptions { Folder = home, SetsFolder = Path.Combine(maps, "deep") }).ToList();
            Assert.All(findings, finding => Assert.True(finding.Good, finding.Finding));
            Assert.Equal($"driftwatch recalibrate: folder {home} can be written", findings[0].Finding);
            Assert.Equal($"driftwatch recalibrate: folder {maps}/deep will be made, {home} can be written", findings[1].Finding);
            Assert.Equal([file], Directory.GetFileSystemEntries(home));

            var (good, said) = FolderCheck.Run(new RecalibrationOptions { Folder = Path.Combine(file, "maps"), SetsFolder = home }).First();
            Assert.False(good);
            Assert.StartsWith($"driftwatch recalibrate: folder {file}/maps cannot be written: ", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public void A_missing_right_is_told_with_the_user_who_lacks_it() =>
        Assert.Equal(
            $"Access to the path '/maps' is denied. The process runs as {Environment.UserName}: give that user the right to write there, or name another folder (recalibration.folder, recalibration.setsFolder).",
            FolderCheck.Describe(new UnauthorizedAccessException("Access to the path '/maps' is denied.")));

    /// <summary>Not every failure of a disk is a full one.</summary>
    [Theory, InlineData(28, true), InlineData(122, true), InlineData(unchecked((int)0x80070070), true), InlineData(5, false)]
    public void A_full_disk_is_told_with_what_makes_room(int error, bool isFull)
    {
        string said = FolderCheck.Describe(new IOException("No space left on device : '/maps/a.part'", error));

        Assert.StartsWith("No space left on device : '/maps/a.part'", said, StringComparison.Ordinal);
        Assert.Equal(isFull, said.Contains(". Nothing was answered, and the request waits: free room there, keep less (recalibration.keep", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_no_folder_is_set_nothing_is_tried() => Assert.Empty(FolderCheck.Run(new RecalibrationOptions()));
}
