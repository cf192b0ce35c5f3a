using DriftWatch.Core.State;

namespace DriftWatch.Core.Calibration;

/// <summary>A closed interval.</summary>
public readonly record struct Interval(double Lower, double Upper)
{
    internal static Interval Exchange(StateExchange state, Interval one) => new(state.Kept(one.Lower), state.Kept(one.Upper));
}
