namespace DriftWatch.Replay;

/// <summary>A replay that cannot go on: the message names the place and the fix, the exit status says whose fault it is.</summary>
internal sealed class ReplayException(string message, int exitStatus = ExitCode.Usage, Exception? inner = null) : Exception(message, inner)
{
    public int ExitStatus => exitStatus;
}
