namespace DriftWatch.Chaos.Loop;

/// <summary>Would the oracle say so? It is shown the same with one thing taken away, doubled or torn.</summary>
internal static class LoopSelfCheck
{
    public static void Run(LoopEvidence truth, Tally tally)
    {
        string set = truth.Files.Keys.First(path => path.EndsWith(".arrow", StringComparison.Ordinal)), map = truth.Files.Keys.First(path => path.EndsWith("map.onnx", StringComparison.Ordinal) && !LoopEvidence.IsDraft(path));
        (string What, LoopEvidence Changed)[] changes =
        [
            ("a decision less", truth with { Audit = [.. truth.Audit.Skip(1)] }),
            ("a decision twice", truth with { Audit = [.. truth.Audit, truth.Audit[0]] }),
            ("an answer less", truth with { Answers = [.. truth.Answers.Skip(1)] }),
            ("an answer twice", truth with { Answers = [.. truth.Answers, truth.Answers[0]] }),
            ("a map less", truth with { Maps = [.. truth.Maps.Skip(1)] }),
            ("a map twice", truth with { Maps = [.. truth.Maps, truth.Maps[0] with { Offset = long.MaxValue }] }),
            ("a request less", truth with { Requests = [.. truth.Requests.Skip(1)] }),
            ("a run less", truth with { Runs = truth.Runs.Skip(1).ToDictionary() }),
            ("a run more", truth with { Runs = truth.Runs.Append(new("nobody", "nothing")).ToDictionary() }),
            ("a set less", truth with { Files = truth.Files.Where(file => file.Key != set).ToDictionary() }),
            ("a set half written", Torn(truth, set)),
            ("a map half written", Torn(truth, map)),
            ("a file more", truth with { Files = truth.Files.Append(new("sets/other.arrow", [])).ToDictionary() }),
            ("an answer counted twice", truth with { Counted = truth.Counted.ToDictionary(one => one.Key, one => one.Key is "completed" ? one.Value + 1 : one.Value) }),
        ];
        foreach (var (what, changed) in changes)
        {
            if (LoopOracle.Faults(changed).Count == 0) tally.Fault($"the oracle does not see {what}");
        }

        Program.Say($"self check: {changes.Length} changes, all of them seen: {string.Join(", ", changes.Select(change => change.What))}");
    }

    private static LoopEvidence Torn(LoopEvidence truth, string path) => truth with { Files = truth.Files.ToDictionary(file => file.Key, file => file.Key == path ? file.Value[..(file.Value.Length / 2)] : file.Value) };
}
