namespace DriftWatch.Evaluation.Bench;

/// <summary>A rule that is not ours, and how it is started on a stream.</summary>
internal sealed record Peer(RuleSpec Rule, Func<RuleSpec, Probe> Make)
{
    public Probe Start() => Make(Rule);
}
