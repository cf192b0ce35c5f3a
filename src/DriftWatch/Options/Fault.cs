namespace DriftWatch.Options;

/// <summary>One thing that is wrong with the configuration: where, which key, what was found and what would be right.</summary>
internal sealed record Fault(Place Place, string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? $"{Place}: {Message}" : $"{Place}: {Path}: {Message}";
}

/// <summary>Gathers everything that is wrong, so that one run tells all of it.</summary>
internal sealed class FaultList
{
    /// <summary>Past this many we stop gathering: someone gave us a file that is no configuration.</summary>
    public const int Most = 100;

    private readonly List<Fault> _faults = [];
    private readonly List<Fault> _warnings = [];

    public bool Any => _faults.Count > 0;

    /// <summary>In the order of their places.</summary>
    public IReadOnlyList<Fault> Faults => [.. _faults.Order(ByPlace)];

    /// <summary>What is allowed and probably not meant; a fault under <c>--strict</c>.</summary>
    public IReadOnlyList<Fault> Warnings => [.. _warnings.Order(ByPlace)];

    private static readonly Comparer<Fault> ByPlace = Comparer<Fault>.Create((left, right) => left.Place.CompareTo(right.Place));

    public void Add(Place place, string path, string message)
    {
        if (_faults.Count < Most) _faults.Add(new(place, path, message));
    }

    public void Warn(Place place, string path, string message)
    {
        if (_warnings.Count < Most) _warnings.Add(new(place, path, message));
    }
}
