using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using System.Diagnostics;
using static System.FormattableString;

namespace DriftWatch.Core.Events;

/// <summary>A decision in one sentence for people, in the language of the rule that made it.</summary>
public static class DecisionText
{
    public static string Of(RecalibrationRequest request)
    {
        if (request.Rule == DriftRule.ESr.Name()) return request.Kind == RequestKind.Resolved ? EvidenceIsOver(request) : Evidence(request);
        if (request.Rule == DriftRule.Threshold.Name()) return Threshold(request);
        return request.Kind == RequestKind.Resolved
            ? Invariant($"Rule {request.Rule} signalled the next change: this episode is over, another begins.")
            : Invariant($"Rule {request.Rule} signalled a change; over {Labeled(request)}: {What(request)}.");
    }

    /// <summary>What outcomes do against the claims, as part of a sentence.</summary>
    public static string Of(Direction? direction, double? temperature, (double Low, double High)? region)
    {
        string what = direction switch
        {
            Direction.ShiftUp => "outcomes happen more often than claimed",
            Direction.ShiftDown => "outcomes happen less often than claimed",
            Direction.Overconfident => "extreme probabilities are too extreme",
            Direction.Underconfident => "extreme probabilities are too tame",
            Direction.Local => "one region of probabilities is off",
            null => "probabilities are off",
            _ => throw new UnreachableException(),
        };
        if (temperature is { } t) what += Invariant($", T ≈ {t:0.##}");
        return region is { } ends ? what + Invariant($", mostly {ends.Low:0.##} to {ends.High:0.##}") : what;
    }

    private static string Evidence(RecalibrationRequest request)
    {
        string how = request is { LogEvidence: { } evidence, LogThreshold: { } threshold }
            ? Invariant($"Evidence ln E {evidence:0.0} exceeds {threshold:0.0}") : "The evidence suffices";
        string promise = request.Guarantee is { } guarantee ? $" ({guarantee})" : "";
        string worse = request.Question == Question.Drifted ? ", and it is worse than it was" : "";
        return $"{how}{promise}: {What(request)} over {Labeled(request)}{worse}.";
    }

    private static string EvidenceIsOver(RecalibrationRequest request)
    {
        string how = request.Detector is { LogRecovery: { } recovery, LogRecoveryThreshold: { } needed } && recovery >= needed
            ? Invariant($"evidence that the drift is over, ln E {recovery:0.0}, has reached {needed:0.0}")
            : "outcomes now deviate the other way, which is another episode";
        return $"This episode is over: {how}.";
    }

    private static string Threshold(RecalibrationRequest request)
    {
        var metrics = request.Evidence.Metrics;
        return request.Kind == RequestKind.Resolved
            ? Invariant($"Calibrated again: ECE {metrics.Ece:0.000}, upper bound {metrics.EceUpper:0.000} below {request.Threshold:0.000}.")
            : Invariant($"ECE {metrics.Ece:0.000}, lower bound {metrics.EceLower:0.000} above {request.Threshold:0.000} over {Labeled(request)}: {What(request)}.");
    }

    private static string What(RecalibrationRequest request) => Of(request.Direction, request.Temperature, request.Region);

    private static string Labeled(RecalibrationRequest request) => Invariant($"{request.Evidence.Labeled} labeled predictions since {request.Onset}");
}
