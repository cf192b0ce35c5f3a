using DriftWatch.Core.State;

namespace DriftWatch.Core.Series;

/// <summary>A class roster that grew in an epoch.</summary>
/// <param name="Model">Its model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Before">Classes it had when the epoch began.</param>
public readonly record struct RosterGrowth(string Model, string Version, int Before)
{
    internal static void Exchange(StateExchange state, ref RosterGrowth growth)
    {
        string model = growth.Model ?? "", version = growth.Version ?? "";
        int before = growth.Before;
        state.ExchangeText(ref model);
        state.ExchangeText(ref version);
        state.Exchange(ref before);
        growth = new(model, version, before);
    }
}
