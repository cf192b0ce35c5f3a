"""Applies a calibration map of DriftWatch (map.json) to claims: python3 calibrate.py map.json 0.1 0.7 ...

A map of vectors takes the probabilities of all classes, in the order of domain.classes: python3 calibrate.py map.json 0.2,0.5,0.3 ...
"""
import bisect, hashlib, json, math, sys
from decimal import Decimal


def canonical(value):
    """RFC 8785: members by name, no blanks, numbers as JavaScript writes them."""
    if isinstance(value, dict):
        return "{%s}" % ",".join(json.dumps(k, ensure_ascii=False) + ":" + canonical(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be")))
    if isinstance(value, list):
        return "[%s]" % ",".join(map(canonical, value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return json.dumps(value, ensure_ascii=False)
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    digits, point = "".join(map(str, digits)), len(digits) + exponent
    if value == 0:
        return "0"
    if -6 < point <= 21:
        text = format(Decimal((0, tuple(map(int, digits)), exponent)), "f")
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + "e%+d" % (point - 1)
    return "-" * sign + text


def load(path):
    document = json.load(open(path, encoding="utf-8"))
    checksum = document.pop("checksum")
    if "sha256:" + hashlib.sha256(canonical(document).encode()).hexdigest() != checksum:
        raise ValueError(f"{path}: not the map that was published: its checksum differs")
    return document


def apply(document, claim):
    method, p = document["method"], document["parameters"]
    if "slopes" in p:
        raise ValueError(f"a map of vectors of {len(p['slopes'])} classes: it takes the probabilities of all of them (apply_vector), not one claim")
    if method == "isotonic":  # straight lines between knots, level beyond them
        x, y = p["claims"], p["values"]
        k = bisect.bisect_right(x, claim)
        return y[0] if k == 0 else y[-1] if k == len(x) else y[k - 1] + (y[k] - y[k - 1]) * (claim - x[k - 1]) / (x[k] - x[k - 1])
    if method == "histogram":
        return p["values"][bisect.bisect_right(p["edges"], claim)]
    claim = min(max(claim, p["clip"]), 1 - p["clip"])
    z = p["a"] * math.log(claim) - p["b"] * math.log1p(-claim) + p["c"] if method == "beta" else p["slope"] * (math.log(claim) - math.log1p(-claim)) + p["intercept"]
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def apply_vector(document, claims):
    p = document["parameters"]
    if len(claims) != len(p.get("slopes", [0, 0])):
        raise ValueError(f"the map is of {len(p.get('slopes', [0, 0]))} classes, the vector has {len(claims)}")
    if "slopes" not in p:  # of a binary model's two classes: the claim is that for the second
        return [1 - apply(document, claims[1]), apply(document, claims[1])]
    z = [s * math.log(min(max(c, p["clip"]), 1)) + i for s, i, c in zip(p["slopes"], p["intercepts"], claims)]
    e = [math.exp(each - max(z)) for each in z]
    return [each / sum(e) for each in e]


if __name__ == "__main__":
    current = load(sys.argv[1])
    for text in sys.argv[2:]:
        print(",".join(map(repr, apply_vector(current, [float(each) for each in text.split(",")]))) if "," in text else repr(apply(current, float(text))))
