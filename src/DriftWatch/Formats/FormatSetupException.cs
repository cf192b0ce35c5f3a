namespace DriftWatch.Formats;

/// <summary>What a format is read by cannot be used: a file that the settings name is missing or broken. The message names it, with the fix.</summary>
internal sealed class FormatSetupException(string message, Exception inner) : Exception(message, inner);
