using System.Text;

namespace DriftWatch.Core.Series;

/// <summary>A class name as 64 bits, so that predicted and labeled classes compare without their text.</summary>
/// <remarks>
/// JSON <c>true</c> and <c>false</c> are the classes "1" and "0", an integral number is its decimal text: <c>1</c>, <c>1.0</c>,
/// <c>"1"</c> and <c>true</c> are one class. The hash is fixed (it is compared across processes), not keyed:
/// classes are few and named by the model's owner.
/// </remarks>
public static class ClassKey
{
    public static readonly ulong Positive = Of("1");
    public static readonly ulong Negative = Of("0");

    public static ulong Of(string name) => Of(Encoding.UTF8.GetBytes(name));

    /// <summary>FNV-1a over the UTF-8 text, finished with the splitmix64 mixer.</summary>
    public static ulong Of(ReadOnlySpan<byte> utf8)
    {
        ulong h = 0xCBF29CE484222325;
        foreach (byte b in utf8) h = (h ^ b) * 0x100000001B3;
        h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9;
        h = (h ^ (h >> 27)) * 0x94D049BB133111EB;
        return h ^ (h >> 31);
    }
}
