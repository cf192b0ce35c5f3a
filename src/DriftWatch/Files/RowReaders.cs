using DriftWatch.Core.Input;

namespace DriftWatch.Files;

/// <summary>Opens the rows of a file, however they are written.</summary>
internal static class RowReaders
{
    // A place where no record has a member: the model is given, and what the records say of it does not count.
    private const string Nowhere = "/\u0000";

    /// <exception cref="FileException">It has no rows that could be read: a column is missing, or its format is broken.</exception>
    public static IRowReader Open(InputFile file, RowTerms terms) => file.Kind switch
    {
        FileKind.Csv => OpenCsv(file, terms),
        // One byte more than a record may have, so that the reader can say that it is too long.
        FileKind.JsonLines => new JsonRows(new LineReader(file.Content, terms.Limits.MaxRecordBytes + 1), Json(terms)),
        FileKind.JsonValues => new JsonRows(new JsonValueReader(file.Content, terms.Limits.MaxRecordBytes + 1), Json(terms)),
        FileKind.Arrow => new TableRows(file, new ArrowTable(file), terms),
        FileKind.Parquet => new TableRows(file, new ParquetTable(file), terms),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static CsvRows OpenCsv(InputFile file, RowTerms terms)
    {
        var csv = new CsvReader(file.Content, terms.Limits.MaxRecordBytes, CsvDelimiter.Of(file.Start));
        var columns = TableColumns.Of(file.Name, TableColumns.ReadHeader(file.Name, csv), terms);
        NoteConditions(file, columns);
        return new CsvRows(csv, columns, new RecordAssembler(terms.Mapping, terms.Limits, terms.Routes, terms.HashKey), new RecordFields(terms.Limits, terms.Mapping.Transform), new MissingWords(terms.Missing));
    }

    /// <summary>Says which conditions were not asked, since nothing in the file answers them: all rows are taken to meet them.</summary>
    public static void NoteConditions(InputFile file, TableColumns columns)
    {
        foreach (var filter in columns.NotAsked) file.Notes.Add($"{file.Name}: no column for the condition '{filter}'; all rows are taken to meet it");
    }

    /// <summary>A mapping under which records say nothing of the model.</summary>
    public static FieldMapping WithoutModel(FieldMapping mapping) => mapping.With(FieldName.Model, Nowhere);

    private static MessageReader Json(RowTerms terms) => new(terms.ModelIsGiven ? WithoutModel(terms.Mapping) : terms.Mapping, terms.Limits, terms.Routes, terms.HashKey);
}
