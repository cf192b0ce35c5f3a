using System.Buffers;
using System.Globalization;
using System.Text;

namespace Prometheus;

/// <summary>Writes the text that Prometheus reads, in either of its two formats.</summary>
internal sealed class TextPage(Func<Stream> open, ExpositionFormat format)
{
    private const int LargeEnoughToSend = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(2 * LargeEnoughToSend);
    private Stream? _stream;

    public static Encoding Encoding { get; } = PrometheusConstants.ExportEncoding;

    private bool IsOpenMetrics => format == ExpositionFormat.OpenMetricsText;

    /// <summary>The two lines over a family. OpenMetrics leaves the <c>_total</c> of a counter to its samples and knows no counter without it.</summary>
    public void Declare(Collector collector)
    {
        const string total = "_total";
        var (name, type) = (collector.Name, collector.Type);
        if (IsOpenMetrics && collector is Counter)
        {
            (name, type) = name.EndsWith(total, StringComparison.Ordinal) ? (name[..^total.Length], type) : (name, "unknown");
        }

        var help = string.IsNullOrWhiteSpace(collector.Help) ? "" : collector.Help;
        Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");
    }

    public void Sample(string name, string suffix, byte[] labels, ExtraLabel extra, double value, ObservedExemplar? exemplar)
    {
        Identify(name, suffix, labels, extra);
        Append(Number(value));
        AppendExemplar(exemplar);
        Append("\n");
    }

    public void Sample(string name, string suffix, byte[] labels, ExtraLabel extra, long value, ObservedExemplar? exemplar)
    {
        Identify(name, suffix, labels, extra);
        Append(value.ToString("D", CultureInfo.InvariantCulture));
        AppendExemplar(exemplar);
        Append("\n");
    }

    public async Task FlushIfLargeAsync(CancellationToken cancel)
    {
        if (_buffer.WrittenCount >= LargeEnoughToSend)
        {
            await SendAsync(cancel).ConfigureAwait(false);
        }
    }

    public async Task EndAsync(CancellationToken cancel)
    {
        if (IsOpenMetrics)
        {
            Append("# EOF\n");
        }

        if (_buffer.WrittenCount > 0)
        {
            await SendAsync(cancel).ConfigureAwait(false);
        }

        if (_stream is not null)
        {
            await _stream.FlushAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Labels as they stand between the braces.</summary>
    public static byte[] LabelText(Label[] labels) =>
        Encoding.GetBytes(string.Join(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\"")));

    /// <summary>A number in its shortest form; OpenMetrics wants every real number to look like one.</summary>
    public static string Number(double value, bool openMetrics)
    {
        if (openMetrics && !double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }

        var text = value.ToString("g", CultureInfo.InvariantCulture);
        // A negative zero is a zero there.
        return !openMetrics ? text : value == 0 ? "0.0" : text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }

    private string Number(double value) => Number(value, IsOpenMetrics);

    private void Identify(string name, string suffix, byte[] labels, ExtraLabel extra)
    {
        Append(name);
        Append(suffix);
        if (labels.Length > 0 || extra.Name is not null)
        {
            Append("{");
            _buffer.Write(labels);
            if (extra.Name is not null)
            {
                Append(labels.Length > 0 ? "," : "");
                Append(IsOpenMetrics ? extra.OpenMetrics : extra.Text);
            }

            Append("}");
        }

        Append(" ");
    }

    private void AppendExemplar(ObservedExemplar? exemplar)
    {
        if (exemplar is null || !IsOpenMetrics)
        {
            return;
        }

        var labels = string.Join(',', exemplar.Exemplar.Pairs.Select(pair => $"{pair.Name}=\"{pair.Value}\""));
        Append($" # {{{labels}}} {Number(exemplar.Value)} {Number(exemplar.Time.ToUnixTimeMilliseconds() / 1000.0)}");
    }

    private void Append(string text) => Encoding.GetBytes(text, _buffer);

    private async Task SendAsync(CancellationToken cancel)
    {
        _stream ??= open();
        await _stream.WriteAsync(_buffer.WrittenMemory, cancel).ConfigureAwait(false);
        _buffer.ResetWrittenCount();
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\"", "\\\"");
}

/// <summary>A label that the metric itself adds, with a number for its value: a histogram's <c>le</c>.</summary>
internal readonly struct ExtraLabel(string name, double value)
{
    public string? Name { get; } = name;

    public string Text { get; } = $"{name}=\"{(double.IsPositiveInfinity(value) ? "+Inf" : TextPage.Number(value, openMetrics: false))}\"";

    public string OpenMetrics { get; } = $"{name}=\"{TextPage.Number(value, openMetrics: true)}\"";
}
