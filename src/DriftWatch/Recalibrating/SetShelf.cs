using DriftWatch.Options;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <summary>Where sets lie.</summary>
internal sealed class SetShelf(RecalibrationOptions options)
{
    public string Folder { get; } = options.Sets;

    public IArtefactStore Files { get; } = new FolderStore(options.Sets);

    /// <summary>The file of a set; null: it is not there.</summary>
    public string? Find(string checksum) => SetFile.Find(Folder, checksum);

    /// <summary>Why a set is not there, in a sentence.</summary>
    public string WhyGone(string checksum) => Files.Read(RemovedSet.KeyOf(checksum)) is { } line
        ? $"The set {checksum} was {RemovedSet.Read(line)}. The decision cannot be made again without it; its record stays, and a copy of the set in {Folder} makes it possible again."
        : $"{Files.AddressOf(checksum)}.* is not there: the decision cannot be made again without its set.";
}
