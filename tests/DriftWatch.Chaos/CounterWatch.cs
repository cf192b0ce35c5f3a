using System.Globalization;

namespace DriftWatch.Chaos;

/// <summary>Scrapes the instances without a pause, as Prometheus would, and holds every counter against what was seen of it before.</summary>
/// <remarks>
/// Two laws. While an instance shows a counter, it does not go back. And when one begins to show it, it is not below what anybody showed before: what is shown
/// was committed, and what was committed is restored. Not to show it is no way back. A zombie that wakes up shows what it knew until it learns that another works:
/// the second law does not bind it, for it may have committed more between the last scrape and its sleep.
/// </remarks>
internal sealed class CounterWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>What belongs to a process and not to the stream: trouble that this one had.</summary>
    private static readonly string[] OfProcess = ["driftwatch_dlq_dropped_total", "driftwatch_fenced_total", "driftwatch_restore_mismatches_total", "driftwatch_log_messages_total", "driftwatch_checkpoint_failures_total"];

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(1) };
    private readonly IReadOnlyList<Instance> _instances;
    private readonly Tally _tally;
    private readonly Dictionary<string, double> _greatest = [];
    private readonly Dictionary<int, (int Life, Dictionary<string, double> Values)> _last = [];
    private readonly HashSet<(int, int)> _shown = [];
    private readonly Dictionary<int, LifePhase> _seen = []; // unlike _phases, of those too that do not answer just now
    private int _newest = -1; // who began to work last
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly LifePhase?[] _phases;
    private volatile bool _forget;

    public CounterWatch(IReadOnlyList<Instance> instances, Tally tally)
    {
        (_instances, _tally, _phases) = (instances, tally, new LifePhase?[instances.Count]);
        _thread = new Thread(Run) { Name = "counter-watch", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Scrapes that were answered.</summary>
    public int Scrapes { get; private set; }

    /// <summary>Epochs that were committed.</summary>
    public long Epochs { get; private set; }

    /// <summary>Most restore mismatches that one instance showed.</summary>
    public double Mismatches { get; private set; }

    /// <summary>What an instance does, as of the newest scrape of this life of it; null while it does not answer.</summary>
    public string? PhaseOf(Instance instance) => Volatile.Read(ref _phases[instance.Number]) is { } seen && seen.Life == instance.Life ? seen.Phase : null;

    /// <summary>The state was dropped: all counters begin at nothing.</summary>
    public void Forget() => _forget = true;

    public Instance? Owner => _instances.FirstOrDefault(i => PhaseOf(i) is "running");

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _http.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (_forget)
            {
                _forget = false;
                _greatest.Clear();
                _last.Clear();
            }

            foreach (var instance in _instances) Scrape(instance);
            _stop.Token.WaitHandle.WaitOne(Pause);
        }
    }

    private void Scrape(Instance instance)
    {
        int life = instance.Life;
        string page;
        try
        {
            page = _http.GetStringAsync(new Uri(instance.Address + "/metrics"), _stop.Token).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            Volatile.Write(ref _phases[instance.Number], null);
            return;
        }

        if (instance.Life != life) return;
        Scrapes++;
        Take(instance, life, page);
    }

    private void Take(Instance instance, int life, string page)
    {
        Dictionary<string, double> values = [];
        string phase = "starting";
        foreach (var line in page.AsSpan().EnumerateLines())
        {
            if (line.Length == 0 || line[0] == '#' || line.LastIndexOf(' ') is not (> 0 and var space)) continue;
            var name = line[..line.IndexOfAny('{', ' ')];
            double value = double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture);
            if (name is "driftwatch_service_phase" && value == 1) phase = Tag(line);
            else if (name is "driftwatch_restore_mismatches_total" && value > 0) Mismatches = Math.Max(Mismatches, value);
            if (!name.StartsWith("driftwatch_") || !name.EndsWith("_total") || OfProcess.Contains(name.ToString())) continue;
            values[line[..space].ToString()] = value;
        }

        Volatile.Write(ref _phases[instance.Number], new LifePhase(life, phase));
        if (phase is "standby" or "restoring" && values.FirstOrDefault(v => v.Key.Contains("model=", StringComparison.Ordinal)) is { Key: { } shown } && Once(instance, life))
            _tally.Fault($"instance {instance.Number} shows {shown} while it is {phase}");
        if (phase is "running" && _seen.GetValueOrDefault(instance.Number) != new LifePhase(life, phase)) _newest = instance.Number;
        _seen[instance.Number] = new(life, phase);
        Compare(instance, _last.TryGetValue(instance.Number, out var before) && before.Life == life ? before.Values : [], values);
        _last[instance.Number] = (life, values);
    }

    private void Compare(Instance instance, Dictionary<string, double> before, Dictionary<string, double> now)
    {
        foreach (var (name, value) in now)
        {
            bool began = !before.TryGetValue(name, out double was);
            double most = _greatest.GetValueOrDefault(name);
            if (began) was = instance.Number == _newest ? most : value;
            if (value < was)
            {
                _tally.CountersThatWentBack++;
                if (_tally.CountersThatWentBack <= 10) Program.Say($"went back: {name} from {was} to {value}, instance {instance.Number}{(began ? ", which began to show it" : "")}");
            }

            _greatest[name] = Math.Max(value, most);
        }

        if (now.TryGetValue("driftwatch_consumer_commits_total", out double epochs)) Epochs = Math.Max(Epochs, (long)epochs);
    }

    private bool Once(Instance instance, int life) => _shown.Add((instance.Number, life));

    /// <summary>A phase, and in which life of the process it was seen.</summary>
    private sealed record LifePhase(int Life, string Phase);

    // The phase is the only tag of its metric.
    private static string Tag(ReadOnlySpan<char> line) => line[(line.IndexOf('"') + 1)..line.LastIndexOf('"')].ToString();
}
