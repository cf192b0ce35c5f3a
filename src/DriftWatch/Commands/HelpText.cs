using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using DriftWatch.Hosting;

namespace DriftWatch.Commands;

/// <summary>Help that begins with examples and ends with exit codes.</summary>
internal static class HelpText
{
    /// <summary>Columns; fixed, so that help reads the same everywhere.</summary>
    private const int Width = 110;

    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["driftwatch"] =
        [
            "driftwatch demo                                            try it: no Kafka needed, page at http://127.0.0.1:8080",
            "driftwatch replay --predictions p.csv --labels l.csv       what would have fired, from files",
            "driftwatch inspect --bootstrap-servers kafka:9092          a configuration that fits your topics",
            "driftwatch check-config driftwatch.yaml                    every fault at once, with line and key",
            "driftwatch run --config driftwatch.yaml                    the service",
        ],
        ["driftwatch run"] =
        [
            "driftwatch run --config driftwatch.yaml",
            "driftwatch run --bootstrap-servers kafka:9092 --create-topics --listen '*:8080'",
            "DRIFTWATCH__KAFKA__BOOTSTRAPSERVERS=kafka:9092 driftwatch run --set defaults.horizon=7d",
        ],
        ["driftwatch demo"] = ["driftwatch demo", "driftwatch demo --listen 127.0.0.1:0 --for 2m"],
        ["driftwatch inspect"] =
        [
            "driftwatch inspect --bootstrap-servers kafka:9092 --predictions scores --labels outcomes --out driftwatch.yaml",
            "driftwatch inspect --predictions predictions.jsonl --labels labels.jsonl.gz",
        ],
        ["driftwatch fit"] =
        [
            "driftwatch fit --predictions p.csv --labels l.csv --out maps",
            "driftwatch fit --calibration-set sets/872e98….arrow --out maps",
            "driftwatch fit --predictions p.parquet --labels l.parquet --from 2026-11-01 --method intercept,platt --parent maps/map.json --out maps-2",
        ],
        ["driftwatch replay"] =
        [
            "driftwatch replay --predictions p.csv --labels l.csv --window 1d --slice region",
            "driftwatch replay --predictions p.jsonl.gz --labels l.jsonl.gz --json",
            "driftwatch replay --predictions p.csv --labels l.csv --config driftwatch.yaml --fail-on-drift",
            "driftwatch replay --predictions p.csv --labels l.csv --compare torchmetrics,netcal,sklearn",
            "driftwatch replay --predictions p.csv --labels l.csv --rule adwin --input residual",
            "driftwatch replay --predictions 'p/day=*/*.parquet' --labels l.parquet --config driftwatch.yaml --compare-policy stricter.yaml",
            "driftwatch replay --kafka --config driftwatch.yaml --from 2026-11-01 --to 2026-11-28",
        ],
        ["driftwatch set"] =
        [
            "driftwatch set --config driftwatch.yaml --event request.json --out sets",
            "kcat -b kafka:9092 -C -e -t driftwatch.recalibration.requests -o -1 | driftwatch set --config driftwatch.yaml --event - --zstd",
        ],
        ["driftwatch recalibrate"] =
        [
            "driftwatch recalibrate --config driftwatch.yaml --folder maps --create-topics",
            "driftwatch recalibrate --config driftwatch.yaml --once",
        ],
        ["driftwatch audit"] = ["driftwatch audit list --config driftwatch.yaml", "driftwatch audit replay 0c6f2a4e-8f0b-5d5a-9a3e-6d1f9b1f2c11 --config driftwatch.yaml"],
        ["driftwatch maps"] = ["driftwatch maps list --config driftwatch.yaml", "driftwatch maps rollback fraud 7 --to 3 --config driftwatch.yaml"],
        ["driftwatch maps list"] = ["driftwatch maps list --config driftwatch.yaml --folder maps"],
        ["driftwatch maps rollback"] = ["driftwatch maps rollback fraud 7 --to 3 --config driftwatch.yaml --folder maps", "driftwatch maps rollback fraud 7 --none --config driftwatch.yaml"],
        ["driftwatch audit list"] = ["driftwatch audit list --config driftwatch.yaml"],
        ["driftwatch audit replay"] = ["driftwatch audit replay 0c6f2a4e-8f0b-5d5a-9a3e-6d1f9b1f2c11 --config driftwatch.yaml"],
        ["driftwatch events"] = ["driftwatch events tail --config driftwatch.yaml", "driftwatch events complete 0c6f2a4e-8f0b-5d5a-9a3e-6d1f9b1f2c11 --config driftwatch.yaml --by ada --model-version 8"],
        ["driftwatch events tail"] =
        [
            "driftwatch events tail --config driftwatch.yaml --model fraud",
            "driftwatch events tail --config driftwatch.yaml --from-beginning --no-follow --type requested --json",
        ],
        ["driftwatch events resend"] = ["driftwatch events resend 0c6f2a4e-8f0b-5d5a-9a3e-6d1f9b1f2c11 --config driftwatch.yaml"],
        ["driftwatch events complete"] =
        [
            "driftwatch events complete 0c6f2a4e-8f0b-5d5a-9a3e-6d1f9b1f2c11 --config driftwatch.yaml --map sha256:9f86d081… --revision 4",
            "driftwatch events complete 0c6f2a4e-8f0b-5d5a-9a3e-6d1f9b1f2c11 --config driftwatch.yaml --dismiss retired",
        ],
        ["driftwatch bench"] = ["driftwatch bench detect --quick"],
        ["driftwatch bench detect"] =
        [
            "driftwatch bench detect --quick --check",
            "driftwatch bench detect --only S1,S7 --streams 20 --json",
            "driftwatch bench detect --full --out docs/benchmarks",
        ],
        ["driftwatch bench intervals"] = ["driftwatch bench intervals --windows 2000"],
        ["driftwatch plan"] =
        [
            "driftwatch plan --per-day 20000",
            "driftwatch plan --config driftwatch.yaml --model fraud --scores predictions.csv --shocks 0.3 --memory 0.6",
            "driftwatch plan --per-day 5000 --version-every 1d --batch --label-delay 2h,6h",
        ],
        ["driftwatch completion"] =
        [
            "driftwatch completion bash >> ~/.bashrc",
            "driftwatch completion zsh > \"${fpath[1]}/_driftwatch\"",
            "driftwatch completion fish > ~/.config/fish/completions/driftwatch.fish",
        ],
        ["driftwatch rules"] =
        [
            "driftwatch rules --config driftwatch.yaml > rules/driftwatch.yml",
            "driftwatch rules --config driftwatch.yaml --runbooks https://wiki.example.com/runbooks --dashboards https://grafana.example.com",
            "driftwatch rules --config driftwatch.yaml --format operator --label release=prometheus > prometheusrule.yaml",
        ],
        ["driftwatch check-config"] = ["driftwatch check-config driftwatch.yaml", "driftwatch check-config driftwatch.yaml --strict --connect"],
        ["driftwatch config"] = ["driftwatch config show --effective --config driftwatch.yaml", "driftwatch config schema > driftwatch.schema.json"],
        ["driftwatch config show"] = ["driftwatch config show --config driftwatch.yaml", "driftwatch config show --effective --config driftwatch.yaml"],
        ["driftwatch healthcheck"] = ["driftwatch healthcheck", "driftwatch healthcheck --listen 127.0.0.1:9000 --timeout 2s"],
    };

    /// <summary>Gives our help to a command and all below it.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Description = "Shows help.";
            option.Action = new ShowHelp();
        }
    }

    public static void Write(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var output = parsed.InvocationConfiguration.Output;
        if (Examples.TryGetValue(FullName(command), out string[]? examples))
        {
            output.WriteLine("Examples:");
            foreach (string example in examples) output.WriteLine($"  {example}");
            output.WriteLine();
        }

        new HelpAction { MaxWidth = Width }.Invoke(parsed);
        output.WriteLine("Exit codes:");
        foreach (var (code, meaning) in ExitCode.All) output.WriteLine($"  {code,-4} {meaning}");
        output.WriteLine();
        output.WriteLine("Every setting: docs/configuration.md, or driftwatch config reference.");
    }

    /// <summary>The command with those above it: <c>driftwatch config show</c>.</summary>
    public static string FullName(Command command)
    {
        var above = command.Parents.OfType<Command>().FirstOrDefault();
        return command is RootCommand ? "driftwatch" : above is null ? command.Name : $"{FullName(above)} {command.Name}";
    }

    private sealed class ShowHelp : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Write(parseResult);
            return ExitCode.Ok;
        }
    }
}
