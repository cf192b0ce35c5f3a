using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace DriftWatch.Web.Page;

/// <summary>HTML that is right as it stands: made by our own code from escaped parts.</summary>
internal readonly record struct Markup(string Value)
{
    public static readonly Markup Empty = new("");

    public override string ToString() => Value;
}

/// <summary>Builds HTML from interpolated strings: what stands in the string is markup, what stands in a hole is text and is escaped.</summary>
/// <remarks>
/// Names of models, versions and slices come from the stream, so from strangers. A hole cannot write markup unless it is a
/// <see cref="Markup"/>; forgetting to escape is therefore not possible, and every attribute is in double quotes.
/// </remarks>
internal sealed class HtmlWriter
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder _text = new();

    // The parts are written while the string is taken apart: by the time we are called there is nothing left to do.
    public HtmlWriter Add([InterpolatedStringHandlerArgument("")] Hole hole)
    {
        _ = hole;
        return this;
    }

    public Markup ToMarkup() => new(_text.ToString());

    public override string ToString() => _text.ToString();

    /// <summary>One piece of markup by itself.</summary>
    public static Markup Of(Action<HtmlWriter> write)
    {
        var html = new HtmlWriter();
        write(html);
        return html.ToMarkup();
    }

    /// <summary>The compiler hands the parts of an interpolated string to this.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Hole
    {
        private readonly StringBuilder _text;

        public Hole(int literalLength, int holes, HtmlWriter html)
        {
            _text = html._text;
            _text.EnsureCapacity(_text.Length + literalLength + (8 * holes));
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(Markup markup) => _text.Append(markup.Value);

        public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(text ?? ""));

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IFormattable => _text.Append(Encoder.Encode(value.ToString(format, CultureInfo.InvariantCulture)));
    }
}
