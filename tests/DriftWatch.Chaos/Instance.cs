using System.Collections.Concurrent;
using System.Diagnostics;

namespace DriftWatch.Chaos;

/// <summary>One process that is started again whenever it is dead: an instance of the service, or another part of the loop.</summary>
internal sealed class Instance(int number, Part part, string folder, Func<string?> nextFailPoint, Tally tally) : IDisposable
{
    private const int KilledStatus = 128 + Signals.Kill;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly ConcurrentBag<Instance> All = [];

    private readonly Lock _lock = new();
    private Process? _process;
    private string? _failPoint;
    private bool _expected;
    private bool _ended;
    private bool _held;
    private bool _mayEnd;
    private int _starts;

    public int Number { get; } = number;

    public Part Part => part;

    public string Address => part.Address;

    /// <summary>Changes with every start.</summary>
    public int Life => Volatile.Read(ref _starts);

    public string LogFile { get; } = Path.Combine(folder, $"{part.Name.Replace(' ', '-')}.log");

    /// <summary>Where it is to die by itself; null: nowhere.</summary>
    public string? FailPoint => Volatile.Read(ref _failPoint);

    public void Start()
    {
        lock (_lock)
        {
            if (_ended || _held) return;
            if (_starts == 0) All.Add(this);
            _failPoint = nextFailPoint();
            _expected = false;
            _process = Begin();
        }
    }

    /// <summary>Tells it to stop, and leaves it down until <see cref="Release"/>.</summary>
    /// <returns>Its exit code; null: it had to be killed, for it did not end within a minute.</returns>
    public int? Hold()
    {
        Process? process;
        lock (_lock)
        {
            (_held, process) = (true, _process);
            if (process is { HasExited: false }) Signals.Send(process.Id, Signals.Terminate);
        }

        return process is null ? 0 : End(process, Minute);
    }

    /// <summary>Started again, and again whenever it ends.</summary>
    /// <param name="mayEnd">As <see cref="LetEnd"/>.</param>
    public void Release(bool mayEnd = false)
    {
        lock (_lock) (_held, _mayEnd) = (false, mayEnd);
        Start();
    }

    /// <summary>From now on it may end by itself, and is not started again then.</summary>
    public void LetEnd()
    {
        lock (_lock) _mayEnd = true;
    }

    /// <summary>Whether it is no more.</summary>
    public bool Ended
    {
        get
        {
            lock (_lock) return _process is not { HasExited: false };
        }
    }

    /// <summary>What it has said since its log was that long.</summary>
    public string TextSince(long length)
    {
        using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(length, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        return reader.ReadToEnd();
    }

    public long LogLength => new FileInfo(LogFile).Length;

    /// <summary>Of one that is held: what a start comes to that is expected to be refused.</summary>
    /// <returns>Exit code and last line; null and the log's end: it was still running after a minute, and was killed.</returns>
    public (int? ExitCode, string Said) Try(params string[] arguments)
    {
        Process process;
        lock (_lock) _process = process = Begin(arguments);
        int? code = End(process, Minute);
        return (code, LastLine());
    }

    /// <summary>Of one that is held: started with more arguments than ever, and left running; it is not started again.</summary>
    public void StartOnce(params string[] arguments)
    {
        lock (_lock) _process = Begin(arguments);
    }

    private static int? End(Process process, TimeSpan patience)
    {
        if (process.WaitForExit(patience)) return process.ExitCode;
        Signals.Send(process.Id, Signals.Kill);
        process.WaitForExit();
        return null;
    }

    private Process Begin(params string[] arguments)
    {
        // The log survives whatever is done to the process, so the kernel writes it.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (string argument in (string[])["-c", "log=$1; shift; exec \"$0\" \"$@\" >>\"$log\" 2>&1 </dev/null", part.Executable, LogFile, .. part.Arguments, .. arguments]) start.ArgumentList.Add(argument);
        if (_failPoint is { } place) start.Environment["DRIFTWATCH_FAILPOINT"] = place;
        File.AppendAllText(LogFile, $"==== start {++_starts} at {DateTime.UtcNow:HH:mm:ss.fff} {_failPoint} {string.Join(' ', arguments)}\n");
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => Exited(process);
        process.Start();
        return process;
    }

    /// <summary>SIGKILL now; it is started again.</summary>
    /// <returns>Whether there was anything to kill.</returns>
    public bool Kill(string kind)
    {
        lock (_lock)
        {
            if (_process is not { HasExited: false } process || _expected) return false;
            _expected = true;
            tally.Killed(part.Tag + kind);
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

    /// <summary>Kills every process that any instance has started, and waits for nothing: not even for a lock that somebody who hangs may hold.</summary>
    public static void KillAll()
    {
        foreach (var instance in All)
        {
            instance._ended = true;
            if (instance._process is { HasExited: false } process) Signals.Send(process.Id, Signals.Kill);
        }
    }

    public void Dispose()
    {
        Process? process;
        lock (_lock)
        {
            (_ended, _expected, process) = (true, true, _process);
            if (process is { HasExited: false }) Signals.Send(process.Id, Signals.Kill);
        }

        process?.WaitForExit();
    }

    private void Exited(Process process)
    {
        int pause = 50;
        lock (_lock)
        {
            if (!ReferenceEquals(process, _process) || _ended || _held || _mayEnd) return;
            if (!_expected && _failPoint is { } place && process.ExitCode == KilledStatus) tally.Killed(part.Tag + place.Split(':')[0]);
            else if (!_expected)
            {
                pause = 1000;
                tally.Fault($"{part.Name} ended by itself with {process.ExitCode}, armed with {_failPoint ?? "nothing"}: {LastLine()}");
            }
        }

        Thread.Sleep(pause);
        Start();
    }

    /// <summary>Why it ended: its newest critical line since it was started, or else the newest line.</summary>
    public string LastLine()
    {
        using var log = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string last = "";
        bool critical = false;
        while (log.ReadLine() is { } line)
        {
            if (line.StartsWith("==== start", StringComparison.Ordinal)) critical = false;
            bool why = line.Contains(" crit: ", StringComparison.Ordinal);
            if (line.Length == 0 || (critical && !why)) continue;
            (last, critical) = (line, why);
        }

        return last.Length > 800 ? last[..800] : last;
    }
}
