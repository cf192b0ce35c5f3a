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

    /// <summary>The rule of the product, whose limit is simulated: it has no threshold that one pass could tell of.</summary>
    public static readonly RuleSpec CalibrationCusum = new("calibration CUSUM", 1, [], _ => "one in 100 000");

    public static readonly IReadOnlyList<RuleSpec> Windows =
    [
        Window("ECE15 > θ, 500"), Window("ECE15 > θ, 2000 ×3"), Window("debiased > θ, 2000 ×3", 0.02), Window("threshold rule, 2000 ×3"),
    ];

    /// <summary>Rules that see one labeled prediction after the other, each at its default but for the threshold.</summary>
    public static readonly IReadOnlyList<Peer> Peers =
    [
        Classical(AdwinResidual, RuleInput.Residual, MakeAdwin, 32),
        Classical(Adwin("error"), RuleInput.Error, MakeAdwin, 32),
        Classical(Adwin("Brier"), RuleInput.Brier, MakeAdwin, 32),
        Classical(Hinkley("residual"), RuleInput.Residual, MakeHinkley),
        Classical(Hinkley("error"), RuleInput.Error, MakeHinkley),
        Classical(new("CUSUM residual", 5, RuleSpec.Geometric(2, 400, 60), t => $"{t:0.0} sd"), RuleInput.Residual, () => new Cusum(new() { Threshold = double.PositiveInfinity })),
        Classical(new("DDM error", 3, RuleSpec.Geometric(1.5, 30, 60), t => $"{t:0.0} sd"), RuleInput.Error, () => new Ddm(new() { DriftThreshold = double.PositiveInfinity })),
        Classical(new("EDDM error", 1 / 0.9, RuleSpec.Geometric(1.02, 4, 60), t => $"β {1 / t:0.00}"), RuleInput.Error, () => new Eddm(new() { Beta = 0 })),
        Classical(new("HDDM_A error", Math.Log(2 / 0.001), RuleSpec.Linear(3, 40, 0.5), t => $"δ {2 * Math.Exp(-t):0.0e+0}"), RuleInput.Error, () => new HddmA(new() { DriftConfidence = 0, CutConfidence = 0.001 })),
        Classical(new("HDDM_W error", Math.Log(1 / 0.001), RuleSpec.Linear(3, 40, 0.5), t => $"δ {Math.Exp(-t):0.0e+0}"), RuleInput.Error, () => new HddmW(new() { DriftConfidence = 0, CutConfidence = 0.001 })),
        new(new("PITMonitor", -Math.Log(0.05), RuleSpec.Linear(-3, 40, 0.5), t => $"α {Math.Exp(-t):0.0e+0}"), spec => new PitMonitor(spec, 100)),
        new(new("confidence sequences", -Math.Log(1e-6), RuleSpec.Linear(2, 26, 0.5), t => $"α {Math.Exp(-t):0.0e+0}"), spec => new ConfidenceSequenceProbe(spec)),
        new(CalibrationCusum, spec => new PairProbe(spec, new CalibrationCusum(new CalibrationCusumOptions()))),
    ];

    /// <summary>Costs more than all others together and alarms some thousand times a million: looked at in one drift only, and at its default only.</summary>
    private static readonly RuleSpec KswinResidual = new("KSWIN residual", -Math.Log(0.005), [], t => $"α {Math.Exp(-t):0.0e+0}");

    /// <summary>All rules for a stream; the oracle only where there is a drift that it can know.</summary>
    /// <param name="law">Where the claims are.</param>
    /// <param name="drift">What the oracle knows.</param>
    /// <param name="variants">Peers at other settings, besides.</param>
    public static List<Probe> For(ScoreLaw law, Truth drift, IEnumerable<Peer>? variants = null)
    {
        List<(RuleSpec, double, double)> sequential = [(Esr0, 0, 0), (Esr1, 0.01, 0), (Esr2, 0.02, 0)];
        if (law.Name == "D2") sequential.Add((EsrRare, 0.002, 0.2));
        List<Probe> probes = [new PaneProbe(sequential, windows: true)];
        probes.AddRange(Peers.Concat(variants ?? []).Distinct().Select(peer => peer.Start()));
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

    /// <summary>A classical rule whose own threshold is out of reach.</summary>
    public static Peer Classical(RuleSpec rule, RuleInput input, Func<IChangeRule> make, int clock = 1) => new(rule, spec => new ChangeProbe(spec, make(), input, clock));

    private static Func<IPairRule> AtDefault(PairRule rule, PairRuleOptions options) => () => rule.Make(options, View.Binary);

    private static RuleSpec Sequential(string name) => new(name, Budgets[^1], RuleSpec.Linear(2, 26, 0.5).Concat(Budgets), t => $"A {Math.Exp(t):0.0e+0}");

    private static RuleSpec Window(string name, double usual = 0.05) => new(name, usual, RuleSpec.Geometric(0.005, 0.3, 80), t => $"θ {t:0.000}");

    private static RuleSpec Adwin(string input) => new($"ADWIN {input}", -Math.Log(0.002), RuleSpec.Linear(1, 50, 0.5), t => $"δ {Math.Exp(-t):0.0e+0}");

    private static Adwin MakeAdwin() => new Adwin(new() { Delta = 0 });

    private static RuleSpec Hinkley(string input) => new($"Page–Hinkley {input}", 50, RuleSpec.Geometric(10, 2000, 80), t => $"λ {t:0}");

    private static PageHinkley MakeHinkley() => new PageHinkley(new() { Threshold = double.PositiveInfinity });
}
