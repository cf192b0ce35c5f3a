using System.CommandLine;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Files;
using DriftWatch.Hosting;
using DriftWatch.Inspection;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>Looks at some records of both topics, says what they are, and prints a configuration that reads them.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var command = new Command("inspect", "Looks at some records of both topics (or of two files: JSON lines, Arrow, Parquet), says what they hold, tries the join, and prints a configuration that fits. Reads only: commits nothing, joins no group.");
        var predictions = new Option<string?>("--predictions") { Description = "Topic or file of predictions. Without it: kafka.topics.predictions.", HelpName = "TOPIC|FILE" };
        var labels = new Option<string?>("--labels") { Description = "Topic or file of labels. Without it: kafka.topics.labels.", HelpName = "TOPIC|FILE" };
        var records = new Option<int>("--records") { Description = "How many of the newest records of each to look at.", HelpName = "NUMBER", DefaultValueFactory = _ => 5000 };
        var file = new Option<string?>("--out") { Description = "Writes the configuration to a file too.", HelpName = "FILE" };
        records.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out int number) && number is >= 1 and <= 1_000_000)) result.AddError($"--records {token.Value}: expected a whole number from 1 to 1000000");
        });
        foreach (Option option in new Option[] { predictions, labels, records, file }) command.Add(option);
        var flags = new ConfigFlags().With("--bootstrap-servers", "HOST:PORT,…", "kafka.bootstrapServers", "The brokers.").With("--schema-registry", "URL,…", "schemaRegistry.url", "The Schema Registry, for records in Avro.").AddTo(command);
        command.SetAction(parsed =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            int most = parsed.GetValue(records);
            var left = SampleFormat.Read(Take(StreamPart.Predictions, parsed.GetValue(predictions) ?? options.Kafka.PredictionTopics[0], options.Kafka, most), options.Pipeline);
            var right = SampleFormat.Read(Take(StreamPart.Labels, parsed.GetValue(labels) ?? options.Kafka.LabelTopics[0], options.Kafka, most), options.Pipeline);
            var (prediction, label) = PartGuess.Of(left, right);
            var trial = JoinTrial.Of(prediction, label, EventTime.From(DateTimeOffset.UtcNow));
            string configuration = ConfigDraft.Of(prediction, label, trial, left.IsTopic ? options.Kafka.BootstrapServers : null, options.Pipeline.SchemaRegistry.Url?[0]);
            bool good = InspectionReport.Write(prediction, label, trial, configuration, parsed.InvocationConfiguration.Output);
            if (parsed.GetValue(file) is { } path) File.WriteAllText(path, configuration);
            return good ? ExitCode.Ok : ExitCode.Failure;
        });
        return command;
    }

    private static Sample Take(StreamPart part, string name, KafkaOptions kafka, int most)
    {
        if (!File.Exists(name))
        {
            try
            {
                return new Sample(part, name, TopicSample.Newest(kafka, name, most));
            }
            catch (SampleException none)
            {
                throw new CommandFailure(none.Message);
            }
        }

        List<SampledRecord> lines = [];
        int longest = new ReadLimits().MaxRecordBytes + 1;
        try
        {
            foreach (var file in InputFiles.Find(name, () => Stream.Null).Open())
            {
                if (file.Kind is FileKind.Arrow or FileKind.Parquet)
                {
                    using Table table = file.Kind == FileKind.Arrow ? new ArrowTable(file) : new ParquetTable(file);
                    lines.AddRange(TableSample.Rows(table, most - lines.Count));
                    continue;
                }

                IJsonSource values = file.Kind == FileKind.JsonValues ? new JsonValueReader(file.Content, longest) : new LineReader(file.Content, longest);
                while (lines.Count < most && values.Read()) lines.Add(new SampledRecord(null, values.Value.ToArray(), []));
            }
        }
        catch (FileException unreadable)
        {
            throw new CommandFailure(unreadable.Message);
        }

        return new Sample(part, name, lines) { IsTopic = false };
    }
}
