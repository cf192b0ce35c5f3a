namespace DriftWatch.Client;

/// <summary>Keeps a <see cref="CurrentMap"/> at what a file holds: a map that <c>driftwatch fit</c> or <c>driftwatch recalibrate</c> has written.</summary>
/// <remarks>The file is looked at now and then, since folders that are mounted or synchronised tell of no change. A file that is gone changes nothing: it may be about to be replaced.</remarks>
public sealed class MapFile : IDisposable
{
    private readonly string _path;
    private readonly Timer _timer;
    private (DateTime Written, long Length)? _seen;

    /// <param name="path">The file <c>map.json</c>.</param>
    /// <param name="map">What is kept up to date.</param>
    /// <param name="interval">How often it is looked at; null: every five seconds.</param>
    public MapFile(string path, CurrentMap map, TimeSpan? interval = null)
    {
        (_path, Map) = (path, map);
        Look();
        var every = interval ?? TimeSpan.FromSeconds(5);
        _timer = new Timer(_ => Look(), null, every, every);
    }

    /// <summary>What is kept up to date.</summary>
    public CurrentMap Map { get; }

    /// <summary>Looks at once.</summary>
    public void Look()
    {
        lock (_path)
        {
            try
            {
                var file = new FileInfo(_path);
                if (!file.Exists || _seen == (file.LastWriteTimeUtc, file.Length)) return;
                byte[] bytes = File.ReadAllBytes(_path);
                _seen = (file.LastWriteTimeUtc, file.Length);
                Map.TryTake(bytes);
            }
            catch (Exception passing) when (passing is IOException or UnauthorizedAccessException)
            {
                // It is being written, or will be readable again: looked at next time.
            }
        }
    }

    public void Dispose() => _timer.Dispose();
}
