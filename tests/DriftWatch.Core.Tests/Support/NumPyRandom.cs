using System.Numerics;

namespace DriftWatch.Core.Support;

/// <summary>What <c>numpy.random.default_rng(1).random()</c> gives (PCG64, XSL-RR), so that labels drawn there can be drawn here.</summary>
internal sealed class NumPyRandom
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    // The state that NumPy derives from the seed 1.
    private readonly UInt128 _increment = UInt128.Parse("194290289479364712180083596243593368443");
    private UInt128 _state = UInt128.Parse("207833532711051698738587646355624148094");

    public double Unit()
    {
        _state = (_state * Multiplier) + _increment;
        ulong word = BitOperations.RotateRight((ulong)(_state >> 64) ^ (ulong)_state, (int)(_state >> 122));
        return (word >> 11) * (1.0 / (1L << 53));
    }
}
