using DriftWatch.Core.Input;
using DriftWatch.Core.Series;

namespace DriftWatch.Files;

/// <summary>What the rows of files are read by.</summary>
internal sealed record RowTerms
{
    /// <summary>Predictions or labels.</summary>
    public required FieldRecords Records { get; init; }

    public required FieldMapping Mapping { get; init; }

    public required ReadLimits Limits { get; init; }

    /// <summary>What readers register what they meet with.</summary>
    public required RouteTable Routes { get; init; }

    /// <summary>Ids that are to meet are hashed with the same 16 bytes.</summary>
    public required byte[] HashKey { get; init; }

    /// <summary>Words that mean "no value" where a format has no null of its own.</summary>
    public IReadOnlyList<string> Missing { get; init; } = MissingWords.Usual;

    /// <summary>Columns that are slices, and have to be there.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>Columns that are slices where they are there.</summary>
    public IReadOnlyList<string> MoreSlices { get; init; } = [];

    /// <summary>Whether the model is given, so that what rows say of it does not count.</summary>
    public bool ModelIsGiven { get; init; }
}
