
namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static IReadOnlyList<Setting<PipelineOptions>> PipelineSettings =>
    [
        Row("commitInterval", Kinds.Duration(TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10)), p => p.CommitInterval, (p, v) => p with { CommitInterval = v },
            "How often what was done is committed: counts, events, dead letters and positions in one transaction. What is shown and sent is never older than this and one commit."),
        Row("checkpointInterval", Kinds.Duration(TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1)), p => p.CheckpointInterval, (p, v) => p with { CheckpointInterval = v },
            "How often the whole state is stored, as differences. What came since is done again after a crash: longer makes restarts slower and writes less."),
        Row("inlineEntries", Kinds.Whole(0, 5_000_000), p => p.InlineEntries, (p, v) => p with { InlineEntries = v },
            "Up to how many entries the join table is stored with the state, about 33 bytes each. Of a larger one the records are read again after a restart."),
        Row("snapshotDirectory", Kinds.Optional(Kinds.Line(1000)), p => p.SnapshotDirectory, (p, v) => p with { SnapshotDirectory = v },
            "Where snapshots of a large join table are kept, so that a restart on this machine need not read all of its records again. Nothing depends on them: one that is missing, damaged or of another past is ignored."),
        Row("snapshotInterval", Kinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), p => p.SnapshotInterval, (p, v) => p with { SnapshotInterval = v },
            "How often such a snapshot is written; always at a graceful stop."),
        Row("publishInterval", Kinds.Duration(TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10)), p => p.PublishInterval, (p, v) => p with { PublishInterval = v },
            "How often metrics, page and API get a new snapshot: how old a gauge can be."),
        Row("pollWait", Kinds.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)), p => p.PollWait, (p, v) => p with { PollWait = v },
            "How long the loop waits when there is nothing to read. Longer saves wake-ups and delays the watermark."),
        Row("batchRecords", Kinds.Whole(1, 1_000_000), p => p.BatchRecords, (p, v) => p with { BatchRecords = v },
            "Most records taken from one partition before the next has its turn."),
        Row("idleAdvance", Kinds.Flag, p => p.IdleAdvance, (p, v) => p with { IdleAdvance = v },
            "Whether the wall clock moves event time when every partition has been read to its end. With `false`, the last windows wait for the next record: right for old data, wrong for live."),
        Row("maxAhead", Kinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(3650)), p => p.MaxAhead, (p, v) => p with { MaxAhead = v },
            "By how much event time of one partition may run ahead of the slowest that still has records to read; past it, it waits. Larger needs more memory while catching up."),
        Row("maxUnacknowledged", Kinds.Whole(1, 10_000_000), p => p.MaxUnacknowledged, (p, v) => p with { MaxUnacknowledged = v },
            "Most dead letters and requests that wait for their commit; at the bound reading waits."),
        Row("stopTimeout", Kinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)), p => p.StopTimeout, (p, v) => p with { StopTimeout = v },
            "How long a graceful stop may take to commit before it leaves without. Keep it below the orchestrator's grace period."),
        Row("stallTimeout", Kinds.Duration(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)), p => p.StallTimeout, (p, v) => p with { StallTimeout = v },
            "How long the loop may hang, or read nothing of a partition whose leader says that there are records, before this instance gives up ownership so that a standby takes over. It is not ready after half of it. Time without a broker, with an open transaction or at a bound of ours does not count."),
    ];

    private static IReadOnlyList<Setting<DriftWatchOptions>> WebSettings =>
    [
        Value("listen", Kinds.Listen, o => o.Listen.Address, (o, v) => o with { Listen = o.Listen with { Address = v } },
            "Where page, API, metrics and health are served. Without `password` whoever reaches it may look: the default is this machine only, `*:8080` is for containers."),
        Value("certificate", Kinds.Optional(Kinds.Line(1024, "a path")), o => o.Web.Certificate, (o, v) => o with { Web = o.Web with { Certificate = v } },
            "PEM file with a certificate and, behind it, its chain: all on `listen` is then served over TLS. Read again when it or the key changes. Empty: without TLS."),
        Value("key", Kinds.Optional(Kinds.Line(1024, "a path")), o => o.Web.Key, (o, v) => o with { Web = o.Web with { Key = v } },
            "PEM file with the certificate's private key, not encrypted."),
        Value("user", Kinds.Line(128, "a name"), o => o.Web.User, (o, v) => o with { Web = o.Web with { User = v } },
            "Name that goes with `password`."),
        Value("password", Kinds.Optional(Kinds.Secret), o => o.Web.Password, (o, v) => o with { Web = o.Web with { Password = v } },
            "Password (HTTP basic authentication) for all but `/healthz`: page, API, and `/metrics`, where Prometheus wants it as `basic_auth`. Write it as `${env:NAME}` or `${file:/run/secrets/name}`, and have TLS. Empty: none."),
        Value("maxConnections", Kinds.Whole(1, 100_000), o => o.Listen.MaxConnections, (o, v) => o with { Listen = o.Listen with { MaxConnections = v } },
            "Most connections at a time; more are closed at once."),
        Value("basePath", Kinds.Optional(Kinds.UrlPath), o => o.Web.BasePath, (o, v) => o with { Web = o.Web with { BasePath = v } },
            "Path under which a proxy hands on requests as they are, such as `/driftwatch`: everything is then served below it too, and without it still (probes, Prometheus). Not needed where the proxy takes the path away: all links of the page are relative."),
        Value("pagePoll", Kinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)), o => TimeSpan.FromMilliseconds(o.Web.PagePollMilliseconds), (o, v) => o with { Web = o.Web with { PagePollMilliseconds = (int)v.TotalMilliseconds } },
            "How often an open page asks for a new snapshot."),
        Value("loopSilence", Kinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), o => o.Web.LoopSilence, (o, v) => o with { Web = o.Web with { LoopSilence = v } },
            "How long the loop may go without a new snapshot before `/healthz/live` says that it hangs. Shorter restarts a process that merely pauses; longer leaves a hung one in place."),
        Value("answerToken", Kinds.Optional(Kinds.Secret), o => o.Web.AnswerToken, (o, v) => o with { Web = o.Web with { AnswerToken = v } },
            "Bearer token, of 16 characters or more, with which answers to requests are taken over HTTP (`POST /api/v1/episodes/ID/completed` and `…/dismissed`). Empty: none are. Write it as `${env:NAME}` or `${file:/run/secrets/name}`, and put TLS in front of the port."),
    ];

    private static IReadOnlyList<Setting<MetricsOptions>> MetricsSettings =>
    [
        new ValueSetting<MetricsOptions, int>("maxSeries", Kinds.Whole(100, 10_000_000), m => m.MaxSeries, (m, v) => m with { MaxSeries = v },
            "Most time series on the page; a model version or slice that does not fit is left out whole and counted. Prometheus' `sample_limit` must be above it: it drops a page that is too long altogether."),
        new ValueSetting<MetricsOptions, TimeSpan>("idleAfter", Kinds.Duration(TimeSpan.FromMinutes(1), Decade), m => m.IdleAfter, (m, v) => m with { IdleAfter = v },
            "Event time without predictions or labels, past the horizon, after which a model version or slice leaves the page. Shorter makes a version that pauses at night come and go; longer keeps the alerts of a retired one alive."),
        new ValueSetting<MetricsOptions, IReadOnlyList<double>>("thresholds", Kinds.List(Kinds.Number(0.0001, 0.9999), "thresholds", 0, 20), m => m.Thresholds, (m, v) => m with { Thresholds = v },
            "At which of `monitor.thresholds` precision, recall, F1, specificity and the confusion counts are on the page: eight time series per threshold, window and model version. The API has all."),
    ];

    private static IReadOnlyList<Setting<LogOptions>> LogSettings =>
    [
        new ValueSetting<LogOptions, LogLevel>(
            "level",
            Kinds.Choice(("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error)),
            l => l.Level,
            (l, v) => l with { Level = v },
            "The least that is logged. No level logs payloads, and none logs a line per record."),
        new ValueSetting<LogOptions, LogFormat>(
            "format",
            Kinds.Choice(("auto", LogFormat.Auto), ("text", LogFormat.Text), ("json", LogFormat.Json)),
            l => l.Format,
            (l, v) => l with { Format = v },
            "`auto` writes for people on a terminal and JSON, one object a line, everywhere else."),
    ];

    private static IReadOnlyList<Setting<DriftWatchOptions>> EventSettings =>
    [
        Value("source", Kinds.Line(512, "a URI reference"), o => o.Monitor.Source, (o, v) => o with { Monitor = o.Monitor with { Source = v } },
            "CloudEvents `source`, and a part of every request's id: with the id it tells repeats, so every deployment wants its own. Changing it changes the ids."),
        Value("lifetime", Kinds.Duration(TimeSpan.FromMinutes(1), Decade), o => o.Pipeline.EventLifetime, (o, v) => o with { Pipeline = o.Pipeline with { EventLifetime = v } },
            "After how long a request is not worth acting on any more: its `expirytime`. A pipeline that was down for longer should wait for the next one."),
        Value("modelUri", Kinds.Optional(Kinds.Line(512, "a URI, with {model} and {version} where they go")), o => o.Pipeline.ModelUri, (o, v) => o with { Pipeline = o.Pipeline with { ModelUri = v } },
            "Where models are registered, with `{model}` and `{version}`, such as `models:/{model}/{version}` for MLflow: `modelUri` in every event."),
        Value("dashboardUrl", Kinds.Optional(Kinds.Url), o => o.Pipeline.DashboardUrl, (o, v) => o with { Pipeline = o.Pipeline with { DashboardUrl = v } },
            "Where people look next: a link in every event."),
        Value("runbookUrl", Kinds.Optional(Kinds.Url), o => o.Pipeline.RunbookUrl, (o, v) => o with { Pipeline = o.Pipeline with { RunbookUrl = v } },
            "What to do when a request comes: a link in every event."),
    ];

    private static ValueSetting<PipelineOptions, TValue> Row<TValue>(string name, ValueKind<TValue> kind, Func<PipelineOptions, TValue> get, Func<PipelineOptions, TValue, PipelineOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);
}
