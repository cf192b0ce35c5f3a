using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using DriftWatch.Core.Events;
using DriftWatch.Metrics;
using DriftWatch.Options.Table;
using DriftWatch.Web;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Architecture;

/// <summary>One word for one thing on every surface: no name and no sentence has a word that docs/vocabulary.md gives up for another.</summary>
public class VocabularyTests
{
    /// <summary>The last column of the table "Names on surfaces", without what is in brackets.</summary>
    private static readonly HashSet<string> Never = [.. Regex.Matches(File.ReadAllText(Repository.PathOf("docs/vocabulary.md")).Split("## Names on surfaces")[1], @"^\|.*\| ([^|]+) \|$", RegexOptions.Multiline)
        .SelectMany(row => Regex.Replace(row.Groups[1].Value, @"\w+ \([^)]*\)", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Where(word => word is not ("never" or "---"))];

    [Fact]
    public void TheTableHasWords() => Assert.Superset(new HashSet<string> { "sample", "samples", "count", "bias", "sumConfidence", "truth", "segment", "shut out" }, Never);

    [Fact]
    public async Task MetricsAndTheirHelp()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service with { Restore = SimulatedService.Restoring().Restore });
        var page = new MetricsText(await host.Get("/metrics"));
        var own = page.Help.Where(family => family.Key.StartsWith("driftwatch_", StringComparison.Ordinal)).ToList();

        Assert.All(own, family => Clean(family.Key, family.Key.Split('_')));
        Assert.All(own, family => CleanSentence(family.Key, family.Value));
        Assert.DoesNotContain(own, family => family.Key.Contains("outcomes", StringComparison.Ordinal) || Regex.IsMatch(page.Page, "^" + family.Key + "\\{[^}]*\\blabel=", RegexOptions.Multiline));
    }

    [Theory]
    [InlineData("/api/v1/models")]
    [InlineData("/api/v1/series?model=fraud")]
    [InlineData("/api/v1/episodes")]
    [InlineData("/api/v1/status")]
    public async Task MembersOfTheApi(string path)
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());
        using var json = JsonDocument.Parse(await host.Get(path));

        Assert.All(Members(json.RootElement).Distinct(), member => Clean(path, [member]));
    }

    [Fact]
    public void MembersOfTheEvent()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs/events/recalibration.v1.schema.json")));
        var members = Members(schema.RootElement.GetProperty("properties")).Distinct().ToList();

        Assert.Contains("sumProbability", members);
        Assert.All(members, member => Clean(CloudEventWriter.RequestedType, [member]));

        using var answer = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs/events/completed.v1.schema.json")));
        Assert.All(Members(answer.RootElement.GetProperty("properties")).Distinct(), member => Clean(CloudEventWriter.CompletedType, [member]));
    }

    [Fact]
    public void SettingsAndWhatIsSaidOfThem()
    {
        Assert.All(SettingsTable.Paths, path => Clean(path, path.Split('.')));
        Assert.All(File.ReadLines(Repository.PathOf("docs/configuration.md")), line => CleanSentence("docs/configuration.md", line));
    }

    [Fact]
    public void LogMessages()
    {
        var messages = typeof(Program).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.Message).OfType<string>().ToList();

        Assert.NotEmpty(messages);
        Assert.All(messages, message => CleanSentence("log", message));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?model=fraud&version=7")]
    public async Task ThePage(string path)
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        CleanSentence(path, Regex.Replace(await host.Get(path), "<[^>]*>", " "));
    }

    private static void Clean(string place, IEnumerable<string> names)
    {
        foreach (string name in names) Assert.False(Never.Contains(name), $"{place}: the vocabulary says never {name}");
    }

    /// <summary>In a sentence, "count" is a word like any other.</summary>
    private static void CleanSentence(string place, string sentence)
    {
        foreach (string word in Never.Where(word => word != "count")) Assert.False(Regex.IsMatch(sentence, $@"(?<![\w`_-]){word}(?![\w`_-])"), $"{place}: the vocabulary says never {word}: {sentence}");
    }

    private static IEnumerable<string> Members(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Members(member.Value).Prepend(member.Name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Members),
        _ => [],
    };
}
