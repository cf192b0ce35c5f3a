namespace DriftWatch.Core.State;

/// <summary>How one kind of chunk is written: a version of its own, so that one class may change alone.</summary>
/// <remarks>
/// <para>A chunk of version 1 has nothing in front, as all had before there were versions; later ones begin with <see cref="Frame"/> and the version. Nothing of version 1 begins with that byte:
/// there it would be the low end of a negative count, or of a landmark that has another.</para>
/// <para>To change a class: raise its row here, and let its walk ask <see cref="StateExchange.Version"/> for what only the new one holds. Chunks that nothing has changed stay as they
/// are stored, so old versions are met for as long as a window is kept.</para>
/// </remarks>
/// <param name="Kind">What is written so.</param>
/// <param name="Version">The version that is written; it and all before are read.</param>
public sealed record ChunkFormat(string Kind, byte Version)
{
    /// <summary>Begins a chunk of version 2 and later.</summary>
    public const byte Frame = 0xFD;

    /// <summary>2: settings by name. 3: whom labels address.</summary>
    public static readonly ChunkFormat Routes = new("routes", 3);

    /// <summary>2: settings by name. 3: what labels say of which only the positive one is declared; duplicates and late ones of each model, and causes of orphaned labels. 5: <see cref="OnsetIntervals"/>. 6: <see cref="Successors"/>. 8: <see cref="Answers"/>. 9: <see cref="AcrossVersions"/>.</summary>
    public static readonly ChunkFormat Monitor = new("monitor", AcrossVersions);

    /// <summary>From here on a series knows whether labels were asked for by chance.</summary>
    public const byte SampledLabels = 4;

    /// <summary>From here on a series knows when its last pane was, and which version came in its place.</summary>
    public const byte LastPanes = 5;

    /// <summary>2: which widths of windows there are, and from when on. 3: latencies. 4: <see cref="SampledLabels"/>. 5: <see cref="LastPanes"/>. 6: who has labeled. 7: when it came back after it had gone.</summary>
    public static readonly ChunkFormat Series = new("series", 7);

    /// <summary>From here on the sequential detector keeps blocks that shocks are told from: the same number in both kinds that hold one.</summary>
    public const byte DetectorOfShocks = 4;

    /// <summary>From here on findings and episodes have an interval for their onset, and the sequential detector what it is made of: the same number in all kinds that hold one.</summary>
    public const byte OnsetIntervals = 5;

    /// <summary>From here on an episode knows which version ended it: the same number in both kinds that hold one.</summary>
    public const byte Successors = 6;

    /// <summary>From here on a reference that a rule holds knows how many predictions it had, labeled or not.</summary>
    public const byte ReferenceCompleteness = 7;

    /// <summary>From here on an episode knows who has answered: the same number in both kinds that hold one.</summary>
    public const byte Answers = 8;

    /// <summary>From here on a model is judged over all its versions too, and an episode knows which: the same number in both kinds that hold one.</summary>
    public const byte AcrossVersions = 9;

    /// <summary>From here on a rule may judge claims on average over everybody, and keeps the scale of its stakes then. Nothing else changed.</summary>
    public const byte MarginalNull = 10;

    /// <summary>From here on the starts of a rule's blocks are counted in blocks, not told in milliseconds.</summary>
    public const byte CountedBlocks = 11;

    /// <summary>Of a series, or of a model over all its versions. 2: settings by name, and what outlasts them first. 4: <see cref="DetectorOfShocks"/>. 5: <see cref="OnsetIntervals"/>. 6: <see cref="Successors"/>. 7: <see cref="ReferenceCompleteness"/>. 8: <see cref="Answers"/>. 9: <see cref="AcrossVersions"/>. 10: <see cref="MarginalNull"/>. 11: <see cref="CountedBlocks"/>.</summary>
    public static readonly ChunkFormat Rule = new("rule", CountedBlocks);

    /// <summary>2: settings by name, and the prediction sets last. 3: latencies. 4: <see cref="DetectorOfShocks"/>. 5: <see cref="OnsetIntervals"/>.</summary>
    public static readonly ChunkFormat EarlyWarning = new("early warning", OnsetIntervals);

    /// <summary>2: labels that were asked for by chance, in windows and panes as in all sketches.</summary>
    public static readonly ChunkFormat Window = new("window", 2);
    public static readonly ChunkFormat Pane = new("pane", 2);

    /// <summary>2: what is known of the label of a matched prediction. 3: with what probability labels were asked for. 4: of whom they are. 5: which matched predictions have kept their claim.</summary>
    public static readonly ChunkFormat JoinTable = new("join table", 5);

    /// <summary>2: how many labeled requests were judged, each divided by the φ of its block.</summary>
    public static readonly ChunkFormat Comparisons = new("comparisons", 2);

    /// <summary>2: which answers were read, and what became of them.</summary>
    public static readonly ChunkFormat Pipeline = new("pipeline", 2);

    /// <summary>2: answers, as steps with what they say.</summary>
    public static readonly ChunkFormat Journal = new("journal", 2);

    /// <summary>All of them: what a header tells of its checkpoint.</summary>
    public static readonly IReadOnlyList<ChunkFormat> All = [Routes, Monitor, Series, Rule, EarlyWarning, Window, Pane, JoinTable, Comparisons, Pipeline, Journal];

    /// <summary>A chunk that holds one part.</summary>
    public void Exchange(StateExchange state, IKeepsState part)
    {
        state.Begin(this);
        state.Exchange(part);
    }

    /// <summary>Gives a part back what it kept.</summary>
    /// <exception cref="StateFormatException">The bytes are something else.</exception>
    public void Read(IKeepsState part, ReadOnlyMemory<byte> bytes)
    {
        var state = StateExchange.Reading(bytes);
        Exchange(state, part);
        state.AssertEnd();
    }

    /// <summary>Sees to it that a version can be read here.</summary>
    /// <exception cref="StateFormatException">It is newer.</exception>
    public void Admit(int version)
    {
        if (version > Version) throw new StateFormatException($"Its chunks of kind \"{Kind}\" have version {version}, this DriftWatch reads up to {Version}: a newer one wrote it. Go back to that one.");
    }
}
