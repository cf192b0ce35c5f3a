namespace DriftWatch.Chaos;

/// <summary>Draws where the next start of an instance is to die.</summary>
internal sealed class FailPoints(RoundPlan plan, Random random)
{
    private static readonly string[] OfEpochs = ["before-begin", "after-begin", "after-produce", "after-offsets", "commit-sent", "after-commit"];

    private readonly Lock _lock = new();
    private readonly Queue<string?> _deck = new();

    /// <summary>Whether instances are to live from now on.</summary>
    public bool Over { get; set; }

    /// <summary>Whether it is a place that whoever works comes to sooner or later.</summary>
    public static bool IsOfEpochs(string place) => OfEpochs.Contains(place.Split(':')[0]);

    /// <returns>A place and a count; null: it is not armed.</returns>
    public string? Next()
    {
        lock (_lock)
        {
            if (Over) return null;
            if (_deck.Count == 0) Shuffle();
            return _deck.Dequeue();
        }
    }

    private void Shuffle()
    {
        List<string?> cards = [null, null, "during-takeover:1", "during-restore:1"];
        if (plan.Snapshots) cards.Add("during-snapshot:1");
        foreach (string place in OfEpochs) cards.Add($"{place}:{random.Next(1, 8)}");
        var deck = cards.ToArray();
        random.Shuffle(deck);
        foreach (string? card in deck) _deck.Enqueue(card);
    }
}
