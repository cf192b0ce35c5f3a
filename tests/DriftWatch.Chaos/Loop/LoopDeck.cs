namespace DriftWatch.Chaos.Loop;

/// <summary>Draws where the next start of a process is to die: first the places that matter most, then all of them in another order each time.</summary>
/// <param name="first">Places that come first, with their counts, so that a short run has them.</param>
/// <param name="others">The rest, likewise; <c>PLACE:MOST</c> draws a count up to it.</param>
/// <param name="random">Decides the order and the counts.</param>
internal sealed class LoopDeck(IReadOnlyList<string> first, IReadOnlyList<string> others, Random random)
{
    private readonly Lock _lock = new();
    private readonly Queue<string?> _deck = new();
    private bool _begun;

    /// <summary>Whether processes are to live from now on.</summary>
    public bool Over { get; set; }

    /// <summary>Every place of the deck.</summary>
    public IEnumerable<string> Places => first.Concat(others).Select(card => card.Split(':')[0]);

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
        string?[] head = [.. first], rest = [.. others.Select(Drawn), null];
        if (_begun) (head, rest) = ([], [.. head, .. rest, null]);
        _begun = true;
        random.Shuffle(head);
        random.Shuffle(rest);
        foreach (string? card in (string?[])[.. head, .. rest]) _deck.Enqueue(card);
    }

    private string Drawn(string card) => card.Split(':') is [var place, var most] ? $"{place}:{random.Next(1, int.Parse(most) + 1)}" : card;
}
