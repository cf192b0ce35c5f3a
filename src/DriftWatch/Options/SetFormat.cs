using System.Diagnostics;

namespace DriftWatch.Options;

/// <summary>What a calibration set is written as.</summary>
internal enum SetFormat
{
    /// <summary>An Arrow IPC file: mapped into memory as it is, by any Arrow library.</summary>
    Arrow,

    /// <summary>Apache Parquet: smaller, and what warehouses and training pipelines read.</summary>
    Parquet,
}

/// <summary>The words for formats.</summary>
internal static class SetFormats
{
    public static IReadOnlyList<SetFormat> All { get; } = [SetFormat.Arrow, SetFormat.Parquet];

    /// <summary>What a format is called in settings; a file's name ends in it, after a dot.</summary>
    public static string Name(this SetFormat format) => format switch
    {
        SetFormat.Arrow => "arrow",
        SetFormat.Parquet => "parquet",
        _ => throw new UnreachableException($"{format} has no name."),
    };
}
