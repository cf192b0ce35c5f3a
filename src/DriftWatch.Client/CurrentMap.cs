using DriftWatch.Core.Recalibration;

namespace DriftWatch.Client;

/// <summary>The calibration map of one model version that is in place now, for any number of threads; it changes under them at once, and the last good one is kept.</summary>
/// <remarks>Where documents come from: <see cref="MapFile"/> or <see cref="MapTopic"/>. A document is taken whole or not at all: its checksum, its form, and whose it is are looked at first.</remarks>
public sealed class CurrentMap(string model, string version)
{
    private volatile MapDocument? _document;
    private volatile string? _refusal;
    private long _refused;

    /// <summary>What is in place; null: nothing, claims stay as they are.</summary>
    public MapDocument? Document => _document;

    /// <summary>Why the newest document was not taken; null: it was, or there was none. The map before stays in place.</summary>
    public string? Refusal => _refusal;

    /// <summary>Documents that were not taken.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Calibrates a claim.</summary>
    /// <param name="claim">A probability, 0 to 1.</param>
    public Calibrated Apply(double claim) =>
        _document is { } document ? new(claim, document.Map.Apply(claim), document.Lineage.Revision) : new(claim, claim, 0);

    /// <summary>Puts a document in place.</summary>
    /// <param name="utf8">The document as it was published, byte for byte; null: there is no map any more.</param>
    /// <returns>Whether it was taken.</returns>
    public bool TryTake(ReadOnlyMemory<byte>? utf8)
    {
        if (utf8 is not { } bytes)
        {
            (_document, _refusal) = (null, null);
            return true;
        }

        try
        {
            var document = MapJsonReader.Read(bytes);
            if (document.Model != model || document.Version != version) return Refuse($"it is of model {document.Model}, version {document.Version}, wanted is that of {model}, version {version}");
            if (document.Slice is not null) return Refuse($"it is of the slice {document.Slice} alone");
            if (document.Map.Classes != 2) return Refuse($"it maps vectors of {document.Map.Classes} classes, not one claim");
            (_document, _refusal) = (document, null);
            return true;
        }
        catch (MapFormatException wrong)
        {
            return Refuse(wrong.Message);
        }
    }

    private bool Refuse(string why)
    {
        _refusal = $"The calibration map was not taken: {why}. {(_document is { } kept ? $"Revision {kept.Lineage.Revision} stays in place." : "Claims stay as they are.")}";
        Interlocked.Increment(ref _refused);
        return false;
    }
}
