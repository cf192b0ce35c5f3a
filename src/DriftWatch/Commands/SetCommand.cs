using System.CommandLine;
using DriftWatch.Hosting;
using DriftWatch.Options;
using DriftWatch.Replay;
using DriftWatch.Sets;

namespace DriftWatch.Commands;

/// <summary>The labeled predictions behind a recalibration request, as a file for whoever recalibrates.</summary>
internal static class SetCommand
{
    public static Command Create()
    {
        var command = new Command("set", "Writes the labeled predictions that a recalibration request rests on as an Arrow or Parquet file, read again from the topics. Reads only: commits nothing, joins no group.");
        var request = new Option<string>("--event") { Description = "The request, as it lies in the topic of requests: a file with its JSON, or - for standard input.", HelpName = "FILE", Required = true };
        var folder = new Option<string>("--out") { Description = "Folder of the sets; a set is named by the SHA-256 of its bytes.", HelpName = "DIR", DefaultValueFactory = _ => "." };
        var format = new Option<string>("--format") { Description = "As what it is written.", HelpName = "FORMAT", DefaultValueFactory = _ => SetFormat.Arrow.Name() }.AcceptOnlyFromAmong([.. SetFormats.All.Select(one => one.Name())]);
        var compress = new Option<bool>("--zstd") { Description = "Compresses the columns by Zstandard. Without it Arrow is plain, and Parquet compressed by Snappy." };
        var partial = new Option<bool>("--partial") { Description = "Writes what is left where retention has taken some of the records." };
        foreach (Option option in new Option[] { request, folder, format, compress, partial }) command.Add(option);
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (flags.LoadOrComplain(parsed, error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            try
            {
                var asked = SetRequest.Read(Bytes(parsed.GetValue(request)!));
                var reader = new SetReader(options, asked);
                var rows = await Task.Factory.StartNew(reader.Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(stop);
                if (SetFile.Lack(asked, rows, reader.Gone) is { } lack)
                {
                    if (rows.Count < asked.Labeled && !parsed.GetValue(partial)) throw new CommandFailure($"{lack} Nothing was written; --partial writes what is left.");
                    await error.WriteLineAsync($"warning: {lack}");
                }

                var written = SetFile.Write(parsed.GetValue(folder)!, asked, rows, SetFormats.All.First(one => one.Name() == parsed.GetValue(format)), parsed.GetValue(compress), reader.Vectors, configuration: reader.Configuration);
                if (reader.Vectors.Lack is { } without) await error.WriteLineAsync($"warning: no vectors are in the set: {without}.");
                await output.WriteLineAsync($"{written.Path}: {rows.Count} labeled predictions of {asked.Model} {asked.Version}, {rows.Count(row => row.Outcome)} came true, {asked.From} to {asked.To}, {written.Bytes} bytes, sha256 {written.Checksum}");
                return ExitCode.Ok;
            }
            catch (SetException unusable)
            {
                throw new CommandFailure(unusable.Message, ExitCode.Usage);
            }
            catch (ReplayException failure)
            {
                throw new CommandFailure(failure.Message, failure.ExitStatus);
            }
        });
        return command;
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            if (path != "-") return File.ReadAllBytes(path);
            using var all = new MemoryStream();
            using var input = Console.OpenStandardInput();
            input.CopyTo(all);
            return all.ToArray();
        }
        catch (IOException unreadable)
        {
            throw new CommandFailure(unreadable.Message, ExitCode.Usage);
        }
    }
}
