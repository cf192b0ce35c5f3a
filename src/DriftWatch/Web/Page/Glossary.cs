using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DriftWatch.Web.Page;

/// <summary>What the page's words mean, one click from where they stand: <c>/glossary</c>, made of the tables of <c>docs/vocabulary.md</c>, so that there is one place where they are explained.</summary>
internal static partial class Glossary
{
    private static readonly IReadOnlyList<(string Title, IReadOnlyList<Entry> Entries)> Chapters = Read(Assets.TextOf("vocabulary.md"));

    private static readonly string Page = Draw().Value;

    /// <summary>All words that can be linked, as they stand in addresses.</summary>
    public static IReadOnlySet<string> Anchors { get; } = Chapters.SelectMany(chapter => chapter.Entries).SelectMany(entry => entry.Words).Select(AnchorOf).ToHashSet();

    public static void MapGlossary(this IEndpointRouteBuilder routes) => routes.MapMethods("/glossary", ["GET", "HEAD"], context =>
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        return context.Response.WriteAsync(Page);
    });

    /// <summary>A word as a link to what it means.</summary>
    /// <param name="text">As it stands on the page.</param>
    /// <param name="word">The word of the vocabulary, if that is another.</param>
    public static Markup Link(string text, string? word = null) => HtmlWriter.Of(html => html.Add($"""<a class="word" href="glossary#{AnchorOf(word ?? text)}">{text}</a>"""));

    private static string AnchorOf(string word) => NoLetters().Replace(word.ToLowerInvariant().Replace("φ", "phi", StringComparison.Ordinal), "-").Trim('-');

    private static Markup Draw() => HtmlWriter.Of(html =>
    {
        html.Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            {StatusPage.Head("Glossary – DriftWatch")}
            </head>
            <body><div id="live"><header><div class="brand"><h1>Glossary</h1></div><p><a href="./">back to the models</a></p></header><main>
            """);
        foreach (var (title, entries) in Chapters)
        {
            html.Add($"""<section><h2>{title}</h2><dl class="glossary">""");
            foreach (var entry in entries)
            {
                html.Add($"<dt>");
                for (int i = 0; i < entry.Words.Count; i++) html.Add($"""{(i == 0 ? "" : ", ")}<span id="{AnchorOf(entry.Words[i])}">{entry.Words[i]}</span>""");
                html.Add($"</dt><dd>{Inline(entry.Meaning)}</dd>");
            }

            html.Add($"</dl></section>");
        }

        html.Add($"</main></div></body></html>\n");
    });

    // Code and emphasis are all that the vocabulary has.
    private static Markup Inline(string text) => HtmlWriter.Of(html =>
    {
        string[] parts = text.Split('`');
        for (int i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1) html.Add($"<code>{parts[i]}</code>");
            else html.Add($"{parts[i].Replace("*", "", StringComparison.Ordinal)}");
        }
    });

    private static List<(string, IReadOnlyList<Entry>)> Read(string markdown)
    {
        List<(string, IReadOnlyList<Entry>)> chapters = [];
        foreach (string chapter in markdown.Split("\n## ")[1..])
        {
            string[] lines = chapter.Split('\n');
            // Of tables that explain words; how surfaces name them is for whoever changes the code.
            List<Entry> entries = [.. from line in lines where line.StartsWith("| ", StringComparison.Ordinal) let cells = line.Split('|') where cells[1].Trim() is not "say" select new Entry([.. cells[1].Split(',', StringSplitOptions.TrimEntries)], cells[2].Trim())];
            if (lines.Any(line => line.StartsWith("| say |", StringComparison.Ordinal))) chapters.Add((lines[0].Trim(), entries));
        }

        return chapters;
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NoLetters();

    private sealed record Entry(IReadOnlyList<string> Words, string Meaning);
}
