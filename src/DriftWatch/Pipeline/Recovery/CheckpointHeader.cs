using DriftWatch.Core.State;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>What a checkpoint says of itself: of which epoch it is, what was read, and under which settings.</summary>
internal sealed class CheckpointHeader : IKeepsState
{
    public const string Key = "header";

    /// <summary>What this version writes. It reads 3 too, which did not say how predictions were told apart (by their ids), and 2, which named neither versions of chunks (all were 1) nor where the journal begins.</summary>
    private const int Format = 4;

    private long _stateOf;
    private long _tableOf;
    private long _tableNeededUntil;
    private int _tableBlocks;
    private ulong _chain;
    private string _journalFrom = "";
    private long _watermark;
    private long _pending;
    private long _waitingLabels;
    private long _byIdUntil;
    private byte[]? _hashKey = [];
    private byte[]? _tally = [];

    /// <summary>The epoch at whose end the state was as it is stored.</summary>
    public long StateOf { get => _stateOf; set => _stateOf = value; }

    /// <summary>The epoch at whose end the join table was as it is stored; 0 if it is not.</summary>
    public long TableOf { get => _tableOf; set => _tableOf = value; }

    /// <summary>The last watermark, in epoch milliseconds, at which anything in the stored table counts.</summary>
    public long TableNeededUntil { get => _tableNeededUntil; set => _tableNeededUntil = value; }

    /// <summary>How many blocks the stored table has.</summary>
    public int TableBlocks { get => _tableBlocks; set => _tableBlocks = value; }

    /// <summary>The journal's chain at <see cref="StateOf"/>.</summary>
    public ulong Chain { get => _chain; set => _chain = value; }

    /// <summary>Key of the journal's oldest segment: all from it on are stored. Empty where it was not kept.</summary>
    public string JournalFrom { get => _journalFrom; set => _journalFrom = value; }

    /// <summary>The watermark at <see cref="StateOf"/>, in epoch milliseconds; the least number before the first.</summary>
    public long Watermark { get => _watermark; set => _watermark = value; }

    /// <summary>Predictions that waited at <see cref="StateOf"/>: filling the table again must come to the same.</summary>
    public long Pending { get => _pending; set => _pending = value; }

    /// <summary>Labels that waited.</summary>
    public long WaitingLabels { get => _waitingLabels; set => _waitingLabels = value; }

    /// <summary>The newest epoch in which the id alone made a prediction, whatever <c>join.identity</c> says now: those of versions that knew no other. 0: there is none.</summary>
    public long ByIdUntil { get => _byIdUntil; set => _byIdUntil = value; }

    /// <summary>Whether a version wrote it that told predictions apart by their ids alone.</summary>
    public bool IsById { get; private set; }

    /// <summary>The key that ids are hashed with.</summary>
    public byte[] HashKey { get => _hashKey!; set => _hashKey = value; }

    /// <summary>The counts of the join.</summary>
    public byte[] Tally { get => _tally!; set => _tally = value; }

    /// <summary>What was read, in the order of the source.</summary>
    public List<PlannedPartition> Partitions { get; } = [];

    /// <summary>The settings that everything in the state depends on, as the configuration names and writes them.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>The ids of the topics that were read, as far as the brokers told them: a topic that was deleted and re-created has the same name and another id.</summary>
    public Dictionary<string, string> TopicIds { get; } = [];

    public static string BlockKey(int block) => $"join/{block}";

    public void Exchange(StateExchange state)
    {
        state.Mark("header");
        int format = Format;
        state.Exchange(ref format);
        if (format > Format) throw new StateFormatException($"The checkpoint's header has version {format}, this DriftWatch reads up to {Format}: a newer one wrote it. Go back to that one.");
        if (format < 2) throw new StateFormatException($"The checkpoint's header has version {format}, this DriftWatch reads 2 to {Format}.");
        state.Exchange(ref _stateOf);
        state.Exchange(ref _tableOf);
        state.Exchange(ref _tableNeededUntil);
        state.Exchange(ref _tableBlocks);
        state.Exchange(ref _chain);
        if (format > 2) state.ExchangeText(ref _journalFrom);
        state.Exchange(ref _watermark);
        state.Exchange(ref _pending);
        state.Exchange(ref _waitingLabels);
        state.Exchange(ref _hashKey);
        state.Exchange(ref _tally);
        if (_hashKey is not { Length: 16 } || _tally is null) throw new StateFormatException("The checkpoint's header lacks its key or its counts.");
        state.Exchange(Partitions, Exchange);
        state.Exchange(Settings, StringComparer.Ordinal, Text, Text);
        state.Exchange(TopicIds, StringComparer.Ordinal, Text, Text);
        if (format > 2) ExchangeVersions(state);
        if (format > 3) state.Exchange(ref _byIdUntil);
        IsById = format <= 3;
    }

    /// <summary>The newest version of each kind of chunk that may be stored: what cannot be read is refused before anything is.</summary>
    private static void ExchangeVersions(StateExchange state)
    {
        var versions = ChunkFormat.All.ToDictionary(format => format.Kind, format => (int)format.Version);
        state.Exchange(versions, StringComparer.Ordinal, Text, static (StateExchange each, ref int version) => each.Exchange(ref version));
        foreach (var format in ChunkFormat.All) format.Admit(versions.GetValueOrDefault(format.Kind));
        if (versions.Keys.Except(ChunkFormat.All.Select(format => format.Kind)).FirstOrDefault() is { } unknown)
            throw new StateFormatException($"It has chunks of kind \"{unknown}\", which this DriftWatch does not know: a newer one wrote it. Go back to that one.");
    }

    private static void Exchange(StateExchange state, ref PlannedPartition partition)
    {
        var (part, topic, number, start) = partition is null ? (default, "", 0, 0) : (partition.Part, partition.Topic, partition.Partition, partition.Offset);
        state.Exchange(ref part);
        state.ExchangeText(ref topic);
        state.Exchange(ref number);
        state.Exchange(ref start);
        partition = new(part, topic, number, start);
    }

    private static void Text(StateExchange state, ref string text)
    {
        text ??= "";
        state.ExchangeText(ref text);
    }
}
