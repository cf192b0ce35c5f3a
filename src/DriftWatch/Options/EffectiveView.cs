using System.Text;

namespace DriftWatch.Options;

/// <summary>Writes the configuration in force as YAML that can be read back (but for masked secrets), each line with where its value comes from.</summary>
/// <param name="everything">Whether what was not written is shown too.</param>
internal sealed class EffectiveView(bool everything)
{
    private readonly List<(string Line, string Origin)> _lines = [];
    private readonly Stack<string> _inherited = new([Place.Default.Source]);
    private int _depth;

    public void Open(string key, string? inherits = null)
    {
        _lines.Add(($"{Indent}{Quoted(key)}:", ""));
        _inherited.Push(inherits ?? _inherited.Peek());
        _depth++;
    }

    public void Close()
    {
        _inherited.Pop();
        _depth--;

        // A section without a line of its own says nothing.
        if (_lines[^1].Line.EndsWith(':')) _lines.RemoveAt(_lines.Count - 1);
    }

    /// <param name="key">The key.</param>
    /// <param name="text">The value in the words of the file; empty: nothing is set.</param>
    /// <param name="place">Where it was written; null: nowhere.</param>
    /// <param name="verbatim">Whether the text is YAML as it stands.</param>
    public void Value(string key, string text, Place? place, bool verbatim)
    {
        if (!everything && place is null) return;
        _lines.Add(($"{Indent}{Quoted(key)}: {(verbatim ? text : Quoted(text))}", place?.ToString() ?? _inherited.Peek()));
    }

    public override string ToString()
    {
        if (_lines.Count == 0) return "# nothing is set: everything is at its default\n";
        int width = Math.Min(60, _lines.Max(l => l.Line.Length));
        var text = new StringBuilder();
        foreach (var (line, origin) in _lines)
        {
            text.Append(origin.Length == 0 ? line : $"{line.PadRight(width)}  # {origin}").Append('\n');
        }

        return text.ToString();
    }

    private string Indent => new(' ', _depth * 2);

    /// <summary>A text as an item of a list in brackets.</summary>
    public static string QuotedItem(string text) => Quoted(text);

    private static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or ':' or '+') && char.IsAsciiLetterOrDigit(text[0]) && text[^1] != ':'
            && text.ToLowerInvariant() is not ("null" or "true" or "false")
            ? text
            : text.Length == 0 ? "null" : System.Text.Json.JsonSerializer.Serialize(text, Relaxed);

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
