using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Series;
using DriftWatch.Replay;

namespace DriftWatch.Recalibrating;

/// <summary>A map as it goes to topic and folder.</summary>
/// <param name="Document">As a reader has it.</param>
/// <param name="Json">Its bytes.</param>
internal sealed record DecidedMap(MapDocument Document, byte[] Json)
{
    /// <summary>The map that a decision chose, after the one before.</summary>
    public static DecidedMap Of(Decision decision, FittedSeries fitted, Candidate chosen)
    {
        byte[] json = MapJsonWriter.Write(new()
        {
            Model = fitted.Key.Model,
            Version = fitted.Key.Version,
            Slice = fitted.Key.Slice?.ToString(),
            View = fitted.ViewName,
            Map = chosen.Map!,
            Classes = fitted.Classes,
            Seen = fitted.Seen,
            Lineage = new(decision.Revision ?? (decision.Parent?.Revision ?? 0) + 1, decision.Parent?.Checksum, fitted.Episode, fitted.Answer.Count, fitted.Answer.Positives, fitted.From, fitted.To, fitted.SetChecksum, $"driftwatch {decision.By.Version}"),
            Gate = fitted.Answer,
            ValidFrom = fitted.To,
        });
        return new(MapJsonReader.Read(json), json);
    }

    /// <summary>Whose claims it maps.</summary>
    public SeriesKey Series => RequestEnvelope.SeriesOf(Document.Model, Document.Version, Document.Slice, Document.View);

    public string Checksum => Document.Checksum!;

    public int Revision => Document.Lineage.Revision;

    /// <summary>Name of its folder: which revision, and the first digits of its checksum.</summary>
    public string Name => $"{Revision}-{Checksum.Split(':')[^1][..8]}";
}
