namespace DriftWatch.Core.Input.Columns;

/// <summary>Where the bytes of a cell are; no length: the cell is empty.</summary>
public readonly record struct CellPlace(int Start, int Length);
