using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DriftWatch.Core.Calibration;

/// <summary>The C library's natural logarithm at its own pace, whatever code ran before it: the bits of <see cref="Math.Log(double)"/>.</summary>
/// <remarks>
/// Its first instructions are of the old encoding. Where wide registers still hold something, which callers leave there by copying a struct, such an instruction waits for all that was to
/// be written to them, and no other work can overlap: among records that is many times what the logarithm itself takes. A method that uses wide registers ends by clearing them, so there is one, if only for that.
/// </remarks>
internal static class Logarithm
{
    public static double Of(double value)
    {
        ClearWideRegisters();
        return Math.Log(value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> ClearWideRegisters() => Vector256.IsHardwareAccelerated ? Vector256.Create(1.0) : default;
}
