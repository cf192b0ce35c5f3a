using DriftWatch.Options;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <summary>Where sets lie: in a folder, and where a store is configured, there too. Then the store is what counts, and the folder holds copies.</summary>
/// <remarks>All members throw <see cref="IOException"/> where a place does not answer or says no.</remarks>
internal sealed class SetShelf(RecalibrationOptions options)
{
    private readonly FolderStore _files = new(options.Sets);
    private readonly S3Store? _store = S3Store.Of(options)?.Under("sets");

    public string Folder { get; } = options.Sets;

    /// <summary>All places, that which counts first.</summary>
    public IReadOnlyList<IArtefactStore> Places => _store is null ? [_files] : [_store, _files];

    /// <summary>The set that was made for a request, as its file here; null: none was, or it is gone.</summary>
    /// <param name="request">The event's id.</param>
    public string? MadeFor(string request)
    {
        string key = SetNote.KeyOf(request);
        return Places.Select(place => place.Read(key)).OfType<byte[]>().Select(note => Find(SetNote.Read(note))).FirstOrDefault(path => path is not null);
    }

    /// <summary>Notes which set is made for a request, before it is there.</summary>
    public void Note(string request, string checksum)
    {
        foreach (var place in Places) place.Replace(SetNote.KeyOf(request), SetNote.Write(checksum));
    }

    /// <summary>The file of a set, fetched where it is not here; null: it is nowhere.</summary>
    public string? Find(string checksum) => SetFile.Find(Folder, checksum) ?? SetFormats.All.Select(format => Fetch($"{checksum}.{format.Name()}")).FirstOrDefault(path => path is not null);

    /// <summary>Sees to it that a set is in the store.</summary>
    /// <param name="path">Its file here.</param>
    public void Send(string path)
    {
        string key = Path.GetFileName(path);
        if (_store is null || _store.List(key).Any()) return;
        using var file = File.OpenRead(path);
        _store.Add(key, file);
    }

    /// <summary>Where others find a set; null: only in this folder.</summary>
    public string? AddressOf(string path) => _store?.AddressOf(Path.GetFileName(path));

    /// <summary>Why a set is not there, in a sentence.</summary>
    public string WhyGone(string checksum) => Places.Select(place => place.Read(RemovedSet.KeyOf(checksum))).FirstOrDefault(line => line is not null) is { } removed
        ? $"The set {checksum} was {RemovedSet.Read(removed)}. The decision cannot be made again without it; its record stays, and a copy of the set in {Folder} makes it possible again."
        : $"{string.Join(" and ", Places.Select(place => $"{place.AddressOf(checksum)}.*"))} is not there: the decision cannot be made again without its set.";

    private string? Fetch(string name)
    {
        if (_store is null) return null;
        string path = Path.Combine(Folder, name), draft = Path.Combine(Folder, $".{Guid.NewGuid():n}.part");
        Directory.CreateDirectory(Folder);
        try
        {
            using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                if (!_store.Copy(name, file)) return null;
            }

            File.Move(draft, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
