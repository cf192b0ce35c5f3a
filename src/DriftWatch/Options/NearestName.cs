namespace DriftWatch.Options;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits (insert, delete, replace, swap of neighbours) from <paramref name="name"/>; null if none is near.</summary>
    /// <remarks>Case, dashes, dots and underscores do not count; a name of n letters may be wrong in a third of them, or be the beginning of the right one.</remarks>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        string wanted = Plain(name);
        string? nearest = null;
        int fewest = (wanted.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            string plain = Plain(candidate);
            int edits = Edits(wanted, plain);
            if (edits > 1 && wanted.Length >= 4 && (plain.StartsWith(wanted, StringComparison.Ordinal) || plain.EndsWith(wanted, StringComparison.Ordinal))) edits = 1;
            if (edits >= fewest && !(edits == 0 && nearest is null)) continue;
            (nearest, fewest) = (candidate, edits);
        }

        return nearest;
    }

    /// <summary>Restricted Damerau-Levenshtein distance.</summary>
    public static int Edits(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++) table[i, 0] = i;
        for (int j = 0; j <= to.Length; j++) table[0, j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int replace = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                int least = Math.Min(replace, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                table[i, j] = swapped ? Math.Min(least, table[i - 2, j - 2] + 1) : least;
            }
        }

        return table[from.Length, to.Length];
    }

    private static string Plain(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit).Take(64)).ToLowerInvariant();
}
