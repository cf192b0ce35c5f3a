using DriftWatch.Core.Recalibration;

namespace DriftWatch.Client;

/// <summary>The calibration map of one model version that is in place now, for any number of threads; it changes under them at once, and the last good one is kept.</summary>
/// <remarks>Where documents come from: <see cref="MapFile"/> or <see cref="MapTopic"/>. A document is taken whole or not at all: its checksum, its form, and whose it is are looked at first.</remarks>
public sealed class CurrentMap(string model, string version)
{
    private volatile MapDocument? _document;
    private volatile string? _why;
    private long _refused;

    /// <summary>What is in place; null: nothing, claims stay as they are.</summary>
    public MapDocument? Document => _document;

    /// <summary>Why the newest document was not taken; null: it was, or there was none. The map before stays in place.</summary>
    public string? Refusal => _why is { } why ? $"The calibration map was not taken: {why}. {(_document is { } kept ? $"Revision {kept.Lineage.Revision} stays in place." : "Claims stay as they are.")}" : null;

    /// <summary>Documents that were not taken.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Calibrates a claim.</summary>
    /// <param name="claim">A probability, 0 to 1. What is no number stays none: no map makes a probability of it.</param>
    public Calibrated Apply(double claim) =>
        _document is { } document && !double.IsNaN(claim) ? new(claim, document.Map.Apply(claim), document.Lineage.Revision) : new(claim, claim, 0);

    /// <summary>Puts a document in place.</summary>
    /// <param name="utf8">The document as it was published, byte for byte; null: there is no map any more.</param>
    /// <returns>Whether it was taken.</returns>
    public bool TryTake(ReadOnlyMemory<byte>? utf8)
    {
        if (!TryRead(utf8, out var document)) return false;
        Put(document);
        return true;
    }

    /// <summary>Reads a document, or null as none, without putting it in place; one that cannot be taken is counted.</summary>
    internal bool TryRead(ReadOnlyMemory<byte>? utf8, out MapDocument? document)
    {
        document = null;
        try
        {
            if (utf8 is not { } bytes) return Accept();
            var read = MapJsonReader.Read(bytes);
            if (read.Model != model || read.Version != version) return Refuse($"it is of model {read.Model}, version {read.Version}, wanted is that of {model}, version {version}");
            if (read.Slice is not null) return Refuse($"it is of the slice {read.Slice} alone");
            if (read.Map.Classes != 2) return Refuse($"it maps vectors of {read.Map.Classes} classes, not one claim");
            document = read;
            return Accept();
        }
        catch (MapFormatException wrong)
        {
            return Refuse(wrong.Message);
        }
    }

    /// <summary>Puts a document in place that was read; null: there is no map any more.</summary>
    internal void Put(MapDocument? document) => _document = document;

    private bool Accept()
    {
        _why = null;
        return true;
    }

    private bool Refuse(string why)
    {
        _why = why;
        Interlocked.Increment(ref _refused);
        return false;
    }
}
