using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>A file, read: its rows that are what they should be, and counts of those that are not.</summary>
internal sealed record LoadedFile<T>(Rows<T> Rows, RowFaults Faults)
    where T : struct
{
    /// <summary>Rows of the file, readable or not.</summary>
    public long Count => Rows.Count + Faults.Total;

    /// <summary>Where the rows stand; null where nobody asks.</summary>
    public LineMap? Lines { get; init; }

    /// <summary>Texts of the labels.</summary>
    public LabelSpellings? Spellings { get; init; }
}

internal static class Loading
{
    // Ids only have to meet inside one replay, and the same file has to give the same document: a fixed key serves.
    private static readonly byte[] HashKey = "driftwatch replay"u8[..16].ToArray();

    // A place where no record has a member: the model is given, and what the records say of it does not count.
    private const string Nowhere = "/\u0000";

    public static LoadedFile<Prediction> Predictions(ReplayFile file, ReplayRequest request, RouteTable routes, ReplayMeter meter)
    {
        var mapping = Mapping(request);
        IRowReader reader = file.Format == RowFormat.Csv ? Csv(file, mapping, routes, request, request.Slices, request.Model is not null) : Jsonl(file, mapping, routes);
        var (rows, faults) = (new Rows<Prediction>(), new RowFaults(file.Name));
        Guard(file, reader, () =>
        {
            while (reader.Read())
            {
                var reason = reader.ReadPrediction(out var prediction);
                if (reason == RejectReason.None) rows.Add(prediction);
                else faults.Add(reason, reader.Line, reader.Fault, reader.TimeGuess);
                meter.CountPrediction();
            }
        });
        return new(rows, faults);
    }

    public static LoadedFile<Label> Labels(ReplayFile file, ReplayRequest request, ReplayMeter meter)
    {
        // A label has no route, so this thread needs no share in the table of the other.
        var (lines, spellings) = (new LineMap(), new LabelSpellings());
        var routes = new RouteTable(new SeriesOptions()) { Spellings = spellings };
        IRowReader reader = file.Format == RowFormat.Csv ? Csv(file, Mapping(request), routes, request, null, false) : Jsonl(file, Mapping(request), routes);
        var (rows, faults) = (new Rows<Label>(), new RowFaults(file.Name));
        Guard(file, reader, () =>
        {
            while (reader.Read())
            {
                var reason = reader.ReadLabel(out var label);
                if (reason == RejectReason.None)
                {
                    lines.Add(rows.Count, reader.Line);
                    rows.Add(label);
                }
                else faults.Add(reason, reader.Line, reader.Fault, reader.TimeGuess);
                meter.CountLabel();
            }
        });
        return new(rows, faults) { Lines = lines, Spellings = spellings };
    }

    private static FieldMapping Mapping(ReplayRequest request)
    {
        var mapping = new FieldMapping
        {
            DefaultModel = request.Model ?? ReplayFile.ModelName(request.Predictions),
            TimestampUnit = request.TimestampUnit,
            EarliestTime = request.Origin is { } origin ? EventTime.Min(origin, EventTime.Year2000) : EventTime.Year2000,
        };
        return request.Model is null ? mapping : mapping.With(FieldName.Model, Nowhere);
    }

    private static CsvRows Csv(ReplayFile file, FieldMapping mapping, RouteTable routes, ReplayRequest request, IReadOnlyList<string>? slices, bool overrideModel)
    {
        var limits = new ReadLimits();
        var csv = new CsvReader(file.Content, limits.MaxRecordBytes);
        var header = CsvColumns.ReadHeader(file.Name, csv);
        var columns = slices is null ? CsvColumns.OfLabels(file.Name, header) : CsvColumns.OfPredictions(file.Name, header, slices, overrideModel);
        return new CsvRows(csv, columns, new RecordAssembler(mapping, limits, routes, HashKey), limits, new MissingWords(request.Missing));
    }

    private static JsonlRows Jsonl(ReplayFile file, FieldMapping mapping, RouteTable routes)
    {
        var limits = new ReadLimits();
        // One byte more than a record may have, so that the reader can say that it is too long.
        return new JsonlRows(new LineReader(file.Content, limits.MaxRecordBytes + 1), new MessageReader(mapping, limits, routes, HashKey));
    }

    private static void Guard(ReplayFile file, IRowReader reader, Action read)
    {
        try
        {
            read();
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw new ReplayException($"{file.Name}: reading broke off after line {reader.Line}: {failure.Message}", ExitCode.Failure, failure);
        }
    }
}
