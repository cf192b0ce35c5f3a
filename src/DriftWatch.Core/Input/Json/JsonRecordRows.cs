namespace DriftWatch.Core.Input.Json;

/// <summary>Rows of a JSON record.</summary>
internal static class JsonRecordRows
{
    /// <param name="place">Where they are.</param>
    /// <param name="pointers">What is looked for in each.</param>
    /// <param name="limits">Bounds of the reader.</param>
    public static IRecordRows Of(RowsPlace place, IReadOnlyList<(string Pointer, FieldName Field)> pointers, ReadLimits limits)
    {
        var tree = FieldTree.Of(pointers);
        return place.AreTensors ? new TensorRows(tree, limits) : new ElementRows(tree, limits, place.HasWildcard);
    }
}
