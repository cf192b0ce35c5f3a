using System.Collections.Concurrent;
using System.Diagnostics;

namespace DriftWatch.Chaos;

/// <summary>One instance of the service, started again whenever it is dead.</summary>
internal sealed class Instance(int number, string executable, string configuration, string folder, int port, Func<string?> nextFailPoint, Tally tally) : IDisposable
{
    private const int KilledStatus = 128 + Signals.Kill;

    private static readonly ConcurrentBag<Instance> All = [];

    private readonly Lock _lock = new();
    private Process? _process;
    private string? _failPoint;
    private bool _expected;
    private bool _ended;
    private int _starts;

    public int Number { get; } = number;

    public string Address { get; } = $"http://127.0.0.1:{port}";

    /// <summary>Changes with every start.</summary>
    public int Life => Volatile.Read(ref _starts);

    public string LogFile { get; } = Path.Combine(folder, $"instance-{number}.log");

    /// <summary>Where it is to die by itself; null: nowhere.</summary>
    public string? FailPoint => Volatile.Read(ref _failPoint);

    public void Start()
    {
        lock (_lock)
        {
            if (_ended) return;
            if (_starts == 0) All.Add(this);
            _failPoint = nextFailPoint();
            _expected = false;
            // The log survives whatever is done to the process, so the kernel writes it.
            var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
            foreach (string argument in new[] { "-c", "exec \"$0\" run --config \"$1\" --listen \"$2\" >>\"$3\" 2>&1 </dev/null", executable, configuration, Address["http://".Length..], LogFile }) start.ArgumentList.Add(argument);
            if (_failPoint is { } place) start.Environment["DRIFTWATCH_FAILPOINT"] = place;
            File.AppendAllText(LogFile, $"==== start {++_starts} at {DateTime.UtcNow:HH:mm:ss.fff} {_failPoint}\n");
            var process = new Process { StartInfo = start, EnableRaisingEvents = true };
            process.Exited += (_, _) => Exited(process);
            process.Start();
            _process = process;
        }
    }

    /// <summary>SIGKILL now; it is started again.</summary>
    /// <returns>Whether there was anything to kill.</returns>
    public bool Kill(string kind)
    {
        lock (_lock)
        {
            if (_process is not { HasExited: false } process || _expected) return false;
            _expected = true;
            tally.Killed(kind);
            Signals.Send(process.Id, Signals.Kill);
            return true;
        }
    }

    public bool Signal(int signal)
    {
        lock (_lock)
        {
            if (_process is not { HasExited: false } process) return false;
            Signals.Send(process.Id, signal);
            return true;
        }
    }

    /// <summary>Ends every process that any instance has started.</summary>
    public static void EndAll()
    {
        foreach (var instance in All) instance.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            (_ended, _expected) = (true, true);
            if (_process is { HasExited: false } process)
            {
                Signals.Send(process.Id, Signals.Kill);
                process.WaitForExit();
            }
        }
    }

    private void Exited(Process process)
    {
        int pause = 50;
        lock (_lock)
        {
            if (!ReferenceEquals(process, _process) || _ended) return;
            if (!_expected && _failPoint is { } place && process.ExitCode == KilledStatus) tally.Killed(place.Split(':')[0]);
            else if (!_expected)
            {
                pause = 1000;
                tally.Fault($"instance {Number} ended by itself with {process.ExitCode}, armed with {_failPoint ?? "nothing"}: {LastLine()}");
            }
        }

        Thread.Sleep(pause);
        Start();
    }

    private string LastLine()
    {
        using var log = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string last = "";
        while (log.ReadLine() is { } line)
        {
            if (line.Length > 0) last = line;
        }

        return last.Length > 400 ? last[..400] : last;
    }
}
