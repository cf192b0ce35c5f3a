using System.Runtime.InteropServices;

namespace DriftWatch.Chaos;

/// <summary>Signals of the kernel: no grace, no handler.</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Stop = 19;
    public const int Continue = 18;

    /// <returns>Whether there was such a process.</returns>
    public static bool Send(int process, int signal) => kill(process, signal) == 0;

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
