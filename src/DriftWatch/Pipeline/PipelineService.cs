using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>Runs the loop on a thread of its own from start to stop of the host.</summary>
/// <remarks>
/// An exception that leaves the loop is a mistake of ours: it is logged, the host stops, and the process ends with 70. The next start goes on at the last commit.
/// So does a loop that hangs. Its thread is left behind, which is why it may not keep the process alive.
/// </remarks>
internal sealed partial class PipelineService(Action<CancellationToken> run, IHostApplicationLifetime lifetime, ILogger<PipelineService> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Run) { Name = "driftwatch-pipeline", IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _ended.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private void Run()
    {
        try
        {
            run(_stopping.Token);
        }
        catch (StartRefusedException refused)
        {
            Log.Refused(logger, refused.Message);
            Environment.ExitCode = ExitCode.Failure;
            lifetime.StopApplication();
        }
        catch (LoopHungException)
        {
            // Said when it was noticed, before the work was given up.
            Environment.ExitCode = ExitCode.SoftwareFault;
            lifetime.StopApplication();
        }
        catch (RestoreTrippedException tripped)
        {
            Log.Tripped(logger, tripped, tripped.Message);
            Environment.ExitCode = ExitCode.SoftwareFault;
            lifetime.StopApplication();
        }
        catch (Exception mistake)
        {
            Log.Crashed(logger, mistake);
            Environment.ExitCode = ExitCode.SoftwareFault;
            lifetime.StopApplication();
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Critical, Message = "Refusing to start: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Critical, Message = "{Advice}")]
        public static partial void Tripped(ILogger logger, Exception mistake, string advice);

        [LoggerMessage(Level = LogLevel.Critical, Message = "Unexpected failure in the pipeline: this is a bug in DriftWatch; please report it. The process ends; the next start resumes from the last commit")]
        public static partial void Crashed(ILogger logger, Exception mistake);
    }
}
