namespace DriftWatch.Core.Series;

/// <summary>What reading records again needs: vectors must come out as long as they were, though more classes are known by now.</summary>
public sealed partial class RouteTable
{
    private readonly Dictionary<(string Model, string Version), int> _noted = [];
    private Dictionary<string, long>? _counted; // overflows, while what was counted is read again

    /// <summary>The class rosters that grew since the last call.</summary>
    public IEnumerable<RosterGrowth> TakeGrowths()
    {
        if (_rosters.Count == 0) return [];
        List<RosterGrowth> growths = [];
        foreach (var (version, roster) in _rosters)
        {
            int before = _noted.GetValueOrDefault(version);
            if (roster.Count == before) continue;
            growths.Add(new(version.Model, version.Version, before));
            _noted[version] = roster.Count;
        }

        growths.Sort((left, right) => string.CompareOrdinal($"{left.Model}\0{left.Version}", $"{right.Model}\0{right.Version}"));
        return growths;
    }

    /// <summary>Goes back to the classes that were known before these epochs, oldest first; reading their records shows the others again.</summary>
    public void Hide(IEnumerable<RosterGrowth> growths)
    {
        _counted = new(_overflows);
        foreach (var growth in growths.Reverse())
        {
            if (_rosters.TryGetValue((growth.Model, growth.Version), out var roster)) roster.Hide(growth.Before);
        }
    }

    /// <summary>Ends <see cref="Hide"/>.</summary>
    public void RevealAll()
    {
        foreach (var (version, roster) in _rosters)
        {
            roster.RevealAll();
            _noted[version] = roster.Count;
        }

        foreach (var (what, count) in _counted ?? []) _overflows[what] = count;
        _counted = null;
    }
}
