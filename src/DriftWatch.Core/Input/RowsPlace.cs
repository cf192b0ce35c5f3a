using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>Where a record holds its rows, each a prediction or a label of its own, as the configuration writes it: <c>/predictions</c>, <c>/logs/*/entries</c>, <c>value</c>, <c>tensors:/outputs</c>.</summary>
/// <param name="Text">The array in the record's value, as a JSON pointer in which <c>*</c> stands for every element; empty: the value itself is the array.</param>
/// <param name="AreTensors">Whether the array holds tensors by name, as the Open Inference Protocol has them: row i is the i-th stretch of each.</param>
public sealed record RowsPlace(string Text, bool AreTensors)
{
    /// <summary>What may stand there, for messages.</summary>
    public const string Expected = "a JSON pointer to an array such as /predictions or /logs/*/entries, value (the record is the array), or tensors:/outputs";

    private const string Tensors = "tensors:";

    /// <summary>Whether there may be several arrays, or none.</summary>
    public bool HasWildcard => Text.Split('/').Contains("*");

    /// <summary>Reads a place.</summary>
    /// <param name="place">As it is written.</param>
    /// <param name="parsed">The place.</param>
    /// <param name="error">What is wrong with it and how to mend it.</param>
    public static bool TryParse(string place, out RowsPlace? parsed, out string? error)
    {
        parsed = null;
        bool areTensors = place.StartsWith(Tensors, StringComparison.Ordinal);
        string pointer = place == "value" ? "" : areTensors ? place[Tensors.Length..] : place;
        if (!JsonPointer.TryParse(pointer, out _, out error)) return false;
        if (pointer.Length == 0 && place != "value") error = $"\"{place}\" ends where a JSON pointer was expected.";
        if (error is null) parsed = new RowsPlace(pointer, areTensors);
        return error is null;
    }
}
