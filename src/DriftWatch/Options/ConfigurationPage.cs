using System.Text;

namespace DriftWatch.Options;

/// <summary>Writes the reference part of <c>docs/configuration.md</c> from the table; a test keeps the two the same.</summary>
internal static class ConfigurationPage
{
    public static string Write()
    {
        var page = new StringBuilder();
        foreach (var row in SettingsTable.Rows)
        {
            if (row.Default is null || row.Setting.UsersNameKeys)
            {
                Section(page, row);
            }
            else
            {
                string value = row.Default.Length == 0 ? "" : $"`{row.Default}`";
                page.Append($"| `{row.Path[(row.Path.LastIndexOf('.') + 1)..]}` | {value} | {Cell(row.Setting.Allowed)} | {Cell(row.Setting.Meaning)} |\n");
            }
        }

        return page.ToString();
    }

    private static void Section(StringBuilder page, SettingRow row)
    {
        page.Append($"\n### `{row.Path}`\n\n{row.Setting.Meaning}\n");
        if (row.Setting.Children.Any(c => c.Children.Count == 0)) page.Append("\n| key | default | allowed | what it does |\n|---|---|---|---|\n");
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
