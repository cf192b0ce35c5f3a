using DriftWatch.Core.Recalibration;

namespace DriftWatch.Options;

/// <summary>What <c>driftwatch recalibrate</c> does with a request, and where maps, sets, decisions and answers go.</summary>
internal sealed record RecalibrationOptions
{
    /// <summary>Folder of the maps; null: not set, and <c>recalibrate</c> is refused.</summary>
    public string? Folder { get; init; }

    /// <summary>Where <c>/metrics</c> and <c>/healthz</c> are served; null: nowhere.</summary>
    public ListenAddress? Listen { get; init; }

    /// <summary>Folder of the calibration sets; null: <c>sets</c> in <see cref="Folder"/>.</summary>
    public string? SetsFolder { get; init; }

    /// <summary>What sets are written as.</summary>
    public SetFormat SetsFormat { get; init; } = SetFormat.Arrow;

    /// <summary>Compacted topic of the newest map of each series.</summary>
    public string MapsTopic { get; init; } = "driftwatch.calibration.maps";

    /// <summary>Topic with a record of every decision.</summary>
    public string AuditTopic { get; init; } = "driftwatch.calibration.audit";

    /// <summary>Topic of the answers: not that of the requests, for orchestrators start a run for every record of that. Null: nobody answers, and none are read.</summary>
    public string? AnswersTopic { get; init; } = "driftwatch.recalibration.answers";

    /// <summary>Group under which positions in the topic of requests are committed; null: <c>kafka.groupId</c> with <c>-recalibrate</c>.</summary>
    public string? GroupId { get; init; }

    /// <summary>Maps to try.</summary>
    public IReadOnlyList<MapMethod> Methods { get; init; } = MapMethods.OfClaims;

    /// <summary>Where KServe will find the folder <c>triton</c> of a map.</summary>
    public string StorageUri { get; init; } = "pvc://calibration-maps/triton";

    /// <summary>Whether what is left is fitted where retention has taken some of the records.</summary>
    public bool PartialSets { get; init; }

    /// <summary>Most records of predictions of one request that are held in memory.</summary>
    public int MaxRecords { get; init; } = 2_000_000;

    /// <summary>About how many labeled predictions a set holds at most: of more a part is drawn.</summary>
    public int MaxPairs { get; init; } = 1_000_000;

    /// <summary>How long after the verdict <c>wait</c> the episode is looked at again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often an episode is looked at in all while the verdict is <c>wait</c>.</summary>
    public int MaxAttempts { get; init; } = 14;

    /// <summary>How long sets and maps stay that nothing names any more.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Bucket and prefix where sets and maps go too, as <c>s3://BUCKET/PREFIX</c>; null: folders alone.</summary>
    public string? Store { get; init; }

    /// <summary>Where a store is that is not Amazon's; null: it is.</summary>
    public string? StoreEndpoint { get; init; }

    /// <summary>The store's region; null: what the client's environment says.</summary>
    public string? StoreRegion { get; init; }

    /// <summary>Whether a bucket is a path at the endpoint, and not a host name of its own.</summary>
    public bool StorePathStyle { get; init; }

    /// <summary>Most bytes of all sets together, but for those that are named.</summary>
    public long MaxSetBytes { get; init; } = 20_480L << 20;

    /// <summary>Where the sets lie.</summary>
    public string Sets => SetsFolder ?? Path.Combine(Folder ?? "", "sets");

    /// <summary>The clients' settings: those of the service, in a group of its own.</summary>
    public KafkaOptions Clients(KafkaOptions kafka) => kafka with { GroupId = GroupId ?? kafka.GroupId + "-recalibrate" };
}
