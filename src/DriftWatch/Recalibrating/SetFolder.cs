using DriftWatch.Options;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <summary>Which set was made for a request: read from the topics once, whatever happens afterwards.</summary>
/// <remarks>
/// Labels may come, or be corrected, between a crash and the next try, and would make another set. So the checksum is written down, under the request's name, before the set is moved in: who finds both takes them, who finds
/// the note alone reads again, and there is never a set that nobody names.
/// </remarks>
internal sealed class SetFolder(DriftWatchOptions options, SetShelf shelf)
{

    /// <summary>The set of a request.</summary>
    /// <returns>Where its file lies.</returns>
    /// <exception cref="SetException">The topics do not hold it any more.</exception>
    /// <exception cref="Replay.ReplayException">They cannot be read now.</exception>
    /// <exception cref="IOException">A place of sets does not answer, or says no.</exception>
    public string Of(SetRequest request)
    {
        string set = shelf.MadeFor(request.Event) ?? Make(request);
        shelf.Send(set);
        return set;
    }

    private string Make(SetRequest request)
    {
        long records = request.Ranges.Sum(range => range.EndOffset - range.StartOffset);
        if (records > options.Recalibration.MaxRecords)
            throw new SetException($"The request names {records} records of predictions, recalibration.maxRecords is {options.Recalibration.MaxRecords}: raise it (about 900 bytes of memory a record at the peak), or make the set by hand with driftwatch set.");
        var reader = new SetReader(options, request);
        var rows = reader.Read();
        if (rows.Count == 0 || (rows.Count < request.Labeled && !options.Recalibration.PartialSets)) throw new SetException(SetFile.Lack(request, rows, reader.Gone) ?? "The request rests on no labeled prediction.");
        Drafts.Tidy(shelf.Folder);
        return SetFile.Write(shelf.Folder, request, rows, options.Recalibration.SetsFormat, compressed: false, reader.Vectors, checksum => shelf.Note(request.Event, checksum)).Path;
    }
}
