using System.Runtime.CompilerServices;
using System.Text;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>Turns the fields of one record, from JSON or CSV alike, into a <see cref="Prediction"/> or <see cref="Label"/>, or says why not.</summary>
/// <remarks>One owner thread; allocates only for a route never seen before. Checks in this order: what the format's reader noted, id, time, model, version, slices, probability, the probability of a label, its source.</remarks>
public sealed partial class RecordAssembler
{
    private readonly FieldMapping _mapping;
    private readonly ReadLimits _limits;
    private readonly RouteTable _routes;
    private readonly PredictionIdHash _ids;
    private readonly VectorKeeper _vectors;
    private readonly RouteKey _key;
    private readonly RouteCache _recent = new();
    private readonly byte[]? _defaultModel;
    private readonly byte[] _defaultVersion;
    private readonly TimestampUnit _unit;
    private readonly EventTime _earliest;
    private readonly string _timeInWords;
    private readonly int _timeHeader;
    private readonly ReadFault _fault = new();

    /// <remarks>The 16 bytes of <paramref name="hashKey"/> key the hashes of ids and routes; every process that joins the same topics needs the same ones.</remarks>
    public RecordAssembler(FieldMapping mapping, ReadLimits limits, RouteTable routes, ReadOnlySpan<byte> hashKey)
    {
        (_mapping, _limits, _routes) = (mapping, limits, routes);
        _vectors = new VectorKeeper(routes);
        var hash = new SipHash(hashKey);
        _ids = new PredictionIdHash(hash);
        _key = new RouteKey(hash);
        _defaultModel = mapping.DefaultModel is { Length: > 0 } model ? Encoding.UTF8.GetBytes(model) : null;
        _defaultVersion = Encoding.UTF8.GetBytes(mapping.DefaultVersion ?? "");
        _timeHeader = mapping.HeaderIndex(mapping.TimeHeader);
        _unit = mapping.TimestampUnit ?? TimestampUnit.Milliseconds;
        _earliest = mapping.TimestampUnit is null ? mapping.EarliestTime : EventTime.Earliest;
        _timeInWords = $"epoch {_unit.ToString().ToLowerInvariant()} or RFC 3339 with an offset, from {_earliest.ToDateTimeOffset().Year} to 2109";
    }

    /// <summary>How many vectors had more than one most likely class.</summary>
    public long Ties { get; private set; }

    /// <summary>What was wrong with the last record: where, what was expected, what was found; null if nothing was.</summary>
    public string? LastFault => _fault.Describe(_mapping, withFound: true);

    /// <summary>The same without anything of the record: where, and what was expected.</summary>
    public string? LastFaultForLogs => _fault.Describe(_mapping, withFound: false);

    /// <summary>The same with the class that is wrong, where one is: for whoever replays files of his own.</summary>
    public string? LastFaultForFiles => _fault.Describe(_mapping, withFound: false, withClasses: true);

    /// <summary>What the last record's time was probably meant to be, where it was refused for that and looks like anything.</summary>
    public TimeGuess? LastTimeGuess => _fault.TimeGuess;

    internal ReadFault Fault => _fault;

    internal FieldMapping Mapping => _mapping;

    internal ReadLimits Limits => _limits;

    internal PredictionIdHash Ids => _ids;

    /// <summary>What numbers in the place of a time count.</summary>
    internal TimestampUnit Unit => _unit;

    /// <summary>What is earlier is refused.</summary>
    internal EventTime EarliestTime => _earliest;

    /// <summary>Notes that nothing was wrong with the last record.</summary>
    internal void Accept()
    {
        if (_fault.Reason != RejectReason.None) _fault.Clear();
    }

    /// <summary>Makes a prediction of a record whose event time is one of its fields.</summary>
    /// <param name="record">The bytes that the fields point into.</param>
    /// <param name="fields">What was found there.</param>
    /// <param name="now">The clock, for the bound on future times.</param>
    /// <param name="prediction">The prediction, where the result is <see cref="RejectReason.None"/>.</param>
    public RejectReason ReadPrediction(ReadOnlySpan<byte> record, RecordFields fields, EventTime now, out Prediction prediction) =>
        ReadPrediction(record, fields, default, now, out prediction);

    /// <summary>Makes a label of a record whose event time is one of its fields.</summary>
    public RejectReason ReadLabel(ReadOnlySpan<byte> record, RecordFields fields, EventTime now, out Label label) =>
        ReadLabel(record, fields, default, now, out label);

    internal RejectReason ReadPrediction(ReadOnlySpan<byte> record, RecordFields fields, in RecordView view, EventTime now, out Prediction prediction)
    {
        prediction = default;
        var reason = Begin(record, fields, view, now, out var id, out var time);
        if (reason != RejectReason.None) return reason;
        reason = ReadRoute(record, fields, out int route, out double confidence);
        if (reason != RejectReason.None) return reason;
        reason = ReadWeight(record, fields, out var weight);
        if (reason != RejectReason.None) return reason;
        prediction = new Prediction(id, time, route, confidence, Latency: ReadLatency(record, fields), Weight: weight);
        if (fields.Vector.Started) KeepVector(record, fields, ref prediction);
        return RejectReason.None;
    }

    private static ServingLatency ReadLatency(ReadOnlySpan<byte> record, RecordFields fields) =>
        fields[FieldName.Latency] is { Kind: not FieldKind.Absent } field ? ServingLatency.Read(field.Kind, fields.TextOf(record, field)) : default;

    /// <summary>Keeps the vector where the model's views need it; it has been checked, unless the record says its most likely class itself.</summary>
    private void KeepVector(ReadOnlySpan<byte> record, RecordFields fields, ref Prediction prediction)
    {
        if (_routes[prediction.Route].Classes is not { } classes || fields.Vector.Check() != RejectReason.None) return;
        prediction = prediction with { Vector = _vectors.Keep(record, fields, classes) };
    }

    internal RejectReason ReadLabel(ReadOnlySpan<byte> record, RecordFields fields, in RecordView view, EventTime now, out Label label)
    {
        label = default;
        var reason = Begin(record, fields, view, now, out var id, out var time);
        if (reason != RejectReason.None) return reason;
        reason = ReadValue(record, fields, out var value);
        if (reason != RejectReason.None) return reason;
        reason = ReadWeight(record, fields, out var weight);
        if (reason != RejectReason.None) return reason;
        label = new Label(id, time, value, Weight: weight);
        if (_routes.Sources is { } sources)
        {
            reason = ReadName(record, fields, FieldName.Source, null, out var source);
            if (reason != RejectReason.None) return reason;
            label = label with { Source = sources.NumberOf(source) };
        }

        if (_routes.Identity == PredictionIdentity.Id || fields[FieldName.Model].Kind == FieldKind.Absent) return RejectReason.None;
        reason = ReadAddressee(record, fields, out int addressee);
        label = label with { Addressee = addressee };
        return reason;
    }

    /// <summary>Whom a label addresses that names a model.</summary>
    private RejectReason ReadAddressee(ReadOnlySpan<byte> record, RecordFields fields, out int addressee)
    {
        addressee = Addressees.Everyone;
        var reason = ReadName(record, fields, FieldName.Model, null, out var model);
        if (reason != RejectReason.None || model.Length == 0) return reason;
        reason = ReadName(record, fields, FieldName.Version, null, out var version);
        if (reason != RejectReason.None) return reason;
        if (_routes.Addressees.TryFind(model, version, out addressee))
        {
            addressee = Math.Min(addressee, Addressees.Nobody);
            return reason;
        }

        string name = Text(model), number = Text(version);
        if (UnseenText.IsIn(name)) return _fault.Note(RejectReason.Schema, FieldName.Model, UnseenText.NameExpected, model);
        if (UnseenText.IsIn(number)) return _fault.Note(RejectReason.Schema, FieldName.Version, UnseenText.NameExpected, version);
        addressee = _routes.AddresseeOf(name, number.Length > 0 ? number : null);
        return RejectReason.None;
    }

    private RejectReason ReadRoute(ReadOnlySpan<byte> record, RecordFields fields, out int route, out double confidence)
    {
        (route, confidence) = (-1, 0);
        var reason = ReadName(record, fields, FieldName.Model, _defaultModel, out var model);
        if (reason != RejectReason.None) return reason;
        if (model.Length == 0) return _fault.Note(RejectReason.MissingModel, FieldName.Model, "a model, or a default model for the topic");
        reason = ReadName(record, fields, FieldName.Version, _defaultVersion, out var version);
        if (reason != RejectReason.None) return reason;
        reason = ReadConfidence(record, fields, out var view, out var predicted, out confidence);
        if (reason != RejectReason.None) return reason;

        foreach (ref readonly var slice in fields.Slices)
        {
            reason = CheckSlice(record, fields, slice);
            if (reason != RejectReason.None) return reason;
        }

        var parts = new RouteParts(model, version, view, predicted);
        if (_recent.TryFind(record, fields, parts, out int place, out route)) return RejectReason.None;
        reason = FindRoute(record, fields, parts, out route);
        if (reason == RejectReason.None) _recent.Remember(place, record, fields, parts, route);
        return reason;
    }

    /// <summary>Finds the route of what was not seen lately by its key.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RejectReason FindRoute(ReadOnlySpan<byte> record, RecordFields fields, in RouteParts parts, out int route)
    {
        _key.Start(parts.Model, parts.Version, parts.View, parts.Predicted);
        foreach (ref readonly var slice in fields.Slices) _key.Add(fields.DimensionOf(record, slice), fields.TextOf(record, slice.Value));
        var key = _key.Value;
        if (_routes.TryFind(key, out route)) return RejectReason.None;

        string model = Text(parts.Model), version = Text(parts.Version);
        if (UnseenText.IsIn(model)) return _fault.Note(RejectReason.Schema, FieldName.Model, UnseenText.NameExpected, parts.Model);
        if (UnseenText.IsIn(version)) return _fault.Note(RejectReason.Schema, FieldName.Version, UnseenText.NameExpected, parts.Version);
        var description = new RouteDescription(
            model, version, parts.View, parts.View == View.TopLabel ? Text(parts.Predicted) : null, Slices(record, fields));
        return _routes.TryRegister(key, description, out route) ? RejectReason.None : _fault.Note(RejectReason.UnknownModel, FieldName.Model, "a model that is watched", parts.Model);
    }

    /// <summary>A model, a version or a source: text, or a number as it is written.</summary>
    private RejectReason ReadName(ReadOnlySpan<byte> record, RecordFields fields, FieldName name, byte[]? otherwise, out ReadOnlySpan<byte> text)
    {
        var field = fields[name];
        text = fields.TextOf(record, field);
        switch (field.Kind)
        {
            case FieldKind.Text or FieldKind.Number or FieldKind.Bare:
                if (text.Length > ReadLimits.MaxNameBytes) return _fault.Note(RejectReason.Oversize, name, "a name of at most 128 bytes", text);
                if (text.Length > 0) return RejectReason.None;
                goto case FieldKind.Absent;
            case FieldKind.Absent:
                text = otherwise;
                return RejectReason.None;
            default:
                return Expected(RejectReason.Schema, name, "a string or a number", record, fields);
        }
    }

    private RejectReason CheckSlice(ReadOnlySpan<byte> record, RecordFields fields, in SliceField slice)
    {
        var value = slice.Value;
        if (value.Kind is FieldKind.Structure or FieldKind.NotFinite)
            return _fault.Note(RejectReason.Schema, FieldName.Slices, "only strings, numbers and booleans", fields.TextOf(record, value));
        if (value.Length > _limits.MaxStringBytes || fields.DimensionOf(record, slice).Length > _limits.MaxStringBytes) return TooLong(FieldName.Slices, fields.TextOf(record, value));
        return RejectReason.None;
    }

    private RejectReason Expected(RejectReason reason, FieldName name, string expected, ReadOnlySpan<byte> record, RecordFields fields) =>
        _fault.Note(reason, name, expected, fields.TextOf(record, fields[name]));

    private RejectReason TooLong(FieldName name, ReadOnlySpan<byte> found) => _fault.Note(RejectReason.Oversize, name, "shorter text (limit maxStringBytes)", found);

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static Slice[] Slices(ReadOnlySpan<byte> record, RecordFields fields)
    {
        var slices = new Slice[fields.Slices.Length];
        for (int i = 0; i < slices.Length; i++)
        {
            ref readonly var slice = ref fields.Slices[i];
            slices[i] = new Slice(Text(fields.DimensionOf(record, slice)), Text(fields.TextOf(record, slice.Value)));
        }

        // The order of a record must not show in the order of the series.
        Array.Sort(slices, (a, b) => string.CompareOrdinal(a.Dimension, b.Dimension));
        return slices;
    }
}
