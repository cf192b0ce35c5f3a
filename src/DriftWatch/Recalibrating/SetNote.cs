using System.Text;
using DriftWatch.Core.Drift;

namespace DriftWatch.Recalibrating;

/// <summary>A note that says which set was made for a request, by its checksum.</summary>
internal static class SetNote
{
    /// <param name="request">The event's id. Any text may be one.</param>
    public static string KeyOf(string request) => $".{DeterministicId.Of("set", request)}";

    public static bool IsNote(string key) => key.StartsWith('.') && Guid.TryParseExact(key.AsSpan(1), "D", out _);

    public static byte[] Write(string checksum) => Encoding.UTF8.GetBytes(checksum + "\n");

    public static string Read(byte[] note) => Encoding.UTF8.GetString(note).Trim();
}
