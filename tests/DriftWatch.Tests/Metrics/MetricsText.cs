using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Prometheus;

namespace DriftWatch.Metrics;

/// <summary>Reads the Prometheus text format, for comparing a page with what should be on it.</summary>
internal sealed class MetricsText
{
    private readonly Dictionary<string, double> _samples = [];

    public MetricsText(string page)
    {
        Page = page;
        foreach (string line in page.Split('\n'))
        {
            if (Regex.Match(line, "^# TYPE (\\S+) (\\S+)$") is { Success: true } type) Types[type.Groups[1].Value] = type.Groups[2].Value;
            if (Regex.Match(line, "^# HELP (\\S+) (.+)$") is { Success: true } help) Help[help.Groups[1].Value] = help.Groups[2].Value;
            if (line.Length == 0 || line[0] == '#') continue;
            int space = line.LastIndexOf(' ');
            _samples.Add(line[..space], double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>What a scrape of a registry says.</summary>
    public static async Task<MetricsText> Of(CollectorRegistry registry)
    {
        using var stream = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(stream, TestContext.Current.CancellationToken);
        return new(Encoding.UTF8.GetString(stream.ToArray()));
    }

    public string Page { get; }

    public Dictionary<string, string> Types { get; } = [];

    public Dictionary<string, string> Help { get; } = [];

    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>The value of one series as the page writes it: <c>name{tag="value",…}</c>.</summary>
    public double this[string series] => _samples.TryGetValue(series, out double value) ? value : throw new Xunit.Sdk.XunitException($"There is no {series} on the page.");

    /// <summary>The series of a family.</summary>
    public IEnumerable<string> Of(string family) => _samples.Keys.Where(s => s == family || s.StartsWith(family + "{", StringComparison.Ordinal));
}
