namespace DriftWatch;

/// <summary>Ten conventions for comparing, one for watching: what a stream shows must not depend on which library somebody had in mind.</summary>
public class OneConventionTests
{
    [Fact]
    public void Only_the_offline_comparison_knows_other_libraries_binning()
    {
        string[] names = ["Calibration.Reference", "ReferenceBinning", "RawScores"];
        string room = Path.Combine("Calibration", "Reference");
        string replay = Path.Combine("src", "DriftWatch", "Replay");
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).ToList();
        Assert.Contains(sources, file => file.Contains(room, StringComparison.Ordinal));

        var users = sources.Where(file => !file.Contains(room, StringComparison.Ordinal) && !file.Contains(replay, StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file) is var text && names.Any(name => text.Contains(name, StringComparison.Ordinal)));

        Assert.Empty(users);
    }
}
