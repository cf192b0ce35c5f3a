using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DriftWatch.Artefacts;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Core.Recalibration;
using DriftWatch.Options;
using DriftWatch.Recalibrating;

namespace DriftWatch.Chaos.Loop;

/// <summary>What must be there in the end: of every episode one set, one map where the verdict is <c>accept</c>, one decision, one answer that the service has counted once, and one run; and no file beside.</summary>
/// <remarks>It takes the requests as given, and works out from them and from the decisions which records and which files there are to be, byte for byte.</remarks>
internal sealed class LoopOracle
{
    private readonly LoopEvidence _seen;
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, StoredRecord> _requests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AuditRecord> _decisions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);

    private LoopOracle(LoopEvidence seen) => _seen = seen;

    /// <summary>Each in a sentence; none: all is as it should be.</summary>
    public static List<string> Faults(LoopEvidence seen)
    {
        var oracle = new LoopOracle(seen);
        oracle.Requests();
        oracle.Decisions();
        oracle.Answers();
        oracle.Maps();
        oracle.Sets();
        oracle.NothingElse();
        oracle.Runs();
        oracle.Counts();
        return oracle._faults;
    }

    private void Requests()
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (var record in _seen.Requests)
        {
            var root = LoopEvidence.Json(record);
            if (!ids.Add(Text(root, "id"))) Fault($"event {Text(root, "id")} is there twice");
            if (Text(root, "type") == CloudEventWriter.RequestedType && !_requests.TryAdd(Text(root, "correlationid"), record)) Fault($"episode {Text(root, "correlationid")} has asked twice");
        }

        if (_seen.DeadLetters.Count > 0) Fault($"{_seen.DeadLetters.Count} dead letters, though all that was sent can be read");
    }

    private void Decisions()
    {
        foreach (var record in _seen.Audit)
        {
            string episode = Encoding.UTF8.GetString(record.Key!);
            if (!_requests.ContainsKey(episode)) Fault($"a decision on episode {episode}, which has not asked");
            if (!_decisions.TryAdd(episode, AuditRecord.Read(record.Value))) Fault($"episode {episode} was decided on twice");
        }

        foreach (string episode in _requests.Keys.Where(episode => !_decisions.ContainsKey(episode))) Fault($"episode {episode} was not decided on");
    }

    private void Answers()
    {
        HashSet<string> answered = new(StringComparer.Ordinal);
        foreach (var record in _seen.Answers)
        {
            var root = LoopEvidence.Json(record);
            string episode = Text(root, "correlationid");
            if (Text(root, "type") != CloudEventWriter.CompletedType) Fault($"episode {episode}: an answer of type {Text(root, "type")}");
            if (!answered.Add(episode)) Fault($"episode {episode} was answered twice");
            if (!_decisions.TryGetValue(episode, out var decision)) continue;
            var data = root.GetProperty("data");
            var said = (Text(root, "causationid"), Text(data, "verdict"), Checksum(data, "set"), Checksum(data, "map"));
            var decided = (decision.Draft.Request.Event, decision.Verdict, decision.SetChecksum, decision.MapChecksum);
            if (said != decided) Fault($"episode {episode}: the answer says {said}, the decision {decided}");
        }

        foreach (string episode in _decisions.Keys.Where(episode => !answered.Contains(episode))) Fault($"episode {episode} was not answered");
        foreach (string episode in answered.Where(episode => !_decisions.ContainsKey(episode))) Fault($"episode {episode} was answered and not decided on");
    }

    private void Maps()
    {
        HashSet<string> published = new(StringComparer.Ordinal);
        foreach (var series in _seen.Maps.GroupBy(record => Encoding.UTF8.GetString(record.Key!)))
        {
            MapDocument? before = null;
            foreach (var record in series.OrderBy(record => record.Offset))
            {
                var map = new DecidedMap(MapJsonReader.Read(record.Value), record.Value!); // checks the checksum
                if (record.Headers["checksum"] != map.Checksum) Fault($"{series.Key}: a record of {map.Checksum} says {record.Headers["checksum"]}");
                if ((map.Revision, map.Document.Lineage.Parent) != ((before?.Lineage.Revision ?? 0) + 1, before?.Checksum)) Fault($"{series.Key}: revision {map.Revision} of parent {map.Document.Lineage.Parent} comes after {before?.Lineage.Revision}, {before?.Checksum}");
                string? episode = map.Document.Lineage.Episode;
                if (episode is null || !published.Add(episode)) Fault($"{series.Key}: a second map of episode {episode}");
                else if (!_decisions.TryGetValue(episode, out var decision) || (decision.MapRevision, decision.MapChecksum, decision.SetChecksum) != (map.Revision, map.Checksum, map.Document.Lineage.SetChecksum)) Fault($"{series.Key}: revision {map.Revision} is not what was decided on episode {episode}");
                Expect(map);
                before = map.Document;
            }

            if (before is not null) Expect($"{PathOf(before)}/{MapFolder.Current}", Encoding.UTF8.GetBytes($"{before.Lineage.Revision}-{before.Checksum!.Split(':')[^1][..8]}\n"));
        }

        foreach (var (episode, _) in _decisions.Where(one => one.Value.MapChecksum is not null && !published.Contains(one.Key))) Fault($"episode {episode}: its map was not published");
    }

    private void Expect(DecidedMap map)
    {
        foreach (var (path, content) in MapFiles.Of(map.Document, map.Json, new RecalibrationOptions().StorageUri, BuildInfo.Version)) Expect($"{PathOf(map.Document)}/{map.Name}/{path}", content);
    }

    private void Sets()
    {
        foreach (var (episode, decision) in _decisions.Where(one => one.Value.SetChecksum is not null))
        {
            string set = $"sets/{decision.SetChecksum}.arrow";
            if (!_expected.Add(set)) Fault($"episode {episode} shares its set with another");
            if (!_seen.Files.TryGetValue(set, out var content)) Fault($"episode {episode}: its set {set} is not there");
            else if (Convert.ToHexStringLower(SHA256.HashData(content)) != decision.SetChecksum) Fault($"episode {episode}: its set {set} is torn");
            Expect($"sets/.{DeterministicId.Of("set", decision.Draft.Request.Event)}", Encoding.UTF8.GetBytes(decision.SetChecksum + "\n"));
        }
    }

    private void Expect(string path, byte[] content)
    {
        _expected.Add(path);
        if (!_seen.Files.TryGetValue(path, out var found)) Fault($"{path} is not there");
        else if (!found.AsSpan().SequenceEqual(content)) Fault($"{path} is torn, or another's: {found.Length} bytes, {content.Length} expected");
    }

    private void NothingElse()
    {
        foreach (string path in _seen.Files.Keys.Where(path => !_expected.Contains(path) && !LoopEvidence.IsDraft(path))) Fault($"{path} belongs to nothing that was decided");
    }

    private void Runs()
    {
        foreach (var (episode, request) in _requests)
        {
            if (!_seen.Runs.TryGetValue(episode, out string? cause)) Fault($"episode {episode}: no run was started");
            else if (cause != Text(LoopEvidence.Json(request), "id")) Fault($"episode {episode}: its run was started for event {cause}");
        }

        foreach (string name in _seen.Runs.Keys.Where(name => !_requests.ContainsKey(name))) Fault($"run {name} was started for nothing that was committed");
    }

    /// <summary>Every answer has one fate, and each that settled an episode was told once.</summary>
    private void Counts()
    {
        if (_seen.Counted.Values.Sum() != _seen.Answers.Count) Fault($"the service has counted {_seen.Counted.Values.Sum()} answers ({string.Join(", ", _seen.Counted.Where(one => one.Value > 0).Select(one => $"{one.Key} {one.Value}"))}), there are {_seen.Answers.Count}");
        if (_seen.Counted.GetValueOrDefault("repeated") > 0) Fault($"{_seen.Counted["repeated"]} answers were repeated, and every episode has one");
        HashSet<string> told = new(StringComparer.Ordinal);
        foreach (var root in _seen.Requests.Select(LoopEvidence.Json).Where(root => Text(root, "type") == CloudEventWriter.UpdatedType))
        {
            if (!told.Add(Text(root, "correlationid"))) Fault($"episode {Text(root, "correlationid")}: its answer was told twice");
        }

        if (told.Count != _seen.Counted.GetValueOrDefault("completed")) Fault($"{_seen.Counted.GetValueOrDefault("completed")} answers were applied, {told.Count} were told");
    }

    private void Fault(string what) => _faults.Add(what);

    private static string PathOf(MapDocument map) => MapFolder.PathOf(RequestEnvelope.SeriesOf(map.Model, map.Version, map.Slice, map.View));

    private static string? Checksum(JsonElement data, string name) => data.GetProperty(name) is { ValueKind: JsonValueKind.Object } one ? one.GetProperty("checksum").GetString() : null;

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString()!;
}
