using System.CommandLine;
using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Commands;

/// <summary>An option that is a moment: a time as records write it, or a date, which is its midnight, UTC.</summary>
internal static class MomentOption
{
    public static Option<EventTime?> Of(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (TimestampText.TryRead(Encoding.UTF8.GetBytes(text.Length == "2026-11-01".Length ? text + "T00:00:00Z" : text), out var time)) return time;
            result.AddError($"{name} {text}: expected a date such as 2026-11-01, or a time such as 2026-11-01T06:00:00Z.");
            return null;
        },
    };
}
