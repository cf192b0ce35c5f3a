using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Series;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The rules that are compared, each with the thresholds it is looked at.</summary>
internal static class RuleSet
{
    /// <summary>ln A for which the guarantee is checked.</summary>
    public static readonly double[] Budgets = [Math.Log(1e5), Math.Log(1e6), Math.Log(1e7), Math.Log(1e8)];

    public static readonly RuleSpec Esr0 = Sequential("e-SR ε=0");
    public static readonly RuleSpec Esr1 = Sequential("e-SR ε=.01");
    public static readonly RuleSpec Esr2 = Sequential("e-SR ε=.02");
    public static readonly RuleSpec EsrRare = Sequential("e-SR τ=.2 ε=.002");
    public static readonly RuleSpec Oracle = Sequential("oracle CUSUM");
    public static readonly RuleSpec Periodic = new("dummy: every 10 000", 1, [], _ => "10 000");
    public static readonly RuleSpec AdwinResidual = Adwin("residual");

    public static readonly IReadOnlyList<RuleSpec> Windows =
    [
        Window("ECE15 > θ, 500"), Window("ECE15 > θ, 2000 ×3"), Window("debiased > θ, 2000 ×3", 0.02), Window("threshold rule, 2000 ×3"),
    ];

    private static readonly IReadOnlyList<(RuleSpec Rule, RuleInput Input, int Clock, Func<IChangeRule> Make)> Classical =
    [
        (AdwinResidual, RuleInput.Residual, 32, MakeAdwin),
        (Adwin("error"), RuleInput.Error, 32, MakeAdwin),
        (Adwin("Brier"), RuleInput.Brier, 32, MakeAdwin),
        (Hinkley("residual"), RuleInput.Residual, 1, MakeHinkley),
        (Hinkley("error"), RuleInput.Error, 1, MakeHinkley),
        (new("CUSUM residual", 5, RuleSpec.Geometric(2, 400, 60), t => $"{t:0.0} sd"), RuleInput.Residual, 1, () => new Cusum(new() { Threshold = double.PositiveInfinity })),
        (new("DDM error", 3, RuleSpec.Geometric(1.5, 30, 60), t => $"{t:0.0} sd"), RuleInput.Error, 1, () => new Ddm(new() { DriftThreshold = double.PositiveInfinity })),
        (new("EDDM error", 1 / 0.9, RuleSpec.Geometric(1.02, 4, 60), t => $"β {1 / t:0.00}"), RuleInput.Error, 1, () => new Eddm(new() { Beta = 0 })),
        (new("HDDM_A error", Math.Log(2 / 0.001), RuleSpec.Linear(3, 40, 0.5), t => $"δ {2 * Math.Exp(-t):0.0e+0}"), RuleInput.Error, 1, () => new HddmA(new() { DriftConfidence = 0, CutConfidence = 0.001 })),
        (new("HDDM_W error", Math.Log(1 / 0.001), RuleSpec.Linear(3, 40, 0.5), t => $"δ {Math.Exp(-t):0.0e+0}"), RuleInput.Error, 1, () => new HddmW(new() { DriftConfidence = 0, CutConfidence = 0.001 })),
    ];

    /// <summary>Costs more than all others together and alarms some thousand times a million: looked at in one drift only.</summary>
    private static readonly RuleSpec KswinResidual = new("KSWIN residual", -Math.Log(0.005), RuleSpec.Linear(3, 38, 0.5), t => $"α {Math.Exp(-t):0.0e+0}");

    /// <summary>All rules for a stream; the oracle only where there is a drift that it can know.</summary>
    public static List<Probe> For(ScoreLaw law, Truth drift)
    {
        List<(RuleSpec, double, double)> sequential = [(Esr0, 0, 0), (Esr1, 0.01, 0), (Esr2, 0.02, 0)];
        if (law.Name == "D2") sequential.Add((EsrRare, 0.002, 0.2));
        List<Probe> probes = [new PaneProbe(sequential, windows: true)];
        probes.AddRange(Classical.Select(one => new ChangeProbe(one.Rule, one.Make(), one.Input, one.Clock)));
        if (law == ScoreLaw.D3 && drift == new Truth(1.5)) probes.Add(new ChangeProbe(KswinResidual, new Kswin(new() { Alpha = 0 }), RuleInput.Residual));
        if (!drift.IsCalibrated) probes.Add(new OracleProbe(Oracle, drift));
        probes.Add(new PeriodicProbe(Periodic));
        return probes;
    }

    /// <summary>The rules that see single predictions as they are, starting anew after every alarm: for counting alarms.</summary>
    public static readonly IReadOnlyList<(string Name, Func<IPairRule> Make)> AtDefaults =
    [
        .. from rule in RuleCatalogue.Pairs
           from input in rule.ComparedAt
           select ($"{rule.Title} {(input == RuleInput.Brier ? "Brier" : input.Name())}", AtDefault(rule, new() { Input = input })),
        .. RuleCatalogue.Pairs.Where(rule => rule.Inputs.Count == 0).Select(rule => (rule.Title, AtDefault(rule, new()))),
    ];

    /// <summary>Whether a rule sees panes or windows, or is the oracle: the others see single predictions.</summary>
    public static bool SeesPanes(RuleSpec rule) => rule == Oracle || Windows.Contains(rule) || rule.Name.StartsWith("e-SR", StringComparison.Ordinal);

    private static Func<IPairRule> AtDefault(PairRule rule, PairRuleOptions options) => () => rule.Make(options, View.Binary);

    private static RuleSpec Sequential(string name) => new(name, Budgets[^1], RuleSpec.Linear(2, 26, 0.5).Concat(Budgets), t => $"A {Math.Exp(t):0.0e+0}");

    private static RuleSpec Window(string name, double usual = 0.05) => new(name, usual, RuleSpec.Geometric(0.005, 0.3, 80), t => $"θ {t:0.000}");

    private static RuleSpec Adwin(string input) => new($"ADWIN {input}", -Math.Log(0.002), RuleSpec.Linear(1, 50, 0.5), t => $"δ {Math.Exp(-t):0.0e+0}");

    private static Adwin MakeAdwin() => new Adwin(new() { Delta = 0 });

    private static RuleSpec Hinkley(string input) => new($"Page–Hinkley {input}", 50, RuleSpec.Geometric(10, 2000, 80), t => $"λ {t:0}");

    private static PageHinkley MakeHinkley() => new PageHinkley(new() { Threshold = double.PositiveInfinity });
}
