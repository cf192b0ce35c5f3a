using System.Globalization;

namespace DriftWatch.Core.Series;

/// <summary>What the predictions of one model count for, and which labels they wait for.</summary>
public sealed record RoutePolicy
{
    public JoinRule Join { get; init; } = new();

    /// <summary>The label that means "came true" for a binary model; null: 1 or true.</summary>
    public string? PositiveLabel { get; init; }

    /// <summary>The label that means "did not come true" for a binary model; null: 0 or false where there is no <see cref="PositiveLabel"/> either, and else every other label.</summary>
    public string? NegativeLabel { get; init; }

    /// <summary>Whether every label but the positive one counts as negative, whatever it is.</summary>
    public bool NamesOnlyPositive => PositiveLabel is not null && NegativeLabel is null;

    /// <summary>Slice dimensions to watch; null: those that come, up to the bound.</summary>
    public IReadOnlyList<string>? Slices { get; init; }

    /// <summary>Whether its versions are compared on the requests that several have scored.</summary>
    public bool Compares { get; init; }

    /// <summary>Looks at the predictions besides the main one.</summary>
    public ViewOptions Views { get; init; } = new();

    internal string Shape(string name) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: slices {(Slices is { } slices ? string.Join(',', slices) : "all")}, views {string.Join(',', Views.Kept)} {Views.MaxClasses}, positive {PositiveLabel}");
}
