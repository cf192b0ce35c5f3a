using Spectre.Console;

namespace DriftWatch.Replay;

/// <summary>Shows on standard error how far a replay has come.</summary>
internal static class ProgressBar
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Shows the work until it ends, however it ends, or until it is to stop.</summary>
    public static void Show(IAnsiConsole console, ReplayMeter meter, Task work, CancellationToken stop)
    {
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var reading = context.AddTask("reading");
                var playing = context.AddTask("playing", autoStart: false);
                while (!stop.IsCancellationRequested && !((IAsyncResult)work).AsyncWaitHandle.WaitOne(Interval))
                {
                    bool isPlaying = meter.Player is not null;
                    reading.Description = $"reading {meter.Rows:#,0} rows";
                    reading.IsIndeterminate = meter.ReadShare is null && !isPlaying;
                    reading.Value = isPlaying ? 100 : 100 * (meter.ReadShare ?? 0);
                    if (!isPlaying) continue;
                    playing.StartTask();
                    playing.Value = 100 * meter.PlayedShare;
                }
            });
    }
}
