namespace DriftWatch.Files;

/// <summary>A file that cannot be read: the message names the place and the fix, the exit status says whose fault it is.</summary>
internal sealed class FileException(string message, int exitStatus = ExitCode.Usage, Exception? inner = null) : Exception(message, inner)
{
    public int ExitStatus => exitStatus;
}
