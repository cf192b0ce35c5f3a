using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace DriftWatch.Options.Table;

public partial class SettingsTableTests
{
    private const string Begin = "<!-- reference: made by `driftwatch config reference`, checked by a test -->";

    [Fact]
    public void The_page_and_the_table_agree()
    {
        string page = File.ReadAllText(Repository.PathOf("docs/configuration.md"));
        string before = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)];
        string expected = before + "\n" + ConfigurationPage.Write();

        Assert.Equal(expected, Repository.Approved("docs/configuration.md", expected));
    }

    [Fact]
    public void The_schema_in_the_repository_is_that_of_the_table()
    {
        string schema = Commands.ConfigCommand.SchemaText() + "\n";

        Assert.Equal(schema, Repository.Approved("docs/driftwatch.schema.json", schema));
    }

    [Fact]
    public void Every_default_is_allowed_where_it_stands()
    {
        foreach (var row in SettingsTable.Rows.Where(r => r.Default is { Length: > 0 } and not "{}"))
        {
            string path = row.Path.Replace("<model>", "m", StringComparison.Ordinal).Replace("<topic>", "predictions", StringComparison.Ordinal);
            string text = path.Split('.').Reverse().Aggregate(JsonSerializer.Serialize(row.Default), (value, key) => $"{{ {key}: {value} }}");

            var config = ConfigLoader.LoadText("f.yaml", text.Replace("\"[", "[", StringComparison.Ordinal).Replace("]\"", "]", StringComparison.Ordinal));

            Assert.True(config.IsGood, $"{text}: {string.Join('\n', config.Faults)}");
        }
    }

    [Fact]
    public void Every_key_is_written_in_one_case_and_says_what_it_does()
    {
        Assert.Equal(SettingsTable.Paths.Count, SettingsTable.Paths.Distinct().Count());
        Assert.All(SettingsTable.Rows, row =>
        {
            Assert.Matches("^[a-z][A-Za-z]*$", row.Setting.Name);
            Assert.Matches(@"[.)`]$", row.Setting.Meaning);
            Assert.NotEmpty(row.Setting.Allowed);
        });
    }

    [Fact]
    public void Every_example_of_the_documentation_is_a_good_configuration()
    {
        string[] pages = ["README.md", .. Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)];
        int seen = 0;
        foreach (string page in pages.Select(Repository.PathOf).Where(File.Exists))
        {
            foreach (System.Text.RegularExpressions.Match block in ConfigBlock().Matches(File.ReadAllText(page)))
            {
                var config = ConfigLoader.LoadText(Path.GetFileName(page) + (block.Groups["kind"].Value == "json" ? ".json" : ".yaml"), block.Groups["text"].Value, WithSecrets());
                Assert.True(config.IsGood, $"{page}:\n{block.Value}\n{string.Join('\n', config.Faults)}");
                seen++;
            }
        }

        Assert.True(seen >= 3, $"only {seen} examples were found: has the mark changed?");
    }

    [Fact]
    public void Every_example_file_is_a_good_configuration_without_warnings()
    {
        string[] files = [.. Directory.EnumerateFiles(Repository.PathOf("examples"), "driftwatch*.yaml", SearchOption.AllDirectories)];

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var config = ConfigLoader.LoadText(file, File.ReadAllText(file), WithSecrets());
            Assert.Empty(config.Faults);
            Assert.Empty(config.Warnings);
        });
    }

    [Fact]
    public void The_annotated_example_names_every_section()
    {
        var root = ConfigLoader.LoadText("f.yaml", File.ReadAllText(Repository.PathOf("examples/driftwatch.yaml"))).Root;

        Assert.Equal(SettingsTable.All.Select(s => s.Name).Order(), root.Members.Select(m => m.Key).Order());
    }

    [Fact]
    public void The_schema_knows_exactly_the_keys_of_the_table()
    {
        List<string> paths = [];
        Walk(SettingsTable.Schema(), "", paths);

        string Flat(string path) => Regex.Replace(path, "<[a-z]+>", "*");
        Assert.Equal(SettingsTable.Paths.Select(Flat).Order(), paths.Order());
    }

    private static void Walk(JsonNode node, string path, List<string> paths)
    {
        foreach (var (key, child) in node["properties"]?.AsObject() ?? [])
        {
            string here = Members.Join(path, key);
            paths.Add(here);
            Walk(child!, here, paths);
            if (child!["additionalProperties"] is JsonObject entry && entry["properties"] is not null) Walk(entry, here + ".*", paths);
        }
    }

    // Examples refer to variables and files that are not here.
    private static ConfigSources WithSecrets() => new() { Environment = new Dictionary<string, string> { ["KAFKA_PASSWORD"] = "x" } };

    [GeneratedRegex("```(?<kind>yaml|json) driftwatch\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ConfigBlock();
}
