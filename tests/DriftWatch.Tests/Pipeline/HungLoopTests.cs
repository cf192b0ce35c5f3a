using System.Diagnostics;
using DriftWatch.Core.Monitoring;
using DriftWatch.Options;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>Whatever a source does, being told to stop and losing the task take effect, and a loop that hangs gives the task up.</summary>
public sealed class HungLoopTests : IDisposable
{
    private const int Pending = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly PipelineOptions Options = new()
    {
        StopTimeout = TimeSpan.FromSeconds(1),
        StallTimeout = TimeSpan.FromSeconds(2),
        PublishInterval = TimeSpan.FromMilliseconds(50),
        CommitInterval = TimeSpan.FromMilliseconds(50),
    };

    private readonly InMemoryLog _log = new(TimeProvider.System);
    private readonly InMemoryEpochStore _store = new();
    private readonly SnapshotBoard _board = new();
    private readonly LogLines _said = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _free = new();
    private readonly List<StuckSource> _sources = [];
    private Action<StuckSource>? _next; // what becomes of the next source

    public HungLoopTests()
    {
        _log.CreateTopic(StreamPart.Predictions, "predictions", 1);
        _log.CreateTopic(StreamPart.Labels, "labels", 1);
    }

    public void Dispose()
    {
        // Threads that were left behind may end now.
        _free.Set();
        _stop.Cancel();
    }

    [Theory]
    [InlineData("Read")]
    [InlineData("Refresh")]
    [InlineData("Wait")]
    public async Task A_loop_that_hangs_is_not_ready_then_gives_the_task_up_and_the_process_ends(string call)
    {
        var running = Run(Options);
        await Until(() => _board.Current.Phase == ServicePhase.Running, "running");

        Hang(call);
        await Until(() => _board.Current.Phase == ServicePhase.Stalled, "said to hang");
        Assert.Contains("The loop has not answered for", _board.Current.Trouble);
        Assert.False(_store.Left);

        await Assert.ThrowsAsync<LoopHungException>(() => Ended(running));
        Assert.True(_store.Left);
        Assert.Contains(_said.Lines, line => line.StartsWith("Critical: The loop has not answered for", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Read")]
    [InlineData("Refresh")]
    [InlineData("Wait")]
    [InlineData("Dispose")]
    public async Task Told_to_stop_while_the_loop_hangs_it_leaves_within_the_time_of_a_stop(string call)
    {
        var running = Run(Options with { StallTimeout = TimeSpan.FromHours(1) });
        await Until(() => _board.Current.Phase == ServicePhase.Running, "running");
        Hang(call);
        if (call != "Dispose") await Until(() => _sources[0].IsStuck, "hanging");

        var took = Stopwatch.StartNew();
        await _stop.CancelAsync();
        var hung = await Assert.ThrowsAsync<LoopHungException>(() => Ended(running));

        Assert.Contains("although it was told to stop", hung.Message);
        Assert.True(_store.Left);
        Assert.InRange(took.Elapsed, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_task_lost_while_the_loop_hangs_ends_it_within_the_time_of_a_stop()
    {
        var running = Run(Options with { StallTimeout = TimeSpan.FromHours(1) });
        await Until(() => _board.Current.Phase == ServicePhase.Running, "running");
        Hang("Read");
        await Until(() => _sources[0].IsStuck, "hanging");

        _store.Lost = true;
        var hung = await Assert.ThrowsAsync<LoopHungException>(() => Ended(running));

        Assert.Contains("although another instance owns the task now", hung.Message);
    }

    [Fact]
    public async Task A_loop_that_turns_and_reads_nothing_of_what_there_is_gives_the_task_up_and_begins_anew_with_another_client()
    {
        var running = Run(Options);
        await Until(() => _board.Current.Phase == ServicePhase.Running, "running");

        _sources[0].IsDeaf = true;
        await Until(() => _board.Current.Phase == ServicePhase.Stalled, "said to stand still");
        Assert.StartsWith("predictions[0] holds records from 0 up to 1", _board.Current.Trouble);
        await Until(() => _store.HandOvers == 1 && _sources.Count == 2 && _board.Current.Phase == ServicePhase.Running, "working again");

        Assert.False(running.IsCompleted);
        await _stop.CancelAsync();
        await Ended(running);
        Assert.Contains(_said.Lines, line => line.Contains("Giving up ownership so that a standby takes over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Topics_that_were_made_anew_halt_the_task_which_shows_what_was_committed_and_commits_no_more()
    {
        var running = Run(Options);
        await Until(() => _board.Current.Phase == ServicePhase.Running && _store.Commits > 0, "running");

        _log.Broken = "Topic predictions was deleted and re-created.";
        await Until(() => _board.Current.Phase == ServicePhase.Halted, "halted");
        long commits = _store.Commits;
        for (int i = 0; i < 20; i++) _log.Append("predictions", 0, new LogRecord(null, "{}"u8.ToArray()));
        var shown = _board.Current.TakenAt;
        await Until(() => _board.Current.TakenAt > shown + TimeSpan.FromMilliseconds(200), "still turning");

        Assert.Equal(commits, _store.Commits);
        Assert.Equal("Topic predictions was deleted and re-created.", _board.Current.Trouble);
        Assert.True(_board.Current.HasState);
        Assert.False(_store.Left);
        await _stop.CancelAsync();
        await Ended(running);
        Assert.True(_store.Left);
    }

    [Fact]
    public async Task A_restore_that_hangs_is_said_gives_the_task_up_and_ends_the_process_with_70()
    {
        var options = await LeaveSomethingToRestore();
        _next = source => source.HangsIn = "Read";
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        int before = Environment.ExitCode;
        try
        {
            using var service = new PipelineService(stop => TaskOf(options).Run(stop), lifetime, NullLogger<PipelineService>.Instance);
            await service.StartAsync(CancellationToken.None);
            await Until(() => _board.Current.Phase == ServicePhase.Stalled, "said to hang");
            Assert.Contains("The loop has not answered for", _board.Current.Trouble);
            await Until(() => lifetime.ApplicationStopping.IsCancellationRequested, "the process ends");

            Assert.Equal(70, Environment.ExitCode);
            Assert.True(_store.Left);
            Assert.DoesNotContain(_said.Lines, line => line.Contains("mistake of its own", StringComparison.Ordinal));
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    [Fact]
    public async Task A_restore_that_turns_and_reads_nothing_of_what_there_is_gives_the_task_up_and_begins_anew_with_another_client()
    {
        var options = await LeaveSomethingToRestore();
        _next = source => source.IsDeaf = true;
        var running = Run(options);

        await Until(() => _board.Current.Phase == ServicePhase.Stalled, "said to stand still");
        Assert.StartsWith("predictions[0] holds records from 0 up to", _board.Current.Trouble);
        await Until(() => _store.HandOvers == 1 && _board.Current is { Phase: ServicePhase.Running, HasState: true }, "restored with another client");

        Assert.Equal(Pending, _board.Current.Monitor.Join.Pending);
        await _stop.CancelAsync();
        await Ended(running);
    }

    [Fact]
    public async Task A_topic_that_was_made_anew_halts_a_restore_as_well()
    {
        var options = await LeaveSomethingToRestore();
        _log.Broken = "Topic predictions was deleted and re-created.";
        var running = Run(options);

        await Until(() => _board.Current.Phase == ServicePhase.Halted, "halted");

        Assert.Equal("Topic predictions was deleted and re-created.", _board.Current.Trouble);
        await _stop.CancelAsync();
        await Ended(running);
    }

    /// <summary>Predictions without labels, and no stored join table: the next owner has to read them again.</summary>
    private async Task<PipelineOptions> LeaveSomethingToRestore()
    {
        var options = Options with { InlineEntries = 0 };
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (int i = 0; i < Pending; i++)
            _log.Append("predictions", 0, new LogRecord(null, System.Text.Encoding.UTF8.GetBytes($$"""{"id":"p{{i}}","model":"m","version":"1","timestamp":{{now}},"probability":0.4}""")));
        using var stop = new CancellationTokenSource();
        var first = Run(options, stop.Token);
        await Until(() => _board.Current is { Phase: ServicePhase.Running } shown && shown.Monitor.Join.Pending == Pending, "predictions wait");
        await stop.CancelAsync();
        await Ended(first);
        _board.Publish(ServiceSnapshot.Initial);
        return options;
    }

    private Task Run(PipelineOptions options, CancellationToken? stop = null)
    {
        var task = TaskOf(options);
        return Task.Factory.StartNew(() => task.Run(stop ?? _stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private PipelineTask TaskOf(PipelineOptions options) => new(options, new MonitorOptions(), _store, Open, _board, TimeProvider.System, _said);

    private StuckSource Open(IReadOnlyList<PlannedPartition> plan)
    {
        var source = new StuckSource(_log.Open(plan), _free);
        Interlocked.Exchange(ref _next, null)?.Invoke(source);
        _sources.Add(source);
        return source;
    }

    private void Hang(string call) => _sources[0].HangsIn = call;

    private static async Task Ended(Task running)
    {
        Assert.Same(running, await Task.WhenAny(running, Task.Delay(Patience)));
        await running;
    }

    private async Task Until(Func<bool> done, string what)
    {
        var until = DateTime.UtcNow + Patience;
        while (!done())
        {
            Assert.True(DateTime.UtcNow < until, $"Not within {Patience.TotalSeconds} s: {what}. {_board.Current.Phase}, {_board.Current.Trouble}\n{string.Join('\n', _said.Lines)}");
            await Task.Delay(10);
        }
    }

    /// <summary>A source that never comes back from a call, or never gives what there is.</summary>
    private sealed class StuckSource(IRecordSource inner, ManualResetEventSlim free) : IRecordSource
    {
        private volatile string? _hangsIn;
        private volatile bool _isStuck;
        private volatile bool _isDeaf;

        public string? HangsIn
        {
            set => _hangsIn = value;
        }

        public bool IsStuck => _isStuck;

        public bool IsDeaf
        {
            set => _isDeaf = value;
        }

        public IReadOnlyList<SourcePartition> Partitions => inner.Partitions;

        public SourceHealth Health => inner.Health;

        public string? Broken => inner.Broken;

        public void Refresh()
        {
            Pass("Refresh");
            inner.Refresh();
            if (_isDeaf) inner.Partitions[0].Readable = inner.Partitions[0].Position + 1;
        }

        public RecordBatch? Read(SourcePartition partition, int most)
        {
            Pass("Read");
            return _isDeaf ? null : inner.Read(partition, most);
        }

        public void Unread(SourcePartition partition, int from) => inner.Unread(partition, from);

        public Task<bool> Verify() => inner.Verify();

        public void Wait(TimeSpan most)
        {
            Pass("Wait");
            Thread.Sleep(most);
        }

        public void Dispose()
        {
            Pass("Dispose");
            inner.Dispose();
        }

        private void Pass(string call)
        {
            if (_hangsIn != call) return;
            _isStuck = true;
            free.Wait();
        }
    }
}
