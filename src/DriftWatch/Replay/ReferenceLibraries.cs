using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Evaluation.Reference;

namespace DriftWatch.Replay;

/// <summary>Libraries whose numbers replay can print beside DriftWatch's, by their names.</summary>
internal static class ReferenceLibraries
{
    public const string Everything = "all";

    /// <summary>Short names, each with the other names that it goes by, in the order of the report.</summary>
    public static IReadOnlyList<(string Name, string[] Aliases)> All { get; } =
    [
        ("driftwatch", []), ("torchmetrics", []), ("guo", ["temperature-scaling"]), ("netcal", ["calibration-framework"]), ("sklearn", ["scikit-learn"]),
        ("kumar", ["uncertainty-calibration"]), ("tfp", ["tensorflow-probability"]), ("relplot", ["ml-calibration"]), ("tcal", ["t-cal"]),
    ];

    /// <summary>Names as people write them to short names, each once, in the order of the report.</summary>
    /// <param name="names">Short or long names, separated by commas or not.</param>
    /// <param name="unknown">The first name that is none.</param>
    public static IReadOnlyList<string> Parse(IEnumerable<string> names, out string? unknown)
    {
        unknown = null;
        var chosen = new HashSet<string>();
        foreach (string name in names.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            string plain = name.ToLowerInvariant().Replace('_', '-');
            if (plain == Everything) chosen.UnionWith(All.Select(library => library.Name));
            else if (All.FirstOrDefault(library => library.Name == plain || library.Aliases.Contains(plain)).Name is { } known) chosen.Add(known);
            else unknown ??= name;
        }

        return [.. All.Select(library => library.Name).Where(chosen.Contains)];
    }

    /// <summary>What one library makes of the pairs: its ECE over 10 and 15 bins, for comparing, and what it prints unless told otherwise.</summary>
    public static IEnumerable<ReferenceNumber> Numbers(string library, View view, double[] confidences, bool[] outcomes)
    {
        switch (library)
        {
            case "torchmetrics":
                var torchmetrics = view == View.Binary ? ReferenceBinning.Torchmetrics : ReferenceBinning.TorchmetricsMulticlass;
                return [.. Ece(torchmetrics), Of(torchmetrics, "rmsce", 15, bins => bins.RootMeanSquare), Of(torchmetrics, "mce", 15, bins => bins.Maximum)];
            case "guo":
                return Ece(ReferenceBinning.Guo);
            case "netcal":
                var netcal = ReferenceBinning.Netcal;
                return [.. Ece(netcal), Of(netcal, "mce", 10, bins => bins.Maximum), Of(netcal, "ace", 10, bins => bins.Average)];
            case "sklearn":
                return
                [
                    .. Ece(ReferenceBinning.ScikitUniform), .. Ece(ReferenceBinning.ScikitQuantile),
                    Plain("brier", RawScores.Brier(confidences, outcomes)), Plain("logLoss", RawScores.LogLoss(confidences, outcomes)),
                    Plain("auroc", RawScores.Auroc(confidences, outcomes)),
                ];
            case "kumar":
                return
                [
                    .. Ece(ReferenceBinning.Kumar), .. Ece(ReferenceBinning.KumarEqualMass),
                    Of(ReferenceBinning.Kumar, "debiasedL2", 15, bins => bins.DebiasedL2), Of(ReferenceBinning.KumarEqualMass, "debiasedL2", 15, bins => bins.DebiasedL2),
                ];
            case "tfp":
                return Ece(ReferenceBinning.Tfp);
            case "relplot":
                double? smooth = confidences.Length == 0 ? null : new RelplotSmoothError(confidences, outcomes).Value;
                return [.. Ece(ReferenceBinning.Relplot), new(library, "smoothEce", null, "reflected Gaussian kernel, bandwidth = error", smooth)];
            case "tcal":
                return [.. Ece(ReferenceBinning.Tcal), Of(ReferenceBinning.Tcal, "debiasedSquared", 15, bins => bins.DebiasedPlugIn)];
            case "driftwatch":
                var own = ReferenceBinning.DriftWatch;
                return
                [
                    .. Ece(own), Of(own, "rmsce", 15, bins => bins.RootMeanSquare), Of(own, "mce", 15, bins => bins.Maximum), Of(own, "debiasedL2", 15, bins => bins.DebiasedL2),
                ];
            default:
                throw new ArgumentException($"{library} is no library of the list.", nameof(library));
        }

        IEnumerable<ReferenceNumber> Ece(ReferenceBinning binning) =>
            new[] { binning.DefaultBins, 10, 15 }.Distinct().Order().Select(bins => Of(binning, "ece", bins, result => result.Expected));

        ReferenceNumber Of(ReferenceBinning binning, string measure, int bins, Func<ReferenceBins, double?> value) =>
            new(library, measure, bins, binning.Rule, value(binning.Bin(confidences, outcomes, bins)));

        ReferenceNumber Plain(string measure, double? value) => new(library, measure, null, "pairs", value);
    }
}
