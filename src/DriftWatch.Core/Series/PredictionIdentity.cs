namespace DriftWatch.Core.Series;

/// <summary>What makes two predictions one.</summary>
public enum PredictionIdentity : byte
{
    /// <summary>Id, model and version: champion and challenger of one request are two, and its label answers both.</summary>
    Prediction,

    /// <summary>The id alone: the first prediction of an id owns it, whatever model it is of, and its first label is used up.</summary>
    Id,
}
