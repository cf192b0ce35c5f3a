namespace DriftWatch.Core.State;

/// <summary>Settings beside the state that was stored under them: names and values, compared one by one.</summary>
/// <remarks>A name that only one side has is no difference: a setting that a later version adds says nothing about a state that knew none.</remarks>
public static class StoredSettings
{
    /// <summary>Before the name of a model's own setting: these and the model's name.</summary>
    public const string Models = "models.";

    /// <summary>Before the name of a setting of all other models.</summary>
    public const string Defaults = "defaults.";

    /// <summary>Every setting that differs; a model that one side does not name has what that side says of all others.</summary>
    public static IReadOnlyList<SettingDifference> Differences(IReadOnlyCollection<KeyValuePair<string, string>> stored, IReadOnlyCollection<KeyValuePair<string, string>> now)
    {
        Dictionary<string, string> before = new(stored), after = new(now);
        return
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Select(name => (Name: name, Before: Find(before, name), After: Find(after, name)))
                .Where(one => one.Before is not null && one.After is not null && one.Before != one.After)
                .Select(one => new SettingDifference(one.Name, one.Before!, one.After!)),
        ];
    }

    /// <summary>Writes what is in force, or reads what was and says what differs.</summary>
    public static IReadOnlyList<SettingDifference> Exchange(StateExchange state, IReadOnlyList<KeyValuePair<string, string>> now)
    {
        List<KeyValuePair<string, string>> kept = [.. now];
        state.Exchange(kept, static (StateExchange each, ref KeyValuePair<string, string> one) => one = new(each.KeptText(one.Key), each.KeptText(one.Value)));
        if (!state.IsReading) return [];
        return kept.DistinctBy(one => one.Key).Count() == kept.Count ? Differences(kept, now) : throw new StateFormatException("A setting was kept twice.");
    }

    private static string? Find(Dictionary<string, string> settings, string name) =>
        settings.GetValueOrDefault(name) ?? (name.StartsWith(Models, StringComparison.Ordinal) ? settings.GetValueOrDefault(Defaults + name[(name.LastIndexOf('.') + 1)..]) : null);
}
