using System.Runtime.CompilerServices;
using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>Reads one probability: a number from 0 to 1, or what a <see cref="ProbabilityTransform"/> makes one of.</summary>
public static class ProbabilityText
{
    /// <returns><see cref="RejectReason.None"/>, <see cref="RejectReason.Schema"/> for what is no number, <see cref="RejectReason.ProbabilityRange"/> for one that is no probability.</returns>
    public static RejectReason Read(FieldKind kind, ReadOnlySpan<byte> text, ProbabilityTransform transform, out double probability)
    {
        if (kind != FieldKind.Number || !NumberText.TryDouble(text, out probability)) return ReadOther(kind, text, transform, out probability);
        if (transform != ProbabilityTransform.None) probability = transform.Of(text, probability);
        return Check(ref probability);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RejectReason ReadOther(FieldKind kind, ReadOnlySpan<byte> text, ProbabilityTransform transform, out double probability)
    {
        probability = double.NaN;
        if (kind == FieldKind.NotFinite) return RejectReason.ProbabilityRange;
        if (kind != FieldKind.Bare) return RejectReason.Schema;
        if (NumberText.TryDouble(text, out probability))
        {
            probability = transform.Of(text, probability);
            return Check(ref probability);
        }

        return IsNotFinite(text) ? RejectReason.ProbabilityRange : RejectReason.Schema;
    }

    internal static RejectReason Check(ref double probability)
    {
        if (!(probability is >= 0 and <= 1)) return RejectReason.ProbabilityRange;
        probability += 0.0; // -0 becomes 0
        return RejectReason.None;
    }

    /// <summary>The spellings in use: NaN, Infinity, inf, with a sign or not, in any case.</summary>
    private static bool IsNotFinite(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        return System.Text.Ascii.EqualsIgnoreCase(text, "nan"u8) || System.Text.Ascii.EqualsIgnoreCase(text, "inf"u8) || System.Text.Ascii.EqualsIgnoreCase(text, "infinity"u8);
    }
}
