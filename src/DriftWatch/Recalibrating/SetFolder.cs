using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Replay;
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
    /// <exception cref="ReplayException">They cannot be read now.</exception>
    /// <exception cref="IOException">A place of sets does not answer, or says no.</exception>
    public string Of(SetRequest request)
    {
        string set = shelf.MadeFor(request.Name) ?? Make(request.Attempt > 1 ? ToNow(request) : request, Records(request));
        shelf.Send(set);
        return set;
    }

    private static long Records(SetRequest request) => request.Ranges.Sum(range => range.EndOffset - range.StartOffset);

    /// <param name="request">What is read.</param>
    /// <param name="asked">The records among which as many labeled predictions were as it says.</param>
    private string Make(SetRequest request, long asked)
    {
        long records = Records(request);
        var sample = SetSample.Of((long)(request.Labeled * ((double)records / Math.Max(1, asked))), options.Recalibration.MaxPairs);
        if (records * sample.Rate > options.Recalibration.MaxRecords)
            throw new SetException($"The request names {records} records of predictions{(sample.IsAll ? "" : $", of which {sample.Rate:0.####} are drawn (recalibration.maxPairs)")}, recalibration.maxRecords is {options.Recalibration.MaxRecords}: raise it (about 900 bytes of memory a record at the peak), or make the set by hand with driftwatch set.");
        var reader = new SetReader(options, request, sample);
        var rows = reader.Read();
        if (rows.Count == 0 || (rows.Count < sample.Least(request.Labeled) && !options.Recalibration.PartialSets)) throw new SetException(SetFile.Lack(request, rows, reader.Gone, sample) ?? "The request rests on no labeled prediction.");
        Drafts.Tidy(shelf.Folder);
        return SetFile.Write(shelf.Folder, reader.Asked, rows, options.Recalibration.SetsFormat, compressed: false, reader.Vectors, checksum => shelf.Note(request.Name, checksum), sample, reader.Configuration).Path;
    }

    /// <summary>The same predictions and all that have come since, from partitions too that had none of them.</summary>
    private SetRequest ToNow(SetRequest request)
    {
        try
        {
            using var now = new TopicRange(options.Kafka, [.. options.Kafka.PredictionTopics.Union(request.Ranges.Select(range => range.Topic))], request.From, null);
            var known = request.Ranges.ToDictionary(range => (range.Topic, range.Partition), range => range.StartOffset);
            return request with { Ranges = [.. now.Ranges.Select(range => range with { StartOffset = known.GetValueOrDefault((range.Topic, range.Partition), range.StartOffset) }).Where(range => range.StartOffset < range.EndOffset)] };
        }
        catch (KafkaRangeException failure)
        {
            throw new ReplayException(failure.Message, ExitCode.Failure, failure);
        }
    }
}
