namespace DriftWatch.Files;

/// <summary>What stands between the cells of a file: told by its header row, as few names hold any of these.</summary>
internal static class CsvDelimiter
{
    private static ReadOnlySpan<byte> Known => ",;\t|"u8;

    /// <summary>The known delimiter that stands in the first line most often, outside of quotes; a comma where none does.</summary>
    public static byte Of(ReadOnlySpan<byte> start)
    {
        Span<int> counts = stackalloc int[Known.Length];
        bool quoted = false;
        foreach (byte one in start)
        {
            if (one == '"') quoted = !quoted;
            else if (one == '\n' && !quoted) break;
            else if (!quoted && Known.IndexOf(one) is >= 0 and var place) counts[place]++;
        }

        int most = 0;
        for (int place = 1; place < counts.Length; place++)
        {
            if (counts[place] > counts[most]) most = place;
        }

        return Known[most];
    }

    /// <summary>The name for messages.</summary>
    public static string Name(byte delimiter) => delimiter switch
    {
        (byte)',' => "commas",
        (byte)';' => "semicolons",
        (byte)'\t' => "tabs",
        _ => "bars",
    };
}
