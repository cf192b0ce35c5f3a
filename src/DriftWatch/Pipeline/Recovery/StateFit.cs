using DriftWatch.Core.Monitoring;
using DriftWatch.Core.State;
using DriftWatch.Options;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>Whether an instance can go on with stored state, as far as its header tells: an owner asks before it restores, a standby before it says that it is ready.</summary>
internal sealed class StateFit(PipelineOptions options, MonitorOptions monitor)
{
    /// <summary>What stands against going on, in one sentence that names each setting; null if nothing does.</summary>
    /// <param name="header">The header of the state.</param>
    /// <param name="inputs">The topics that are to be read, and the part of each.</param>
    public string? Objection(CheckpointHeader header, IReadOnlyDictionary<string, StreamPart> inputs)
    {
        var stored = header.Partitions.Select(p => (p.Part, p.Topic)).Distinct().ToList();
        var now = inputs.Select(one => (one.Value, one.Key)).ToList();
        string[] different =
        [
            .. StateSettings.Differences(stored, now),
            .. StateSettings.Differences(header.Settings, StateSettings.Of(options, monitor, stored)),
        ];
        return different.Length == 0 ? null : $"The stored state was made under other settings (stored → configured): {string.Join("; ", different)}.";
    }

    /// <inheritdoc cref="Objection(CheckpointHeader, IReadOnlyDictionary{string, StreamPart})"/>
    public string? Objection(byte[] header, IReadOnlyDictionary<string, StreamPart> inputs)
    {
        var read = new CheckpointHeader();
        try
        {
            StateExchange.Read(read, header);
        }
        catch (StateFormatException unknown)
        {
            return $"The checkpoint cannot be read: {unknown.Message}";
        }

        return Objection(read, inputs);
    }
}
