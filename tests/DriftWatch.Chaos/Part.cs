namespace DriftWatch.Chaos;

/// <summary>What kind of process is started, again and again.</summary>
/// <param name="Name">What faults and logs call it.</param>
/// <param name="Tag">What its kills are counted under, before their kind.</param>
/// <param name="Executable">What is run.</param>
/// <param name="Arguments">With which arguments.</param>
/// <param name="Address">Where it listens; empty: nowhere.</param>
internal sealed record Part(string Name, string Tag, string Executable, IReadOnlyList<string> Arguments, string Address = "")
{
    /// <summary>The service, and its page.</summary>
    public static Part Service(int number, string executable, string configuration, int port, string tag = "") =>
        new($"instance {number}", tag, executable, ["run", "--config", configuration, "--listen", $"127.0.0.1:{port}"], $"http://127.0.0.1:{port}");
}
