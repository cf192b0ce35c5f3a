using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DriftWatch.Core.Recalibration;

/// <summary>JSON in the one form that everybody can make again (RFC 8785): members in order of their names, no blanks, numbers as JavaScript writes them.</summary>
internal static class CanonicalJson
{
    /// <summary>The document without one of its own members.</summary>
    public static byte[] Of(JsonElement root, string? without = null)
    {
        var text = new StringBuilder();
        Write(text, root, without);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(StringBuilder text, JsonElement value, string? without = null)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                WriteAll(text, value.EnumerateObject().Where(member => member.Name != without).OrderBy(member => member.Name, StringComparer.Ordinal), member =>
                {
                    Write(text, member.Name);
                    text.Append(':');
                    Write(text, member.Value);
                });
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                WriteAll(text, value.EnumerateArray(), each => Write(text, each));
                text.Append(']');
                break;
            case JsonValueKind.String: Write(text, value.GetString()!); break;
            case JsonValueKind.Number: text.Append(Number(value.GetDouble())); break;
            default: text.Append(value.GetRawText()); break;
        }
    }

    private static void WriteAll<T>(StringBuilder text, IEnumerable<T> all, Action<T> write)
    {
        bool first = true;
        foreach (var one in all)
        {
            if (!first) text.Append(',');
            first = false;
            write(one);
        }
    }

    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    /// <summary>The shortest digits that read back as the same double, as ECMAScript places them.</summary>
    internal static string Number(double value)
    {
        if (value == 0) return "0";
        string plain = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture), sign = value < 0 ? "-" : "";
        int e = plain.IndexOf('E', StringComparison.Ordinal);
        string mantissa = e < 0 ? plain : plain[..e];
        int dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        string all = mantissa.Replace(".", "", StringComparison.Ordinal), digits = all.TrimStart('0');
        int point = (dot < 0 ? mantissa.Length : dot) - (all.Length - digits.Length) + (e < 0 ? 0 : int.Parse(plain[(e + 1)..], CultureInfo.InvariantCulture)); // digits before the point
        digits = digits.TrimEnd('0');
        if (digits.Length <= point && point <= 21) return sign + digits + new string('0', point - digits.Length);
        if (point is > 0 and <= 21) return $"{sign}{digits[..point]}.{digits[point..]}";
        if (point is > -6 and <= 0) return $"{sign}0.{new string('0', -point)}{digits}";
        string exponent = point - 1 < 0 ? $"e-{1 - point}" : $"e+{point - 1}";
        return digits.Length == 1 ? sign + digits + exponent : $"{sign}{digits[..1]}.{digits[1..]}{exponent}";
    }
}
