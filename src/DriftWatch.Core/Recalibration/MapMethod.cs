using System.Diagnostics;

namespace DriftWatch.Core.Recalibration;

/// <summary>How a calibration map is made, simplest first: of two that do as well the first is taken.</summary>
public enum MapMethod : byte
{
    /// <summary>All log-odds moved by the same: the base rate has changed, the order of cases has not.</summary>
    Intercept,

    /// <summary>All log-odds divided by T; of vectors, all logarithms of probabilities.</summary>
    Temperature,

    /// <summary>Log-odds moved and stretched.</summary>
    Platt,

    /// <summary>Two slopes, one for claims near 0 and one for claims near 1, and an intercept (Kull, Silva Filho and Flach 2017).</summary>
    Beta,

    /// <summary>Any map that never decreases: as many levels as the data ask for.</summary>
    Isotonic,

    /// <summary>One level for each of a few bins of equal mass; it may decrease.</summary>
    Histogram,

    /// <summary>A slope and an intercept for each class of a vector.</summary>
    Vector,
}

public static class MapMethods
{
    /// <summary>Those that map one claim; <see cref="MapMethod.Temperature"/> maps vectors too.</summary>
    public static readonly IReadOnlyList<MapMethod> OfClaims = [MapMethod.Intercept, MapMethod.Temperature, MapMethod.Platt, MapMethod.Beta, MapMethod.Isotonic, MapMethod.Histogram];

    /// <summary>Those that map vectors of any number of classes.</summary>
    public static readonly IReadOnlyList<MapMethod> OfVectors = [MapMethod.Temperature, MapMethod.Vector];

    /// <summary>All of them, simplest first.</summary>
    public static readonly IReadOnlyList<MapMethod> All = Enum.GetValues<MapMethod>();

    /// <summary>The name used in JSON and on the command line.</summary>
    public static string Name(this MapMethod method) => method switch
    {
        MapMethod.Intercept => "intercept",
        MapMethod.Temperature => "temperature",
        MapMethod.Platt => "platt",
        MapMethod.Beta => "beta",
        MapMethod.Isotonic => "isotonic",
        MapMethod.Histogram => "histogram",
        MapMethod.Vector => "vector",
        _ => throw new UnreachableException(),
    };

    /// <summary>The method of a name; null if there is none.</summary>
    public static MapMethod? Find(string name)
    {
        foreach (var method in Enum.GetValues<MapMethod>())
        {
            if (method.Name() == name) return method;
        }

        return null;
    }
}
