using DriftWatch.Core.Input;
using DriftWatch.Formats.Avro;

namespace DriftWatch.Formats.Registry;

/// <summary>How a question for a schema ended.</summary>
internal enum AnswerKind
{
    /// <summary>It is there, and can be read by.</summary>
    Found,

    /// <summary>It is there, and no value can be read by it.</summary>
    Unusable,

    /// <summary>The registry does not have it, as far as it knows now.</summary>
    Missing,

    /// <summary>Nobody answered, or not as a registry does.</summary>
    Failed,
}

/// <summary>What is known of a schema.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Shape">The schema; null: there is none to read by.</param>
/// <param name="Fault">Of <see cref="AnswerKind.Unusable"/> and <see cref="AnswerKind.Missing"/>: why records are refused for it.</param>
/// <param name="Trouble">Of <see cref="AnswerKind.Failed"/>: what is wrong, in one sentence with the fix.</param>
internal sealed record SchemaAnswer(AnswerKind Kind, AvroShape? Shape = null, FormatFault Fault = default, string? Trouble = null);
