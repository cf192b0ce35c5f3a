namespace DriftWatch.Core.Series;

/// <summary>What many predictions have in common: model, version, slices, view and predicted class.</summary>
/// <param name="Index">Its place in the <see cref="RouteTable"/>: what a pending prediction carries.</param>
/// <param name="Model">Model name.</param>
/// <param name="Version">Model version; empty if the records name none.</param>
/// <param name="View">Binary or top-label.</param>
/// <param name="PredictedClass">The <see cref="ClassKey"/> that makes the outcome true: the predicted class, or the model's positive class.</param>
/// <param name="Rule">How predictions of this model meet their labels.</param>
/// <param name="Series">Indices of the series that its predictions count for as they are: the model version first, then its slices and the one of its predicted class.</param>
public sealed record Route(int Index, string Model, string Version, View View, ulong PredictedClass, JoinRule Rule, int[] Series)
{
    /// <summary>Index of the folded series; -1 if it is not kept.</summary>
    public int Folded { get; init; } = -1;

    /// <summary>The classes whose probabilities are kept; null if none are.</summary>
    public ClassRoster? Classes { get; init; }

    /// <summary>Whether its labels are read so that every one but the positive is negative.</summary>
    public bool NamesOnlyPositive { get; init; }

    /// <summary>Its model among the <see cref="Addressees"/>.</summary>
    public int OfModel { get; init; }

    /// <summary>Its model and version among the <see cref="Addressees"/>: with the id, what makes two predictions one.</summary>
    public int Owner { get; init; }

    /// <summary>Whether its predictions count for series in ways of their own.</summary>
    public bool HasOtherViews => Folded >= 0 || Classes is not null;
}

/// <summary>A route in words, given once per new route: what <see cref="RouteTable.TryRegister"/> needs to make it.</summary>
public readonly record struct RouteDescription(string Model, string Version, View View, string? PredictedClass, IReadOnlyList<Slice> Slices);
