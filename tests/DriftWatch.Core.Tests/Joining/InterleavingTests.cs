using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Joining;

/// <summary>
/// Where disorder stays within the allowance and duplicates are copies, the result is a property of the logs,
/// not of the order in which partitions are read.
/// </summary>
public sealed class InterleavingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyInterleavingOfThePartitionsGivesTheSameMatchesAndTheSameExpired(int seed)
    {
        int matched = 0;
        int expired = 0;
        int compared = 0;
        for (int log = 0; log < 120; log++)
        {
            int logSeed = (seed * 10_000) + log;
            var world = new JoinWorld(logSeed, mayCorrect: false);
            var partitions = Partitions(world);
            string? first = null;
            for (int order = 0; order < 8; order++)
            {
                string result = Play(world, partitions, new Random((logSeed * 10) + order), out var counts);
                first ??= result;
                Assert.True(first == result, $"seed {logSeed}, order {order}:\n{first}\n{result}");
                compared += result.Split('\n').Count(line => line.Contains(" and ", StringComparison.Ordinal) && line.Contains("True", StringComparison.Ordinal));
                (matched, expired) = (matched + (int)counts.Matched, expired + (int)counts.Expired);
            }
        }

        Assert.True(compared > 200, $"{compared} outcomes of requests that two versions have scored: the logs prove too little");
        Assert.True(matched > 5000 && expired > 5000, $"{matched} matched, {expired} expired: the logs prove too little");
    }

    private static string Play(JoinWorld world, List<List<object>> partitions, Random random, out JoinCounts counts)
    {
        var sink = new RecordingSink();
        var joiner = world.Joiner(sink);
        var watermark = new Watermark(world.Options.OutOfOrderness);
        foreach (var _ in partitions) watermark.AddSource();
        List<string> matches = [];
        Dictionary<string, int> met = []; // requests that two versions have scored, and their outcomes
        int[] position = new int[partitions.Count];
        for (int left = partitions.Sum(p => p.Count); left > 0;)
        {
            int source = random.Next(partitions.Count);
            for (int batch = random.Next(1, 20); batch > 0 && position[source] < partitions[source].Count; batch--, left--)
            {
                object record = partitions[source][position[source]++];
                var result = record is Prediction p ? joiner.Add(p) : joiner.Add((Label)record);
                watermark.Observe(source, record is Prediction q ? q.Time : ((Label)record).Time);
                foreach (var meeting in joiner.Meetings)
                {
                    if (meeting.Label == Arrival.Matched) matches.Add($"{(record is Prediction r ? r.Id : ((Label)record).Id)} {meeting}");
                }

                foreach (var encounter in joiner.Encounters)
                {
                    string[] both = [$"{encounter.Route} {encounter.Time} {encounter.Confidence}", $"{encounter.OtherRoute} {encounter.OtherTime} {encounter.OtherConfidence}"];
                    string name = string.Join(" and ", both.Order(StringComparer.Ordinal));
                    if (encounter.Kind != EncounterKind.Met) name += $" {encounter.Outcome} {encounter.Labeled}";
                    met[name] = met.GetValueOrDefault(name) + (encounter.Kind == EncounterKind.TakenBack ? -1 : 1);
                }

                Assert.True(result.Kind != Arrival.Late || record is Label, "A prediction within the allowance is never late.");
                if (random.Next(3) == 0 && watermark.Current is { } w) joiner.AdvanceTo(w);
            }

            if (position[source] == partitions[source].Count) watermark.SetIdle(source, true);
        }

        joiner.AdvanceTo(new(1_000_000));
        joiner.Settle();
        counts = joiner.Counts;
        return string.Join('\n', matches.Order().Append("expired").Concat(sink.Expired.Order().Select(e => e.ToString()))
            .Append("met").Concat(met.Where(each => each.Value != 0).Select(each => $"{each.Key}: {each.Value}").Order(StringComparer.Ordinal)));
    }

    /// <summary>
    /// Two partitions of predictions and two of labels: up to four predictions an id, none with more than one label that addresses it, some without, some labels for nobody; one record in three a copy.
    /// </summary>
    private static List<List<object>> Partitions(JoinWorld world)
    {
        var random = world.Random;
        List<Prediction> predictions = [];
        List<Label> labels = [];
        for (ulong id = 0; id < 40; id++)
        {
            long time = 300 + (long)(id * 12);
            var scores = Enumerable.Range(0, random.Next(1, 5)).Select(_ => world.Prediction(id, time + random.Next(12))).DistinctBy(p => world.Routes[p.Route].Owner).ToList();
            predictions.AddRange(scores.Where(_ => random.Next(8) > 0));
            if (random.Next(3) > 0) labels.Add(world.Label(scores[0]) with { Addressee = Addressees.Everyone });
            else labels.AddRange(scores.Where(_ => random.Next(4) > 0).Select(p => world.Label(p) with { Addressee = world.Routes[p.Route].Owner }));
            if (random.Next(8) == 0) labels.Add(world.Label(scores[0]) with { Addressee = world.Routes.AddresseeOf("nobody", null) });
        }

        int allowance = (int)world.Options.OutOfOrderness.TotalMilliseconds;
        return
        [
            .. Shuffled(predictions, p => p.Time.Milliseconds, random, allowance),
            .. Shuffled(labels, l => l.Time.Milliseconds, random, allowance),
        ];
    }

    // Each record, and its copies, somewhat late but by no more than the allowance.
    private static List<object>[] Shuffled<T>(List<T> records, Func<T, long> timeOf, Random random, int allowance)
        where T : struct
    {
        List<(long At, object Record)>[] partitions = [[], []];
        foreach (var record in records)
        {
            do
            {
                partitions[random.Next(2)].Add((timeOf(record) + random.Next(allowance + 1), record));
            }
            while (random.Next(3) == 0);
        }

        return [.. partitions.Select(p => p.OrderBy(r => r.At).Select(r => r.Record).ToList())];
    }
}
