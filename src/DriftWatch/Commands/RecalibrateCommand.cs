using System.CommandLine;
using DriftWatch.Hosting;
using DriftWatch.Metrics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Recalibrating;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch recalibrate</c>: a subscriber that answers requests with maps.</summary>
internal static partial class RecalibrateCommand
{
    public static Command Create()
    {
        var command = new Command("recalibrate", "Answers recalibration requests: reads the calibration set, tries maps, publishes the one that helps to a topic and a folder, and says so. Runs until it is stopped.");
        var once = new Option<bool>("--once") { Description = "Answers what is there and ends: for a cron job. Refused while another instance runs." };
        command.Add(once);
        var flags = new ConfigFlags()
            .With("--bootstrap-servers", "HOST:PORT,...", "kafka.bootstrapServers", "Brokers to ask first.")
            .With("--folder", "DIR", "recalibration.folder", "Folder of maps and sets.")
            .With("--listen", "ADDRESS:PORT", "recalibration.listen", "Where metrics and health are served; without it nowhere.")
            .WithSwitch("--create-topics", "kafka.createTopics", "Creates the topics of maps, decisions and answers where they are missing.")
            .AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            if (options.Recalibration.Folder is null)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("recalibration.folder: not set; expected the folder for maps and sets, or --folder DIR.");
                return ExitCode.BadConfiguration;
            }

            if (options.Recalibration.AnswersTopic is null)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("recalibration.answersTopic: empty; expected the topic that answers are written to.");
                return ExitCode.BadConfiguration;
            }

            return await RunAsync(options, parsed.GetValue(once), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(DriftWatchOptions options, bool once, CancellationToken stop)
    {
        using var counter = new LogCounter();
        using var loggers = LoggerFactory.Create(logging => logging.AddDriftWatchLogging(options.Log).AddProvider(counter));
        var logger = loggers.CreateLogger("DriftWatch.Recalibrating");
        using var lastResort = new LastResort(logger);
        var metrics = new RecalibratorMetrics(counter);
        await using var app = options.Recalibration.Listen is { } listen && !once ? await RecalibratorHost.StartAsync(listen, options.Log, metrics) : null;
        if (app is not null)
        {
            string address = ServiceHost.AddressOf(app);
            Log.Listening(logger, address);
        }

        // Its own thread, left behind where a piece of work does not come to an end in time: nothing of it is committed then.
        var work = Task.Factory.StartNew(() => Work(options, once, logger, metrics, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(work, Task.Delay(Timeout.Infinite, stop));
        if (!work.IsCompleted) await Task.WhenAny(work, Task.Delay(options.Pipeline.StopTimeout, CancellationToken.None));
        if (!work.IsCompleted)
        {
            Log.LeftBehind(logger);
            return ExitCode.Ok;
        }

        int code = await work;
        Log.Stopped(logger);
        return code;
    }

    private static int Work(DriftWatchOptions options, bool once, ILogger logger, RecalibratorMetrics metrics, CancellationToken stop)
    {
        try
        {
            using var loop = new RecalibrationLoop(options, once, TimeProvider.System, logger, metrics);
            loop.Run(stop);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (StartRefusedException refused)
        {
            throw new CommandFailure(refused.Message);
        }
        catch (DllNotFoundException missing)
        {
            throw new CommandFailure(missing.Message);
        }
        catch (Exception mistake) when (mistake is not CommandFailure)
        {
            Log.Crashed(logger, mistake);
            return ExitCode.SoftwareFault;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Address}")]
        public static partial void Listening(ILogger logger, string address);

        [LoggerMessage(Level = LogLevel.Information, Message = "Stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped while a calibration set was read or fitted: nothing of it was committed, and the next start does it again")]
        public static partial void LeftBehind(ILogger logger);

        [LoggerMessage(Level = LogLevel.Critical, Message = "Unexpected failure while a request was answered: this is a bug in DriftWatch; please report it. The process ends; the next start takes the request up again")]
        public static partial void Crashed(ILogger logger, Exception mistake);
    }
}
