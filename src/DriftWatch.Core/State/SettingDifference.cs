namespace DriftWatch.Core.State;

/// <summary>A setting whose value is another than when the state was stored.</summary>
public readonly record struct SettingDifference(string Name, string Stored, string Now)
{
    public override string ToString() => $"{Name} {Word(Stored)} → {Word(Now)}";

    private static string Word(string value) => value.Length == 0 ? "(not set)" : value;
}
