using System.CommandLine;

namespace DriftWatch.Commands;

/// <summary>Options whose value is more than a text: a wrong one is a usage error that says what is right.</summary>
internal static class Parsed
{
    /// <param name="name">The option, <c>--timeout</c>.</param>
    /// <param name="helpName">What stands for the value in help.</param>
    /// <param name="description">What it does.</param>
    /// <param name="expected">What may be written.</param>
    /// <param name="parse">Reads it: whether it could, and the value.</param>
    /// <param name="otherwise">The value without the option.</param>
    public static Option<TValue> Option<TValue>(string name, string helpName, string description, string expected, Func<string, (bool Read, TValue Value)> parse, TValue otherwise)
    {
        var option = new Option<TValue>(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string text = result.Tokens is [var token] ? token.Value : "";
                var (read, value) = parse(text);
                if (!read) result.AddError($"{name} {text}: expected {expected}");
                return value;
            },
        };
        if (otherwise is not null) option.DefaultValueFactory = _ => otherwise;
        return option;
    }
}
