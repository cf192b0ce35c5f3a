namespace DriftWatch.Core.State;

/// <summary>Stored state that cannot be read: cut off, damaged, or written by a version that kept something else.</summary>
public sealed class StateFormatException(string message) : Exception(message);
