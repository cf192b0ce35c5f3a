namespace DriftWatch.Replay;

/// <summary>A replay that cannot go on: the message names the place and the fix, the exit status says whose fault it is.</summary>
internal sealed class ReplayException(string message, int exitStatus = ReplayException.Usage, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The command line, the configuration or the kind of a file is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The input broke while it was read.</summary>
    public const int Failure = 1;

    public int ExitStatus => exitStatus;
}
