namespace DriftWatch.Formats.Registry;

/// <summary>The schemas that records have named: asked for in the background, kept with a bound. Belongs to the thread that reads; only answers come from elsewhere.</summary>
/// <remarks>
/// Laws: nothing here waits. A schema never changes, so an answer that there is one stands for good; that there is none is believed only when it has been said for
/// <see cref="BelieveAfter"/>, since a registry of several instances learns of a schema a moment after whoever registered it. Trouble is no answer: it is asked again, ever more rarely.
/// </remarks>
/// <param name="ask">Asks the registry.</param>
/// <param name="time">The clock.</param>
internal sealed class SchemaCache(Func<int, Task<SchemaAnswer>> ask, TimeProvider time)
{
    /// <summary>Schemas that are kept: more than any topic has that is not broken. What was not needed for longest goes.</summary>
    public const int Most = 1000;

    /// <summary>How long a registry has to say that it does not have a schema.</summary>
    public static readonly TimeSpan BelieveAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long that is believed.</summary>
    public static readonly TimeSpan BelieveFor = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AgainAtMost = TimeSpan.FromSeconds(15);

    private readonly Dictionary<int, Entry> _entries = [];
    private long _batch;

    /// <summary>What is wrong with the registry, in one sentence with the fix; null: nothing, as far as it was needed.</summary>
    public string? Trouble { get; private set; }

    /// <summary>How many schemas are kept, or asked for.</summary>
    public int Count => _entries.Count;

    /// <summary>A schema that <see cref="IsReady"/> has said of that it is there.</summary>
    public SchemaAnswer this[int id] => _entries[id].Answer!;

    /// <summary>A further batch begins.</summary>
    public void BeginBatch() => _batch++;

    /// <summary>Whether a schema is known, or known not to be there; if neither, it is asked for. What is ready stays so until the next batch but one.</summary>
    public bool IsReady(int id)
    {
        if (!_entries.TryGetValue(id, out var entry))
        {
            if (_entries.Count >= Most && !Forget()) return false;
            _entries.Add(id, entry = new Entry(id));
        }

        entry.NeededIn = _batch;
        if (entry.Question is { IsCompleted: true } question) Take(entry, question);
        if (entry.Question is null && entry.IsOpen && time.GetUtcNow() >= entry.AgainAt) entry.Question = ask(id);
        return entry.Answer is not null;
    }

    private void Take(Entry entry, Task<SchemaAnswer> question)
    {
        entry.Question = null;
        var answer = question.GetAwaiter().GetResult();
        var now = time.GetUtcNow();
        if (answer.Kind == AnswerKind.Failed)
        {
            Trouble = answer.Trouble;
            entry.AgainAt = now + Again(entry.Failures++);
            return;
        }

        Trouble = null;
        entry.Failures = 0;
        if (answer.Kind == AnswerKind.Missing)
        {
            entry.MissingSince ??= now;
            if (now - entry.MissingSince >= BelieveAfter) entry.Answer = answer;
            entry.AgainAt = now + (entry.Answer is null ? AgainAfter : BelieveFor);
            return;
        }

        entry.Answer = answer;
        entry.IsOpen = false;
    }

    private static TimeSpan Again(int failures) => failures >= 4 ? AgainAtMost : AgainAfter * (1 << failures);

    /// <summary>Makes room: forgets what was not needed for longest, of what no record at hand needs.</summary>
    private bool Forget()
    {
        var oldest = _entries.Values.Where(entry => entry.NeededIn < _batch - 1 && entry.Question is null).MinBy(entry => entry.NeededIn);
        if (oldest is null) return false;
        return _entries.Remove(oldest.Id);
    }

    private sealed class Entry(int id)
    {
        public int Id => id;

        public SchemaAnswer? Answer { get; set; }

        public Task<SchemaAnswer>? Question { get; set; }

        /// <summary>Whether the registry is to be asked, for the first time or again.</summary>
        public bool IsOpen { get; set; } = true;

        public DateTimeOffset AgainAt { get; set; }

        public DateTimeOffset? MissingSince { get; set; }

        public int Failures { get; set; }

        public long NeededIn { get; set; }
    }
}
