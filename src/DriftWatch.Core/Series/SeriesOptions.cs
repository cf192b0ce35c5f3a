using System.Globalization;

namespace DriftWatch.Core.Series;

/// <summary>Which models, versions and slices are told apart, and the bounds on their number.</summary>
public sealed record SeriesOptions
{
    /// <summary>Models with a policy of their own, by name.</summary>
    public IReadOnlyDictionary<string, RoutePolicy> Models { get; init; } = new Dictionary<string, RoutePolicy>();

    /// <summary>The policy of all others.</summary>
    public RoutePolicy Default { get; init; } = new();

    /// <summary>Whether records of models that <see cref="Models"/> does not name are refused.</summary>
    public bool OnlyNamedModels { get; init; }

    /// <summary>What makes two predictions one, and whether labels address models.</summary>
    public PredictionIdentity Identity { get; init; }

    public int MaxModels { get; init; } = 100;

    /// <summary>Versions of one model with series of their own; more fold into <see cref="Slice.Other"/>.</summary>
    public int MaxVersions { get; init; } = 20;

    /// <summary>Slice values of one model version with series of their own; more fold into <see cref="Slice.Other"/>.</summary>
    public int MaxSlices { get; init; } = 20;

    /// <summary>Distinct combinations of model, version, slices and predicted class (at most 2^19).</summary>
    public int MaxRoutes { get; init; } = 200_000;

    /// <summary>Most memory for probability vectors that wait for their labels (<see cref="ExtraView.ClassWise"/>), in bytes; past it they are not counted by class.</summary>
    public long MaxVectorBytes { get; init; } = 256L << 20;

    public RoutePolicy For(string model) => Models.GetValueOrDefault(model, Default);

    /// <summary>The policies that records can meet.</summary>
    public IEnumerable<RoutePolicy> Policies => OnlyNamedModels && Models.Count > 0 ? Models.Values : Models.Values.Append(Default);

    /// <summary>Settings, by name, that stored routes depend on: changed, routes are re-created as records come; predictions that wait keep theirs.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> StoredUnder { get; init; } = [];

    /// <summary>The same as routes of version 1 were stored under it: only read. Changed, routes are re-created as records come; predictions that wait keep theirs.</summary>
    internal string Shape => string.Join(
        "; ",
        Models.OrderBy(model => model.Key, StringComparer.Ordinal).Select(model => model.Value.Shape(model.Key))
            .Prepend(Default.Shape(""))
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"{MaxModels} {MaxVersions} {MaxSlices} {MaxRoutes} {OnlyNamedModels}")));
}
