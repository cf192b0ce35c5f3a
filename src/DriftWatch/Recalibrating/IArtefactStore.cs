namespace DriftWatch.Recalibrating;

/// <summary>Sets and maps as files under keys: in a folder, or in a bucket. What is under a key is whole, or not there.</summary>
/// <remarks>All members throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the place does not answer or says no, in words that name it.</remarks>
internal interface IArtefactStore
{
    /// <summary>Where a key lies, as people write it.</summary>
    string AddressOf(string key);

    /// <summary>All files whose keys begin so.</summary>
    IEnumerable<StoredFile> List(string prefix);

    /// <summary>What is under a key; null: nothing.</summary>
    byte[]? Read(string key);

    /// <summary>Puts a text under a key, in place of what is there.</summary>
    void Replace(string key, byte[] content);

    /// <summary>Takes a file away; one that is not there is no error.</summary>
    void Remove(string key);
}

/// <summary>A file as a store lists it.</summary>
/// <param name="Key">Its name, with slashes.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Written">When it was put there.</param>
internal readonly record struct StoredFile(string Key, long Bytes, DateTimeOffset Written)
{
    /// <summary>The key's last segment.</summary>
    public string Name => Key[(Key.LastIndexOf('/') + 1)..];
}
