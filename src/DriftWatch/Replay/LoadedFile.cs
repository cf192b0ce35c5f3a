using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Files;

namespace DriftWatch.Replay;

/// <summary>What was read of one kind of records: those that are what they should be, and counts of those that are not.</summary>
internal sealed record LoadedFile<T>(Rows<T> Rows, RowFaults Faults, IReadOnlyList<string> Notes)
    where T : struct
{
    /// <summary>All of them, readable or not.</summary>
    public long Count => Rows.Count + Faults.Total;

    /// <summary>Where the rows stand; null where nobody asks.</summary>
    public LineMap? Lines { get; init; }

    /// <summary>Texts of the labels.</summary>
    public LabelSpellings? Spellings { get; init; }
}

internal static class Loading
{
    private delegate RejectReason ReadRow<T>(IRowReader reader, out T row);

    // Ids only have to meet inside one replay, and the same file has to give the same document: a fixed key serves.
    public static readonly byte[] HashKey = "driftwatch replay"u8[..16].ToArray();

    public static LoadedFile<Prediction> Predictions(InputFiles files, ReplayRequest request, RouteTable routes, ReplayMeter meter)
    {
        var configured = request.Configured is { } options && request.Slices.Count == 0 ? options.Models.Values.Append(options.Default).SelectMany(model => model.Slices ?? []) : [];
        var terms = Terms(FieldRecords.Predictions, Mapping(request, request.PredictionFields, files.Stem), request, routes) with
        {
            // Asked for by a flag, they must be there; a configuration names dimensions of all models, of which a file need not have each.
            Slices = request.Slices,
            MoreSlices = [.. configured.Distinct()],
            ModelIsGiven = request.Model is not null,
        };
        var read = Read<Prediction>(files, terms, meter.CountPrediction, (reader, out row) => reader.ReadPrediction(out row));
        return read with { Notes = [.. OfTopicsOnly(request.PredictionFields), .. read.Notes] };
    }

    public static LoadedFile<Label> Labels(InputFiles files, ReplayRequest request, RouteTable routes, ReplayMeter meter)
    {
        var terms = Terms(FieldRecords.Labels, Mapping(request, request.LabelFields, ""), request, routes);
        var lines = new LineMap();
        var read = Read<Label>(files, terms, meter.CountLabel, (reader, out row) => reader.ReadLabel(out row), lines.Add);
        return read with { Lines = lines, Spellings = routes.Spellings, Notes = [.. OfTopicsOnly(request.LabelFields), .. read.Notes] };
    }

    private static LoadedFile<T> Read<T>(InputFiles files, RowTerms terms, Action count, ReadRow<T> readRow, Action<int, string, IRowReader>? note = null)
        where T : struct
    {
        var (rows, faults) = (new Rows<T>(), new RowFaults());
        List<string> notes = [];
        foreach (var file in files.Open())
        {
            using var reader = RowReaders.Open(file, terms);
            try
            {
                while (reader.Read())
                {
                    var reason = readRow(reader, out var row);
                    if (reason != RejectReason.None)
                    {
                        faults.Add(reason, file.Name, reader);
                    }
                    else
                    {
                        note?.Invoke(rows.Count, file.Name, reader);
                        rows.Add(row);
                    }

                    count();
                }
            }
            catch (Exception failure) when (failure is InvalidDataException or IOException)
            {
                throw new ReplayException($"{file.Name}: reading broke off after {reader.Counted} {reader.Number}: {failure.Message}", ExitCode.Failure, failure);
            }

            notes.AddRange(file.Notes);
        }

        return new(rows, faults, notes);
    }

    private static IEnumerable<string> OfTopicsOnly(FieldMapping configured) =>
        configured.Filter.Where(filter => !IsInFiles(filter)).Select(filter => $"files have no headers, keys and topics: all rows are taken to meet the condition '{filter}'");

    private static bool IsInFiles(RecordFilter filter) => filter.Place.Kind is PlaceKind.Value or PlaceKind.Row;

    private static RowTerms Terms(FieldRecords records, FieldMapping mapping, ReplayRequest request, RouteTable routes) =>
        new() { Records = records, Mapping = mapping, Limits = request.Limits, Routes = routes, HashKey = HashKey, Missing = request.Missing };

    /// <summary>What the configuration says of the fields, less what only records of a topic have: key, headers, topic and timestamps of Kafka. What is read from there is looked for under its own name.</summary>
    private static FieldMapping Mapping(ReplayRequest request, FieldMapping configured, string stem)
    {
        var mapping = Overridden(request, configured);
        foreach (var row in FieldCatalogue.All)
        {
            var place = mapping.PlaceOf(row.Field);
            if (place.Kind is PlaceKind.Key or PlaceKind.Header or PlaceKind.Topic or PlaceKind.Constant) mapping = mapping.With(row.Field, row.Place);
            if (place.Kind == PlaceKind.Constant && row.Field == FieldName.Model) mapping = mapping with { DefaultModel = mapping.DefaultModel ?? place.Text };
            if (place.Kind == PlaceKind.Constant && row.Field == FieldName.Version) mapping = mapping with { DefaultVersion = mapping.DefaultVersion ?? place.Text };
        }

        return mapping with { TimeFrom = TimeSource.Payload, DefaultModel = mapping.DefaultModel ?? stem, Filter = [.. mapping.Filter.Where(IsInFiles)] };
    }

    /// <summary>What the configuration says of the fields, and what the command line says instead.</summary>
    public static FieldMapping Overridden(ReplayRequest request, FieldMapping configured) => configured with
    {
        DefaultModel = request.Model ?? configured.DefaultModel,
        TimestampUnit = request.TimestampUnit ?? configured.TimestampUnit,
        EarliestTime = request.Origin is { } origin ? EventTime.Min(origin, EventTime.Year2000) : EventTime.Year2000,
    };
}
