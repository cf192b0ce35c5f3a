using System.Globalization;

namespace DriftWatch.Pipeline;

/// <summary>The note that is committed beside a safe offset: <c>N=12345;F=1700000000000</c>, and on one partition <c>sent=…</c>.</summary>
/// <param name="Next">Offset of the next record when the position was committed (N); −1 if the note does not say.</param>
/// <param name="From">The earliest event time that the safe offset was chosen for (F), in epoch milliseconds: what is older and lies before N has had its effect. Long.MinValue if the note does not say.</param>
/// <param name="Sent">Short forms of the ids of the newest requests that Kafka had acknowledged, oldest first.</param>
/// <remarks>
/// Kafka keeps at most 4 KiB beside an offset (<c>offset.metadata.max.bytes</c>), hence the bound on ids. A note that cannot
/// be read (another tool moved the position) means: nothing is known, everything is read and sent as if for the first time.
/// </remarks>
internal sealed record PositionNote(long Next, long From, IReadOnlyList<string> Sent)
{
    public const int MaxSent = 64;

    public static readonly PositionNote None = new(-1, long.MinValue, []);

    /// <summary>16 characters of an id: among the requests of one replay no two agree in them.</summary>
    public static string Short(string id)
    {
        string digits = id.Replace("-", "", StringComparison.Ordinal);
        return digits.Length <= 16 ? digits : digits[^16..];
    }

    public override string ToString() =>
        $"N={Next}{(From == long.MinValue ? "" : $";F={From}")}{(Sent.Count == 0 ? "" : $";sent={string.Join(',', Sent.Skip(Sent.Count - MaxSent))}")}";

    public static PositionNote Parse(string? text)
    {
        long next = -1;
        long from = long.MinValue;
        string[] sent = [];
        foreach (string part in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith("N=", StringComparison.Ordinal) && long.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out long n)) next = n;
            else if (part.StartsWith("F=", StringComparison.Ordinal) && long.TryParse(part.AsSpan(2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long f)) from = f;
            else if (part.StartsWith("sent=", StringComparison.Ordinal)) sent = part[5..].Split(',', StringSplitOptions.RemoveEmptyEntries);
        }

        return new PositionNote(next, from, sent);
    }
}
