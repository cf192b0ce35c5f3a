using System.Diagnostics.CodeAnalysis;

namespace DriftWatch.Core.Series;

/// <summary>Who says what came true: a name that labels carry, and whether it is trusted or held against those that are.</summary>
/// <param name="Name">As labels spell it, to the letter.</param>
/// <param name="IsJudge">Whether it is measured against trusted sources, rather than being one.</param>
public readonly record struct LabelSource(string Name, bool IsJudge)
{
    /// <summary>Most sources of one model: two bits each, and two for all others, in a word of 32.</summary>
    public const int Most = 15;

    /// <summary>What to say to someone who wrote something else.</summary>
    public const string Expected = "trusted:NAME or judge:NAME, NAME being what labels say (1 to 128 bytes, without control characters)";

    private const string Trusted = "trusted:", Judge = "judge:";

    public static bool TryParse(string text, [NotNullWhen(true)] out LabelSource? source)
    {
        source = null;
        bool judge = text.StartsWith(Judge, StringComparison.Ordinal);
        if (!judge && !text.StartsWith(Trusted, StringComparison.Ordinal)) return false;
        string name = text[(judge ? Judge : Trusted).Length..];
        if (name.Length == 0 || name != name.Trim() || System.Text.Encoding.UTF8.GetByteCount(name) > Input.ReadLimits.MaxNameBytes || name.Any(char.IsControl)) return false;
        source = new(name, judge);
        return true;
    }

    public override string ToString() => (IsJudge ? Judge : Trusted) + Name;
}
