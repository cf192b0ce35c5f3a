using System.Text;
using DriftWatch.Options.Table;

namespace DriftWatch.Options;

/// <summary>Writes the reference part of <c>docs/configuration.md</c> from the table; a test keeps the two the same.</summary>
internal static class ConfigurationPage
{
    public static string Write()
    {
        // A section's own keys stand under its heading, before the sections inside it.
        var keys = SettingsTable.Rows.Where(IsKey).ToLookup(row => ParentOf(row.Path));
        var page = new StringBuilder();
        page.Append("\n### Top level\n");
        Keys(page, keys[""]);
        foreach (var section in SettingsTable.Rows.Where(row => !IsKey(row)))
        {
            page.Append($"\n### `{section.Path}`\n\n{section.Setting.Meaning}\n");
            Keys(page, keys[section.Path]);
        }

        return page.ToString();
    }

    private static bool IsKey(SettingRow row) => row.Default is not null && !row.Setting.UsersNameKeys;

    private static string ParentOf(string path) => path.LastIndexOf('.') is > 0 and var dot ? path[..dot] : "";

    private static void Keys(StringBuilder page, IEnumerable<SettingRow> rows)
    {
        if (!rows.Any()) return;
        page.Append("\n| key | default | allowed | what it does |\n|---|---|---|---|\n");
        foreach (var row in rows)
        {
            string value = row.Default!.Length == 0 ? "" : $"`{row.Default}`";
            page.Append($"| `{row.Path[(row.Path.LastIndexOf('.') + 1)..]}` | {value} | {Cell(row.Setting.Allowed)} | {Cell(row.Setting.Meaning)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
