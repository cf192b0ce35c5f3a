#!/usr/bin/env python3
"""Holds what `driftwatch replay --json` says against a recomputation from the raw rows with SciPy, which knows nothing of DriftWatch.

    eng/recompute.py DRIFTWATCH [SEED]

Draws ten days of predictions and labels, plays them, and recomputes by other people's code: the metrics of every window, the intervals of bins and gap, and
the measures of the early warnings (PSI, chi-square, Jensen-Shannon, Kolmogorov-Smirnov) with what performance is to be expected, and the maps of `driftwatch fit`. Ends with 1 and says what differs.
"""
import csv, hashlib, json, math, subprocess, sys, tempfile
from pathlib import Path

import numpy
from scipy import optimize, spatial, stats

DAY = 86_400_000
START = 1_790_000_000_000 // DAY * DAY
VALUES = numpy.array([.004, .03, .08, .15, .22, .31, .42, .55, .64, .73, .81, .88, .94, .985])

driftwatch, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
random = numpy.random.default_rng(seed)
faults = []


def hold(what, said, found, tolerance=1e-9):
    if said is None or found is None or not math.isfinite(found) or abs(said - found) > tolerance * max(1, abs(found)):
        faults.append(f"{what}: said {said}, recomputed {found}")


def draw():
    """Ten days: claims in proportions that move after the seventh, and are too low by .4 in log-odds from then on; one label in twenty never comes."""
    rows = []
    for day in range(10):
        shares = numpy.linspace(1, 2, len(VALUES)) if day < 7 else numpy.linspace(2, 1, len(VALUES))
        claims = random.choice(VALUES, 4000, p=shares / shares.sum())
        truth = 1 / (1 + numpy.exp(-numpy.log(claims / (1 - claims)) - (.4 if day >= 7 else 0)))
        times = START + day * DAY + numpy.sort(random.integers(0, DAY - 1, len(claims)))
        for claim, time, outcome, labeled in zip(claims, times, random.random(len(claims)) < truth, random.random(len(claims)) < .95):
            rows.append((int(time), float(claim), int(outcome) if labeled else None))
    return rows


def play(rows, folder):
    with open(folder / "p.csv", "w", newline="") as predictions, open(folder / "l.csv", "w", newline="") as labels:
        p, l = csv.writer(predictions), csv.writer(labels)
        p.writerow(["id", "timestamp", "probability"])
        l.writerow(["id", "timestamp", "label"])
        for number, (time, claim, outcome) in enumerate(rows):
            p.writerow([f"r{number}", time, repr(claim)])
            if outcome is not None:
                l.writerow([f"r{number}", time + 60_000, outcome])
    (folder / "c.yaml").write_text(f"""
monitor: {{ windows: [1d], pane: 1h }}
defaults: {{ horizon: 2h, earlyWarning: {{ window: 1d, reference: {{ from: {START}, to: {START + 5 * DAY} }} }} }}
""")
    said = subprocess.run([driftwatch, "replay", "--predictions", folder / "p.csv", "--labels", folder / "l.csv", "--config", folder / "c.yaml", "--json"], capture_output=True, text=True)
    if said.returncode:
        sys.exit(said.stderr)
    return json.loads(said.stdout)


def gap_interval(claims, positives):
    """The gaps of all claims moved by one log-odds whose mid-p tails are 2.5 %: by the FFT of the characteristic function of the sum."""
    n = len(claims)
    values, counts = numpy.unique(claims, return_counts=True)
    turns = numpy.exp(2j * numpy.pi * numpy.arange(n + 1) / (n + 1))

    def fewer(tilt):
        moved = 1 / (1 + numpy.exp(-numpy.log(values / (1 - values)) - tilt))
        law = numpy.fft.fft(numpy.exp((counts[:, None] * numpy.log(1 - moved[:, None] + moved[:, None] * turns)).sum(axis=0))).real / (n + 1)
        return law[:positives].sum() + law[positives] / 2

    def gap(chance):
        tilt = optimize.brentq(lambda t: fewer(t) - chance, -8, 8)
        moved = 1 / (1 + numpy.exp(-numpy.log(values / (1 - values)) - tilt))
        return claims.mean() - (counts * moved).sum() / n

    return gap(.025), gap(.975)


def check_window(window, rows):
    claims = numpy.array([c for _, c, y in rows if y is not None])
    outcomes = numpy.array([y for _, _, y in rows if y is not None])
    metrics, n = window["metrics"], len(claims)
    hold("n", window["n"], n)
    hold("predictions", window["predictions"], len(rows))
    hold("brier", metrics["brier"], ((claims - outcomes) ** 2).mean())
    hold("logLoss", metrics["logLoss"], -numpy.log(numpy.where(outcomes == 1, claims, 1 - claims)).mean())
    hold("gap", metrics["gap"], claims.mean() - outcomes.mean())
    above = stats.mannwhitneyu(claims[outcomes == 1], claims[outcomes == 0]).statistic
    hold("auroc", metrics["auroc"], above / ((outcomes == 1).sum() * (outcomes == 0).sum()))
    bins = numpy.minimum((claims * 15).astype(int), 14)
    sums = [(claims[bins == b].sum(), outcomes[bins == b].sum(), (bins == b).sum()) for b in range(15)]
    hold("ece", metrics["ece"], sum(abs(s - c) for s, c, _ in sums) / n)
    variance = (claims * (1 - claims)).sum()
    hold("spiegelhalterZ", metrics["spiegelhalterZ"], ((outcomes - claims) * (1 - 2 * claims)).sum() / math.sqrt(((1 - 2 * claims) ** 2 * claims * (1 - claims)).sum()))
    hold("hosmerLemeshowP", metrics["hosmerLemeshowP"], stats.chi2.sf(metrics["hosmerLemeshow"], metrics["hosmerLemeshowDegrees"]))
    lower, upper = gap_interval(claims, int(outcomes.sum()))
    # Three cumulants stand for the law of the sum where its variance is above 20.
    hold("gapLower", metrics["gapLower"], lower, .012 * (upper - lower))
    hold("gapUpper", metrics["gapUpper"], upper, .012 * (upper - lower))
    assert variance > 20
    for threshold in window["thresholds"]:
        chosen = claims >= threshold["threshold"]
        if not chosen.any():
            continue
        interval = stats.binomtest(int(outcomes[chosen].sum()), int(chosen.sum())).proportion_ci(.95, "wilson")
        hold(f"threshold {threshold['threshold']}, lower", threshold["lower"], interval.low)
        hold(f"threshold {threshold['threshold']}, upper", threshold["upper"], interval.high)


def pool_adjacent(values, weights):
    """Isotonic regression by the textbook: neighbours that stand the wrong way round are put together."""
    blocks = []
    for value, weight in zip(values, weights):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            v, w, k = blocks.pop()
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + v * w) / (blocks[-1][1] + w), blocks[-1][1] + w, blocks[-1][2] + k]
    return numpy.concatenate([[v] * k for v, _, k in blocks])


def canonical(value):
    """JSON as RFC 8785 has it."""
    if isinstance(value, dict):
        return "{" + ",".join(canonical(k) + ":" + canonical(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    # Python's digits are the same; its exponents begin at 1e-5 and have zeros in front.
    return repr(value).replace("e-0", "e-") if abs(value) < 1e-6 else numpy.format_float_positional(value)


def check_fits(rows, folder):
    """The maps of `driftwatch fit`: parameters by SciPy's minimizer, isotonic by the textbook, checksum by hand, and the ONNX file by the project's own checker where it is installed."""
    labeled = [(c, y) for _, c, y in rows if y is not None]
    claims, outcomes = (numpy.array(part, float) for part in zip(*labeled))
    logits = numpy.log(claims) - numpy.log1p(-claims)
    loss = lambda logit: (outcomes * numpy.logaddexp(0, -logit) + (1 - outcomes) * numpy.logaddexp(0, logit)).mean()
    least = lambda of, start: optimize.minimize(lambda at: loss(of(at)), start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-15, "maxiter": 20000, "maxfev": 20000}).x
    for method in "intercept temperature platt beta isotonic".split():
        out = folder / f"map-{method}"
        done = subprocess.run([driftwatch, "fit", "--predictions", folder / "p.csv", "--labels", folder / "l.csv", "--method", method, "--anyway", "--out", out], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        document = json.loads((out / "map.json").read_text())
        parameters, before = document["parameters"], document["gate"]["before"]
        if document["checksum"] != "sha256:" + hashlib.sha256(canonical({k: v for k, v in document.items() if k != "checksum"}).encode()).hexdigest():
            faults.append(f"{method}: the checksum is not that of the document")
        hold(f"{method} n", document["lineage"]["n"], len(labeled))
        hold(f"{method} logLoss before", before["logLoss"], loss(logits))
        hold(f"{method} brier before", before["brier"], ((claims - outcomes) ** 2).mean())
        if method == "isotonic":
            values, counts = numpy.unique(claims, return_counts=True)
            levels = pool_adjacent([outcomes[claims == v].mean() for v in values], counts)
            for value, level in zip(values, levels):
                hold(f"isotonic at {value}", float(numpy.interp(value, parameters["claims"], parameters["values"])), level)
        elif method == "beta":
            a, b, c = least(lambda at: at[0] * numpy.log(claims) - at[1] * numpy.log1p(-claims) + at[2], [1, 1, 0])
            for name, value in (("a", a), ("b", b), ("c", c)):
                hold(f"beta {name}", parameters[name], value, 1e-5)
        else:
            shapes = {"intercept": (lambda at: logits + at[0], [0]), "temperature": (lambda at: logits * at[0], [1]), "platt": (lambda at: logits * at[0] + at[1], [1, 0])}
            found = least(*shapes[method])
            hold(f"{method} slope", parameters["slope"], 1 if method == "intercept" else found[0], 1e-6)
            hold(f"{method} intercept", parameters["intercept"], 0 if method == "temperature" else found[-1], 1e-6)
        try:
            import onnx
        except ImportError:
            continue
        model = onnx.load(str(out / "map.onnx"))
        onnx.checker.check_model(model, full_check=True)
        hold(f"{method} opset", model.opset_import[0].version, 13)


def check_warnings(early, rows):
    start, end = (int(numpy.datetime64(early["predictions"][key].rstrip("Z"), "ms").astype(int)) for key in ("start", "end"))
    reference = [r for r in rows if r[0] < START + 5 * DAY]
    window = [r for r in rows if start <= r[0] < end]
    now, then = (numpy.array([sum(1 for _, c, _ in part if c == value) for value in VALUES]) for part in (window, reference))
    said = early["predictions"]
    f, h = now / now.sum(), then / then.sum()
    hold("psi", said["psi"], ((f - h) * numpy.log(f / h)).sum())
    hold("psiNull", said["psiNull"], (len(VALUES) - 1) * (1 / now.sum() + 1 / then.sum()))
    chi = stats.chi2_contingency([now, then], correction=False)
    hold("chiSquare", said["chiSquare"], chi[0])
    hold("pValue", said["pValue"], chi[1])
    hold("cramersV", said["cramersV"], math.sqrt(chi[0] / (now.sum() + then.sum())))
    hold("jensenShannonDistance", said["jensenShannonDistance"], spatial.distance.jensenshannon(f, h, base=2))
    kolmogorov = stats.ks_2samp([c for _, c, _ in window], [c for _, c, _ in reference])
    hold("kolmogorovSmirnov", said["kolmogorovSmirnov"], kolmogorov.statistic)
    effective = now.sum() * then.sum() / (now.sum() + then.sum())
    hold("kolmogorovSmirnovPValue", said["kolmogorovSmirnovPValue"], stats.kstwobign.sf(math.sqrt(effective) * kolmogorov.statistic), 1e-6)
    labeled = [[y for _, c, y in reference if c == value and y is not None] for value in VALUES]
    rates = pool_adjacent([numpy.mean(ys) for ys in labeled], [len(ys) for ys in labeled])
    right = numpy.where(VALUES > .5, rates, 1 - rates)
    hold("expectedAccuracy", said["expectedAccuracy"], (f * right).sum())
    positive, negative = now * rates, now * (1 - rates)
    ordered = (positive * (numpy.cumsum(negative) - negative / 2)).sum()
    hold("expectedAuroc", said["expectedAuroc"], ordered / (positive.sum() * negative.sum()))
    hold("expectedTruePositives", said["expectedTruePositives"], positive[VALUES > .5].sum())
    hold("expectedFalsePositives", said["expectedFalsePositives"], negative[VALUES > .5].sum())


rows = draw()
with tempfile.TemporaryDirectory() as folder:
    report = play(rows, Path(folder))
    check_fits(rows, Path(folder))
series = report["series"][0]
checked = 0
for window in series["windows"]:
    begin, end = (int(numpy.datetime64(window[key].rstrip("Z"), "ms").astype(int)) for key in ("start", "end"))
    check_window(window, [r for r in rows if begin <= r[0] < end])
    checked += 1
check_warnings(series["drift"]["earlyWarning"], rows)
for fault in faults:
    print(fault)
print(f"seed {seed}: {checked} windows, the early warnings and five maps of {len(rows)} rows, {len(faults)} numbers differ")
sys.exit(1 if faults or checked < 9 else 0)
