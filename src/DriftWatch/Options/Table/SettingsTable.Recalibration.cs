using DriftWatch.Core.Recalibration;

namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static IReadOnlyList<Setting<RecalibrationOptions>> RecalibrationSettings =>
    [
        Map("folder", Kinds.Optional(Kinds.Line(4096, "a path")), o => o.Folder, (o, v) => o with { Folder = v },
            "Folder of the maps: `MODEL/VERSION/REVISION-CHECKSUM`, and a file `current` that names the newest. `driftwatch recalibrate` needs it."),
        Map("listen", Kinds.Optional(Kinds.Listen), o => o.Listen, (o, v) => o with { Listen = v },
            "Where `driftwatch recalibrate` serves `/metrics` and `/healthz`, as `web.listen` of the service; without it nowhere. Not with `--once`. There is no password on it."),
        Map("setsFolder", Kinds.Optional(Kinds.Line(4096, "a path")), o => o.SetsFolder, (o, v) => o with { SetsFolder = v },
            "Folder of the calibration sets; `sets` in `folder` where it is not set. `driftwatch audit replay` reads them."),
        Map("setsFormat", Kinds.Choice([.. SetFormats.All.Select(format => (format.Name(), format))]), o => o.SetsFormat, (o, v) => o with { SetsFormat = v },
            "What sets are written as: Arrow, which is mapped into memory as it is, or Parquet, which is smaller. Both are read, whatever is set here."),
        Map("store", Kinds.Optional(Kinds.Bucket), o => o.Store, (o, v) => o with { Store = v },
            "Bucket and prefix in S3, or whatever speaks as it does: sets and maps go there too, under the names that they have in `folder`, which is a copy then and may be empty at a start. Credentials are found as every AWS client finds them: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, a profile, the role of the pod or machine."),
        Map("storeEndpoint", Kinds.Optional(Kinds.HttpAddress), o => o.StoreEndpoint, (o, v) => o with { StoreEndpoint = v },
            "Where the store is, if it is not Amazon's."),
        Map("storeRegion", Kinds.Optional(Kinds.Line(64)), o => o.StoreRegion, (o, v) => o with { StoreRegion = v },
            "The store's region; without it what the client's environment says (`AWS_REGION`), and with `storeEndpoint` `us-east-1`."),
        Map("storePathStyle", Kinds.Flag, o => o.StorePathStyle, (o, v) => o with { StorePathStyle = v },
            "Whether a bucket is a path at the endpoint (`https://store/bucket`) and not a host name of its own (`https://bucket.store`): `true` for most stores that are not Amazon's."),
        Map("mapsTopic", Kinds.Topic, o => o.MapsTopic, (o, v) => o with { MapsTopic = v },
            "Compacted topic with the newest map of each model version and slice. A tombstone takes the map away: the next one is its series' first again."),
        Map("auditTopic", Kinds.Topic, o => o.AuditTopic, (o, v) => o with { AuditTopic = v },
            "Topic with a record of every decision. Whether an episode was answered is read there: what retention takes may be answered again."),
        Map("answersTopic", Kinds.Optional(Kinds.Topic), o => o.AnswersTopic, (o, v) => o with { AnswersTopic = v },
            "Topic of the answers (CloudEvents): `driftwatch recalibrate` writes them, the service reads them. Not that of the requests: orchestrators start a run for every record of that. Empty: nobody answers, none are read, and requests name no place for one."),
        Map("groupId", Kinds.Optional(Kinds.Line(249)), o => o.GroupId, (o, v) => o with { GroupId = v },
            "Consumer group of `driftwatch recalibrate`, and a part of its transactional id; `kafka.groupId` with `-recalibrate` where it is not set. One instance of a group works, the others stand by."),
        Map("methods", Kinds.List(Kinds.Choice([.. MapMethods.All.Select(method => (method.Name(), method))]), "maps", 1, MapMethods.All.Count), o => o.Methods, (o, v) => o with { Methods = v },
            "Maps to try; the simplest that does as well as the best is taken. With `vector` among them, sets that hold vectors are fitted by `vector` and `temperature` (if that is among them), and the map is one of vectors; all other sets by the maps of one claim."),
        Map("storageUri", Kinds.Line(2048, "an address"), o => o.StorageUri, (o, v) => o with { StorageUri = v },
            "Where KServe will find the folder `triton` of a map."),
        Map("partialSets", Kinds.Flag, o => o.PartialSets, (o, v) => o with { PartialSets = v },
            "Whether a map is fitted to what is left where retention has taken some of the records. With `false` the answer is `failed`, with the reason."),
        Map("maxRecords", Kinds.Whole(1000, 1_000_000_000), o => o.MaxRecords, (o, v) => o with { MaxRecords = v },
            "Most records of predictions of one request that are held in memory, about 900 bytes each: those that it names, or the part that `maxPairs` leaves of them. Past it (a topic of many models) the answer is `failed`."),
        Map("maxPairs", Kinds.Whole(10_000, 100_000_000), o => o.MaxPairs, (o, v) => o with { MaxPairs = v },
            "About how many labeled predictions a set holds at most. Of a request that rests on more, predictions are drawn by a hash of the id, the same ones each time, and each stands for as many as it was drawn of (`weight`); set, answer and record say the share."),
        Map("retryAfter", Kinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(90)), o => o.RetryAfter, (o, v) => o with { RetryAfter = v },
            "How long after the verdict `wait` (too few labels, or days) an episode that is open still is looked at again, with all that has come and matured since."),
        Map("maxAttempts", Kinds.Whole(1, 1000), o => o.MaxAttempts, (o, v) => o with { MaxAttempts = v },
            "How often an episode is looked at in all while the verdict is `wait`; with 1 the first is the last."),
        Map("keep", Kinds.Duration(TimeSpan.FromDays(1), TimeSpan.FromDays(3650)), o => o.Keep, (o, v) => o with { Keep = v },
            "How long sets and maps stay that nothing names any more. What stays in any case: sets of current maps and of open episodes, each series' current map and the one before it. A decision whose set is gone cannot be replayed: keep them for as long as it may be asked about."),
        Map("maxSetMegabytes", Kinds.Whole(1, 100_000_000), o => (int)(o.MaxSetBytes >> 20), (o, v) => o with { MaxSetBytes = (long)v << 20 },
            "Most MiB of all sets together: past it the oldest go that nothing names any more, however young."),
    ];

    private static ValueSetting<RecalibrationOptions, TValue> Map<TValue>(
        string name, ValueKind<TValue> kind, Func<RecalibrationOptions, TValue> get, Func<RecalibrationOptions, TValue, RecalibrationOptions> with, string meaning) => new(name, kind, get, with, meaning);
}
