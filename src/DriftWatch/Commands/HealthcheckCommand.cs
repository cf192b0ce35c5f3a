using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using DriftWatch.Core.Time;
using DriftWatch.Hosting;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>Asks a running service whether it is ready: for images without a shell or curl.</summary>
internal static class HealthcheckCommand
{
    public static Command Create()
    {
        var command = new Command("healthcheck", "Asks the running service whether it is ready: exit 0 if it is, 1 if not.");
        var flags = new ConfigFlags().With("--listen", "ADDRESS:PORT", "web.listen", "Where the service listens, if not where the configuration says.").AddTo(command);
        var timeout = Parsed.Option("--timeout", "DURATION", "How long to wait for the answer.", Durations.Expected, text => (Durations.TryParse(text, out var wait) && wait > TimeSpan.Zero, wait), TimeSpan.FromSeconds(5));
        var path = new Option<string>("--path") { Description = "What to ask.", HelpName = "PATH", DefaultValueFactory = _ => "/healthz/ready" };
        command.Add(timeout);
        command.Add(path);
        command.SetAction(async (parsed, stop) =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error) is not { } options) return ExitCode.BadConfiguration;
            return await AskAsync(options, parsed.GetRequiredValue(path), parsed.GetValue(timeout), parsed.InvocationConfiguration, stop);
        });
        return command;
    }

    private static async Task<int> AskAsync(DriftWatchOptions options, string path, TimeSpan wait, InvocationConfiguration console, CancellationToken stop)
    {
        var address = options.Listen.Address;
        var url = new Uri($"{(options.Web.Certificate is null ? "http" : "https")}://{address.LocalHost}:{address.Port}{path}");
        using var handler = new SocketsHttpHandler { UseProxy = false };
        // It asks its own machine, under a name that no certificate has: of whoever answers it asks only that it is the service of this configuration. A certificate that is just being renewed keeps its subject.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, served, _, _) => served is not null && options.Web.Certificate is { } file && served.Subject == X509Certificate2.CreateFromPem(File.ReadAllText(file)).Subject;
        using var client = new HttpClient(handler) { Timeout = wait };
        try
        {
            using var answer = await client.GetAsync(url, stop);
            string body = (await answer.Content.ReadAsStringAsync(stop)).Trim();
            bool good = answer.IsSuccessStatusCode;
            await (good ? console.Output : console.Error).WriteLineAsync($"{url}: {(int)answer.StatusCode} {(body.Length > 500 ? body[..500] : body)}".TrimEnd());
            return good ? ExitCode.Ok : ExitCode.Failure;
        }
        catch (HttpRequestException unreachable)
        {
            await console.Error.WriteLineAsync($"{url}: {unreachable.Message}");
            return ExitCode.Failure;
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync($"{url}: no answer within {Durations.Format(wait)}");
            return ExitCode.Failure;
        }
    }
}
