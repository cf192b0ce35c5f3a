namespace Prometheus;

/// <summary>A label's name and value, in the order in which the page shows them.</summary>
internal readonly record struct Label(string Name, string Value)
{
    public static Label[] From(IDictionary<string, string> labels) => [.. labels.Select(pair => new Label(pair.Key, pair.Value))];

    /// <summary>Names with values; there must be as many of the one as of the other.</summary>
    public static Label[] From(string[] names, ReadOnlySpan<string> values)
    {
        if (names.Length != values.Length)
        {
            throw new ArgumentException($"There are {values.Length} label values for {names.Length} label names.");
        }

        var labels = new Label[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            labels[i] = new Label(names[i], values[i] ?? throw new ArgumentException($"The value of label '{names[i]}' is null."));
        }

        return labels;
    }
}

/// <summary>Compares lists of labels, or of anything else, item by item and in order.</summary>
internal sealed class InOrder<T> : IEqualityComparer<T[]>
    where T : IEquatable<T>
{
    public static readonly InOrder<T> Comparer = new();

    public bool Equals(T[]? x, T[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(T[] items)
    {
        var hash = new HashCode();
        foreach (var item in items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }
}
