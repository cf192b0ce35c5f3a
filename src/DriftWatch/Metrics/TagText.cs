using System.Security.Cryptography;
using System.Text;
using DriftWatch.Core.Input;

namespace DriftWatch.Metrics;

/// <summary>What may stand as the value of a tag, whatever the thing is called.</summary>
/// <remarks>
/// Prometheus drops a whole page for one value that is longer than the scrape configuration's <c>label_value_length_limit</c>: every model would go
/// unwatched for the sake of one name. Longer values are cut and marked with a hash of the whole, so that two that begin alike stay two.
/// </remarks>
internal static class TagText
{
    /// <summary>Longest value on the page, in bytes of UTF-8. The <c>label_value_length_limit</c> of deploy/prometheus must not be below it.</summary>
    public const int MaxBytes = 200;

    private const int HashDigits = 16;

    /// <summary>The value itself where it fits and holds nothing unseen (<see cref="UnseenText"/>); else what is left of it, and a hash.</summary>
    public static string Fit(string value)
    {
        if (value.Length <= MaxBytes && Encoding.UTF8.GetByteCount(value) <= MaxBytes && ReferenceEquals(UnseenText.Show(value), value)) return value;

        var kept = new StringBuilder();
        int room = MaxBytes - HashDigits - 1;
        foreach (var shown in UnseenText.Show(value).EnumerateRunes())
        {
            room -= shown.Utf8SequenceLength;
            if (room < 0) break;
            kept.Append(shown.ToString());
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));
        return kept.Append('~').Append(Convert.ToHexStringLower(hash.AsSpan(0, HashDigits / 2))).ToString();
    }
}
