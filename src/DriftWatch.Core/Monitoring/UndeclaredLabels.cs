using System.Globalization;

namespace DriftWatch.Core.Monitoring;

/// <summary>How the labels of a binary model were read of which the configuration names only the positive one: every other label counts as negative, whatever it says.</summary>
/// <param name="Positive">The positive label.</param>
/// <param name="Positives">How many labels were it.</param>
/// <param name="Negative">The others by spelling, the most frequent first, up to a bound.</param>
/// <param name="Others">Labels of further spellings.</param>
public sealed record UndeclaredLabels(string Positive, long Positives, IReadOnlyList<UndeclaredLabel> Negative, long Others)
{
    /// <summary>All that were read as negative, with their numbers: <c>no 41 233, fraud 17, nan 8</c>.</summary>
    public string Summary
    {
        get
        {
            var parts = Negative.Select(one => $"{one.Text} {Count(one.Labels)}");
            return string.Join(", ", Others > 0 ? parts.Append($"others {Count(Others)}") : parts);
        }
    }

    /// <summary>What may be wrong with them, in words; null: nothing looks wrong.</summary>
    public string? Doubt
    {
        get
        {
            var doubts = Negative.Where(one => one.Look != LabelLook.Plain)
                .Select(one => $"\"{one.Text}\" ({Count(one.Labels)}) looks like {(one.Look == LabelLook.Positive ? $"the positive one, \"{Positive}\"" : "a missing value")}").ToList();
            return doubts.Count == 0 ? null : string.Join("; ", doubts);
        }
    }

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');
}

/// <summary>A spelling that was read as negative.</summary>
public readonly record struct UndeclaredLabel(string Text, long Labels, LabelLook Look);

/// <summary>What a label that was read as negative looks like.</summary>
public enum LabelLook : byte
{
    /// <summary>A label of its own.</summary>
    Plain,

    /// <summary>The positive label in another spelling.</summary>
    Positive,

    /// <summary>A word for "no value".</summary>
    Missing,
}
