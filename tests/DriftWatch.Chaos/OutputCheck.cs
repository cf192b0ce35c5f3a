using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DriftWatch.Chaos;

/// <summary>What the service has sent, held against what it should have.</summary>
internal static class OutputCheck
{
    /// <summary>Each record that cannot be read, once.</summary>
    public static void DeadLetters(Oracle oracle, IEnumerable<StoredRecord> committed, Tally tally)
    {
        HashSet<(string, int, long)> found = [];
        foreach (var record in committed)
        {
            tally.DeadLetters++;
            var source = (record.Headers["dw_source_topic"], Number(record, "dw_source_partition"), (long)Number(record, "dw_source_offset"));
            if (!found.Add(source)) tally.DuplicateDeadLetters++;
            else if (!oracle.Broken.Contains(source)) tally.Fault($"{source} became a dead letter ({record.Headers["dw_error_reason"]}) and can be read");
        }

        int lost = oracle.Broken.Count(broken => !found.Contains(broken));
        if (lost > 0) tally.Fault($"{lost} records that cannot be read became no dead letter, the first: {oracle.Broken.First(broken => !found.Contains(broken))}");
    }

    /// <summary>Each event once for those who read what is committed; whoever reads all finds copies, and no id that was never committed.</summary>
    /// <remarks>
    /// A copy whose transaction was aborted was decided on the same records, but the epoch that is committed in its place may have been read in another order:
    /// up to where it says that records had been read can differ, and is told here; nothing else may.
    /// </remarks>
    /// <returns>The ids of the committed ones.</returns>
    public static HashSet<string> Events(IEnumerable<StoredRecord> committed, IReadOnlyList<StoredRecord> all, Tally tally)
    {
        HashSet<string> ids = [];
        foreach (var record in committed)
        {
            tally.Events++;
            if (!ids.Add(Id(record))) tally.DuplicateEvents++;
        }

        foreach (var copies in all.GroupBy(Id))
        {
            var first = copies.First();
            tally.AbortedCopies += copies.Count() - 1;
            if (!ids.Contains(copies.Key)) tally.Fault($"event {copies.Key} was sent and never committed: {Text(first)}");
            foreach (var copy in copies.Where(copy => !copy.Value.AsSpan().SequenceEqual(first.Value)))
            {
                tally.AbortedCopiesThatDiffer++;
                var differences = Differences("", JsonNode.Parse(first.Value), JsonNode.Parse(copy.Value)).ToList();
                string said = $"copies of event {copies.Key} differ in {string.Join(", ", differences)}";
                if (differences.TrueForAll(d => d.StartsWith("/data/dataRange/", StringComparison.Ordinal))) Program.Say(said);
                else tally.Fault(said);
            }
        }

        return ids;
    }

    private static IEnumerable<string> Differences(string path, JsonNode? left, JsonNode? right)
    {
        if (JsonNode.DeepEquals(left, right)) return [];
        if (left is JsonObject object1 && right is JsonObject object2) return object1.Select(m => m.Key).Union(object2.Select(m => m.Key)).SelectMany(name => Differences($"{path}/{name}", object1[name], object2[name]));
        if (left is JsonArray array1 && right is JsonArray array2 && array1.Count == array2.Count) return array1.Zip(array2).SelectMany((pair, i) => Differences($"{path}/{i}", pair.First, pair.Second));
        return [$"{path}: {left?.ToJsonString()} and {right?.ToJsonString()}"];
    }

    private static string Text(StoredRecord record) => System.Text.Encoding.UTF8.GetString(record.Value ?? []);

    /// <summary>The totals of the join: each record has one fate.</summary>
    public static void Join(Oracle oracle, JsonElement join, Tally tally)
    {
        long Get(string name) => join.GetProperty(name).GetInt64();
        Equal("predictions", oracle.Predictions, Get("predictions"));
        Equal("labels", oracle.Labels, Get("labels"));
        Equal("matched", oracle.Matched, Get("matched"));
        Equal("predictions set aside as copies or late", oracle.Predictions - oracle.Owners, Get("duplicatePredictions") + Get("latePredictions"));
        Equal("predictions without an outcome", oracle.Owners - oracle.Matched, Get("expired") + Get("pending"));
        Equal("labels that joined nothing", oracle.Labels - oracle.JoinedLabels, Get("duplicateLabels") + Get("lateLabels") + Get("orphaned") + Get("waitingLabels"));
        Equal("evicted", 0, Get("evicted"));
        Equal("refused", 0, Get("refused"));

        void Equal(string what, long expected, long found)
        {
            if (expected != found) tally.Fault($"join: {what}: {found}, should be {expected}");
        }
    }

    private static string Id(StoredRecord record)
    {
        using var document = JsonDocument.Parse(record.Value);
        return document.RootElement.GetProperty("id").GetString()!;
    }

    private static int Number(StoredRecord record, string header) => int.Parse(record.Headers[header], CultureInfo.InvariantCulture);
}
