using System.CommandLine.Invocation;
using System.CommandLine;
using System.Runtime.InteropServices;

namespace DriftWatch.Hosting;

/// <summary>A failure that one sentence explains: no stack trace.</summary>
internal sealed class CommandFailure(string message, int code = ExitCode.Failure) : Exception(message)
{
    public int Code { get; } = code;
}
