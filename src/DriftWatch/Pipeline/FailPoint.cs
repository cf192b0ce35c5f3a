using System.Diagnostics;

namespace DriftWatch.Pipeline;

/// <summary>Named places where the crash harness kills the process, as the kernel or a power cut would. For the harness only.</summary>
/// <remarks>
/// <c>DRIFTWATCH_FAILPOINT=after-produce:7</c> ends the process with SIGKILL when it comes to <c>after-produce</c> for the seventh time: nothing is flushed,
/// closed or told. Without the variable a call is one comparison.
/// Places: <c>before-begin</c>, <c>after-begin</c>, <c>half-produced</c> (the first record is at the broker, the others are not), <c>after-produce</c> (all of them are), <c>after-offsets</c>, <c>commit-sent</c> (from another thread, while
/// the commit is under way), <c>after-commit</c>; <c>during-takeover</c> (predecessors are fenced, nothing is read yet), <c>during-restore</c> (half of the checkpoint is read);
/// <c>set-half-written</c> (a calibration set, not all of it at the disk), <c>set-named</c> (its checksum is noted, the set is not in its place), <c>map-half-written</c> (one of a map's files), <c>map-written</c> (all of
/// them, nothing is sent), <c>file-drafted</c> (a small file is written beside the one that it is to replace: the note of a set, <c>current</c>).
/// </remarks>
internal static class FailPoint
{
    public const string Variable = "DRIFTWATCH_FAILPOINT";

    private static readonly string? Armed;
    private static readonly int Count;
    private static int _seen;

    static FailPoint()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split(':') is [var name, var count] && int.TryParse(count, out Count)) Armed = name;
    }

    public static bool IsArmed(string name) => Armed is not null && Armed == name;

    /// <summary>Ends the process here if it is time.</summary>
    public static void Reach(string name)
    {
        if (IsArmed(name) && Interlocked.Increment(ref _seen) == Count) Process.GetCurrentProcess().Kill();
    }

    /// <summary>Ends the process in up to five milliseconds, from another thread, while the caller goes on.</summary>
    public static void ReachSoon(string name)
    {
        if (!IsArmed(name)) return;
        new Thread(() =>
        {
            Thread.SpinWait(Random.Shared.Next(200_000));
            Reach(name);
        }) { IsBackground = true }.Start();
    }
}
