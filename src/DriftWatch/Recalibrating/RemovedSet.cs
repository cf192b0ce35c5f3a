using System.Text;
using DriftWatch.Core.Time;

namespace DriftWatch.Recalibrating;

/// <summary>What is left of a set that retention has taken: a line that says when and why.</summary>
internal static class RemovedSet
{
    public static string KeyOf(string checksum) => checksum + ".removed";

    public static byte[] Write(EventTime when, long bytes, string why) => Encoding.UTF8.GetBytes($"removed by retention at {when}: {why}; it had {bytes} bytes\n");

    /// <summary>The sentence, without an end.</summary>
    public static string Read(byte[] line) => Encoding.UTF8.GetString(line).TrimEnd();
}
