namespace DriftWatch.Inspection;

/// <summary>No sample can be had; the message says why and what to do.</summary>
internal sealed class SampleException(string message) : Exception(message);
