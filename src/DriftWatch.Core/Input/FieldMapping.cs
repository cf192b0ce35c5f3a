using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>Where the fields of one topic's records are, each as a <see cref="FieldPlace"/> is written.</summary>
/// <remarks>The defaults are the input contract: a flat object with the fields named as in <see cref="FieldCatalogue"/>.</remarks>
public sealed record FieldMapping
{
    private Places _places = Places.Default;
    private Equatable<RecordFilter> _filter = new([]);
    private Equatable<SlicePlace> _slices = new([]);

    /// <summary>Where a field is; empty: it is not read.</summary>
    public string this[FieldName field]
    {
        get => _places[field];
        init => _places = _places.With(field, value);
    }

    /// <summary>How values are written; the default is <see cref="RecordFormat.Json"/>.</summary>
    public RecordFormat Format { get; init; }

    /// <summary>The file with the schema of values that name none; null: they name theirs.</summary>
    public string? SchemaFile { get; init; }

    /// <summary>Where event time comes from; the default is <see cref="TimeSource.Payload"/>.</summary>
    public TimeSource TimeFrom { get; init; } = TimeSource.Payload;

    /// <summary>The header that carries event time (epoch ms or RFC 3339) when <see cref="TimeFrom"/> is <see cref="TimeSource.Header"/>.</summary>
    public string? TimeHeader { get; init; }

    /// <summary>What a number in the time's place counts; null: milliseconds, and times before <see cref="EarliestTime"/> are refused, as they are most likely numbers in another unit.</summary>
    public TimestampUnit? TimestampUnit { get; init; }

    /// <summary>The earliest time that is taken where no <see cref="TimestampUnit"/> is stated.</summary>
    public EventTime EarliestTime { get; init; } = EventTime.Year2000;

    /// <summary>What is sent in the place of probabilities: of <see cref="FieldName.Probability"/>, <see cref="FieldName.Confidence"/> and <see cref="FieldName.Probabilities"/>.</summary>
    public ProbabilityTransform Transform { get; init; }

    /// <summary>Model and version of records that name none; null: they must.</summary>
    public string? DefaultModel { get; init; }
    public string? DefaultVersion { get; init; }

    /// <summary>Name of the <see cref="Input.Preset"/> that the mapping began with; null: none. Nothing is read by it.</summary>
    public string? Preset { get; init; }

    /// <summary>Where a record holds several rows, as a <see cref="RowsPlace"/> is written; null: a record is one.</summary>
    public string? Rows { get; init; }

    /// <summary>What a record has to meet, all of it, to be read at all; others are counted and passed over.</summary>
    public IReadOnlyList<RecordFilter> Filter
    {
        get => _filter.All;
        init => _filter = new Equatable<RecordFilter>(value);
    }

    /// <summary>Most slices that have places of their own.</summary>
    public const int MostSlicePlaces = 8;

    /// <summary>Slices that have places of their own, beside those of the object at <see cref="FieldName.Slices"/>.</summary>
    public IReadOnlyList<SlicePlace> SlicePlaces
    {
        get => _slices.All;
        init => _slices = new Equatable<SlicePlace>(value);
    }

    /// <summary>Names of the headers that are read, each once.</summary>
    public IReadOnlyList<string> Headers =>
    [
        .. (TimeFrom == TimeSource.Header && TimeHeader is { } time ? [time] : Array.Empty<string>())
            .Concat(FieldCatalogue.All.Select(row => PlaceOf(row.Field)).Concat(SlicePlaces.Select(slice => slice.Parsed)).Concat(Filter.Select(filter => filter.Place)).Where(place => place.Kind == PlaceKind.Header).Select(place => place.Text))
            .Distinct(),
    ];

    /// <summary>Where a field is.</summary>
    /// <exception cref="ArgumentException">What is said of it names no place.</exception>
    public FieldPlace PlaceOf(FieldName field) =>
        FieldPlace.TryParse(this[field], out var place, out string? error) ? place : throw new ArgumentException($"Field {field}: {error}");

    /// <summary>Where the rows of a record are; null: it is one.</summary>
    /// <exception cref="ArgumentException">What is said of them names no place.</exception>
    public RowsPlace? PlaceOfRows() =>
        Rows is null ? null : RowsPlace.TryParse(Rows, out var place, out string? error) ? place : throw new ArgumentException($"Rows: {error}");

    /// <summary>The same with one field elsewhere.</summary>
    public FieldMapping With(FieldName field, string place) => this with { _places = _places.With(field, place) };

    internal int HeaderIndex(string? name) => name is null ? -1 : Headers.ToList().IndexOf(name);

    /// <summary>Values; equal where all of them are.</summary>
    private sealed class Equatable<T>(IReadOnlyList<T> all) : IEquatable<Equatable<T>>
    {
        public IReadOnlyList<T> All => all;

        public bool Equals(Equatable<T>? other) => other is not null && all.SequenceEqual(other.All);

        public override bool Equals(object? other) => Equals(other as Equatable<T>);

        public override int GetHashCode() => all.Aggregate(0, HashCode.Combine);
    }

    /// <summary>A place for every field; equal where all of them are.</summary>
    private sealed class Places(string[] all) : IEquatable<Places>
    {
        public static readonly Places Default = new([.. FieldCatalogue.All.Select(field => field.Place)]);

        public string this[FieldName field] => all[(int)field];

        public Places With(FieldName field, string place)
        {
            string[] moved = [.. all];
            moved[(int)field] = place;
            return new Places(moved);
        }

        public bool Equals(Places? other) => other is not null && all.SequenceEqual(other.All);

        public override bool Equals(object? other) => Equals(other as Places);

        public override int GetHashCode() => all.Aggregate(0, HashCode.Combine);

        private IEnumerable<string> All => all;
    }
}

/// <summary>Where one slice is.</summary>
/// <param name="Dimension">Its dimension.</param>
/// <param name="Place">As a <see cref="FieldPlace"/> is written.</param>
public sealed record SlicePlace(string Dimension, string Place)
{
    /// <summary>Its place, taken apart.</summary>
    /// <exception cref="ArgumentException">It names no place.</exception>
    public FieldPlace Parsed => FieldPlace.TryParse(Place, out var place, out string? error) ? place : throw new ArgumentException($"Slice {Dimension}: {error}");
}

public enum TimeSource
{
    /// <summary>The field <see cref="FieldName.Timestamp"/>.</summary>
    Payload,

    /// <summary>The header <see cref="FieldMapping.TimeHeader"/>.</summary>
    Header,

    /// <summary>The record's Kafka timestamp.</summary>
    Kafka,
}

/// <summary>Bounds of the reader.</summary>
public sealed record ReadLimits
{
    /// <summary>Longest record value in bytes, at most <see cref="Field.MaxLength"/>; longer ones are <see cref="RejectReason.Oversize"/>.</summary>
    public int MaxRecordBytes { get; init => field = Math.Min(value, Field.MaxLength); } = 1 << 20;

    /// <summary>Longest model or version in bytes. Fixed: they are the values of metric tags, and an event names the model whole or not at all.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>Longest id, class or slice value in bytes.</summary>
    public int MaxStringBytes { get; init; } = 1024;

    /// <summary>Most classes in a vector of probabilities.</summary>
    public int MaxClasses { get; init; } = 10_000;

    /// <summary>Most slices of one prediction.</summary>
    public int MaxSlices { get; init; } = 16;

    /// <summary>Most rows of one record.</summary>
    public int MaxRows { get; init; } = 10_000;

    /// <summary>Deepest nesting.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>How far ahead of the clock an event time may lie.</summary>
    public TimeSpan MaxFuture { get; init; } = TimeSpan.FromMinutes(10);
}
