namespace DriftWatch.Recalibrating;

/// <summary>Files of a folder, and of those in it.</summary>
internal sealed class FolderStore(string root) : IArtefactStore
{
    public string AddressOf(string key) => Path.Combine([root, .. key.Split('/')]);

    public IEnumerable<StoredFile> List(string prefix)
    {
        if (!Directory.Exists(root)) return [];
        return new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => new StoredFile(Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.Length, file.LastWriteTimeUtc))
            .Where(file => file.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
    }

    public byte[]? Read(string key) => AddressOf(key) is var path && File.Exists(path) ? File.ReadAllBytes(path) : null;

    public void Replace(string key, byte[] content) => Drafts.Replace(AddressOf(key), content);

    /// <summary>The folders that become empty go with it.</summary>
    public void Remove(string key)
    {
        string path = AddressOf(key);
        if (!File.Exists(path)) return;
        File.Delete(path);
        for (string at = key; at.Contains('/');)
        {
            at = at[..at.LastIndexOf('/')];
            string folder = AddressOf(at);
            if (Directory.EnumerateFileSystemEntries(folder).Any()) return;
            Directory.Delete(folder);
        }
    }
}
