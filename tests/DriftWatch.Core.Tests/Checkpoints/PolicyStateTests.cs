using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Checkpoints;

public class PolicyStateTests
{
    private static readonly SeriesKey[] Keys =
    [
        new("fraud", "7", null, View.Binary), new("fraud", "7", new Slice("country", "se"), View.Binary), new("fraud", "7", null, View.OneClass, "cat"),
    ];

    [Fact]
    public void Episodes_requests_and_what_was_held_back_come_back_and_lead_to_the_same_requests()
    {
        var law = new StateLaw("EpisodeLog._captured", "RequestGate.IsAskedFor"); // which follows from an episode over all versions
        HashSet<EpisodeState> cut = [];
        int requests = 0, held = 0;
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var random = new SplitMix(seed);
            bool enabled = !random.Chance(0.15);
            (int Of, Finding Finding, RecalibrationAnswer? Answer)[] findings = [.. Enumerable.Range(0, 200).Select(i => ((int)(random.Unit() * Keys.Length), Some(random, i), random.Chance(0.1) ? SomeAnswer(random, i) : null))];
            int at = (int)(random.Unit() * findings.Length);
            law.Hold(
                $"seed {seed}",
                () => new Policies(enabled),
                (policies, i) =>
                {
                    if (i == at - 1) cut.UnionWith(policies.States);
                    var seen = policies.Apply(findings[i].Of, findings[i].Finding, findings[i].Answer);
                    if (seen.Request is not null) requests++;
                    held = Math.Max(held, seen.Held);
                    return seen;
                },
                findings.Length,
                at);
        }

        law.AssertEveryFieldMoved();
        Assert.Equal(Enum.GetValues<EpisodeState>(), cut.Order());
        Assert.True(requests > 100 && held > 3, $"{requests} requests, {held} held back");
    }

    [Fact]
    public void A_log_that_has_become_smaller_keeps_the_newest()
    {
        var large = new EpisodeLog(10);
        for (int i = 0; i < 8; i++) large.Note(null, Of(i));
        var small = new EpisodeLog(3);
        StateExchange.Read(small, StateExchange.Write(large));
        Assert.Equal([5, 6, 7], small.Capture().Select(episode => episode.Fired.Milliseconds));
    }

    private static Episode Of(int i) => new(Keys[0], "e-sr", new(i), new(i), null, null, null, 3, null, null);

    private static Finding Some(SplitMix random, int i)
    {
        var kinds = Enum.GetValues<FindingKind>();
        var kind = random.Chance(0.4) ? FindingKind.Drift : kinds[(int)(random.Unit() * kinds.Length)];
        var (onset, decided) = (new EventTime((i * 3_600_000L) - 1_000_000), new EventTime(i * 3_600_000L));
        return new Finding(kind, decided, onset, decided, ScoreLaw.D1.Sketch(random, 20, 2), random.Chance(0.7) ? (Direction)(i % 5) : null, random.Chance(0.7) ? random.Normal() : null)
        {
            Region = random.Chance(0.3) ? (0.1, 0.3) : null,
            Question = (Question)(i % 2),
            Temperature = random.Chance(0.5) ? 1.5 : null,
            LogThreshold = random.Chance(0.5) ? 6 : null,
            Fix = new FixReport((FixStanding)(i % 3), decided, onset, decided) { Method = "paired", Compared = 10 + i, Gain = 0.01, GainAtAllTimes = new(0, 0.02), LogEvidence = 5, LogThreshold = 4 },
            Detector = random.Chance(0.5) ? new DetectorSnapshot { Rule = "e-sr", SharedBy = 3, Tolerance = 0.02, Waiting = "Waits." } : null,
        };
    }

    private static RecalibrationAnswer SomeAnswer(SplitMix random, int i) =>
        new(random.Chance(0.3) ? AnswerKind.Dismissed : AnswerKind.Completed, $"answer {i}", "ci", "any")
        {
            Verdict = random.Chance(0.3) ? "retrain" : random.Chance(0.5) ? "accept" : null,
            Reason = random.Chance(0.5) ? "because" : null,
            Fix = random.Chance(0.5) ? new FixName("sha256:ab", i, "platt", "8") : null,
            Sent = random.Chance(0.5) ? new EventTime(i) : null,
            Model = random.Chance(0.5) ? "fraud" : null,
            Version = random.Chance(0.5) ? "7" : null,
        };

    /// <summary>The policies of a model version, and what they share.</summary>
    private sealed class Policies : IKeepsState
    {
        private readonly RequestGate _gate = new();
        private readonly EpisodeLog _episodes = new(12);
        private readonly RecalibrationPolicy[] _policies;

        public Policies(bool enabled)
        {
            var options = new ModelOptions { Requests = new RequestOptions { Enabled = enabled, Cooldown = TimeSpan.FromHours(15) } };
            _policies = [.. Keys.Select(key => new RecalibrationPolicy("/test", key, options.Watch, _gate))];
        }

        public IEnumerable<EpisodeState> States => _policies.Select(policy => policy.State);

        public (RecalibrationRequest? Request, RecalibrationPolicySeen Seen, IReadOnlyList<Episode> Episodes, int Held) Apply(int of, Finding finding, RecalibrationAnswer? answer)
        {
            var policy = _policies[of];
            if (answer is not null)
            {
                var unanswered = policy.Episode;
                policy.Answer(answer, finding.Decided);
                if (policy.Episode is { } answered) _episodes.Note(unanswered, answered);
            }

            // What is found of a fix is of the one that was answered.
            if (finding.Kind >= FindingKind.Continues && policy.Episode?.Answer is { } fix) finding = finding with { Onset = fix.At };
            var before = policy.Episode;
            var request = policy.Apply(finding);
            if (policy.Episode is { } episode) _episodes.Note(before, episode);
            if (policy.Running) Assert.Equal(policy.State, policy.Episode!.State);
            return (request, new(policy.State, policy.Episode, policy.LastRequest, policy.Requests, policy.InsufficientData, policy.Suppressed), _episodes.Capture(), (int)policy.Suppressed.Values.Sum());
        }

        public void Exchange(StateExchange state)
        {
            _episodes.Exchange(state);
            foreach (var policy in _policies) policy.Exchange(state);
            // As the series do: who holds the gate follows from the episodes.
            for (int i = 0; i < Keys.Length; i++)
            {
                if (state.IsReading && _policies[i].HoldsGate) _gate.Enter(Keys[i]);
            }
        }
    }

    private sealed record RecalibrationPolicySeen(EpisodeState State, Episode? Episode, EventTime? LastRequest, long Requests, bool InsufficientData, IReadOnlyDictionary<string, long> Suppressed);
}
