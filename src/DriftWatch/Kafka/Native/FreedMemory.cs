using System.Runtime.InteropServices;

namespace DriftWatch.Kafka.Native;

/// <summary>Memory that a native client has freed and the C library keeps for the next one.</summary>
internal static partial class FreedMemory
{
    /// <summary>Gives it back to the system: after a client that has fetched millions of records and is closed, that is hundreds of megabytes. Does nothing where the C library is not glibc.</summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = Trim(0);
        }
        catch (Exception other) when (other is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl keeps little.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);
}
