using DriftWatch.Core.State;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>What a checkpoint says of itself: of which epoch it is, what was read, and under which settings.</summary>
internal sealed class CheckpointHeader : IKeepsState
{
    public const string Key = "header";

    /// <summary>What this version writes and reads.</summary>
    private const int Format = 3;

    private long _stateOf;
    private long _tableOf;
    private long _tableNeededUntil;
    private int _tableBlocks;
    private ulong _chain;
    private string _journalFrom = "";
    private long _watermark;
    private long _pending;
    private long _waitingLabels;
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

    /// <summary>Key of the journal's oldest segment: all from it on are stored.</summary>
    public string JournalFrom { get => _journalFrom; set => _journalFrom = value; }

    /// <summary>The watermark at <see cref="StateOf"/>, in epoch milliseconds; the least number before the first.</summary>
    public long Watermark { get => _watermark; set => _watermark = value; }

    /// <summary>Predictions that waited at <see cref="StateOf"/>: filling the table again must come to the same.</summary>
    public long Pending { get => _pending; set => _pending = value; }

    /// <summary>Labels that waited.</summary>
    public long WaitingLabels { get => _waitingLabels; set => _waitingLabels = value; }

    /// <summary>The key that ids are hashed with.</summary>
    public byte[] HashKey { get => _hashKey!; set => _hashKey = value; }

    /// <summary>The counts of the join.</summary>
    public byte[] Tally { get => _tally!; set => _tally = value; }

    /// <summary>What was read, in the order of the source.</summary>
    public List<PlannedPartition> Partitions { get; } = [];

    /// <summary>The settings that the state cannot do without, in words.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>The ids of the topics that were read, as far as the brokers told them: a topic that was made anew has the same name and another id.</summary>
    public Dictionary<string, string> TopicIds { get; } = [];

    public static string BlockKey(int block) => $"join/{block}";

    public void Exchange(StateExchange state)
    {
        state.Mark("header");
        int format = Format;
        state.Exchange(ref format);
        if (format != Format) throw new StateFormatException($"The checkpoint has format {format}, this version reads {Format}.");
        state.Exchange(ref _stateOf);
        state.Exchange(ref _tableOf);
        state.Exchange(ref _tableNeededUntil);
        state.Exchange(ref _tableBlocks);
        state.Exchange(ref _chain);
        state.ExchangeText(ref _journalFrom);
        state.Exchange(ref _watermark);
        state.Exchange(ref _pending);
        state.Exchange(ref _waitingLabels);
        state.Exchange(ref _hashKey);
        state.Exchange(ref _tally);
        if (_hashKey is not { Length: 16 } || _tally is null) throw new StateFormatException("The checkpoint's header lacks its key or its counts.");
        state.Exchange(Partitions, Exchange);
        state.Exchange(Settings, StringComparer.Ordinal, Text, Text);
        state.Exchange(TopicIds, StringComparer.Ordinal, Text, Text);
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
