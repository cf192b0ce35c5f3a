using System.Diagnostics;
using DriftWatch.Options;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>What can be wrong with the input as a whole, while every part of the service works.</summary>
internal enum ProblemKind
{
    /// <summary>Most records of a topic are rejected.</summary>
    Rejected,

    /// <summary>No record of a topic meets its filter.</summary>
    Filtered,

    /// <summary>Records of a topic wait for their schema, and the registry does not give it.</summary>
    SchemaRegistry,

    /// <summary>Most records of a topic are too far behind the watermark to count.</summary>
    Late,

    /// <summary>Predictions and labels flow and have no id in common.</summary>
    NothingJoins,

    /// <summary>Most labels of a model carry times before their predictions, by more than its lead.</summary>
    LabelsEarly,

    /// <summary>Most labels of a model carry times after their predictions by more than its horizon.</summary>
    LabelsLate,

    /// <summary>Labels of a model counted as negative that look like its positive one, or like none.</summary>
    LabelSpelling,
}

internal static class ProblemKinds
{
    /// <summary>Which problems a topic of a part can have. <see cref="ProblemKind.LabelSpelling"/> is a note of a model, and none of a topic.</summary>
    public static IReadOnlyList<ProblemKind> Of(StreamPart part) => part == StreamPart.Predictions
        ? [ProblemKind.Rejected, ProblemKind.Filtered, ProblemKind.SchemaRegistry, ProblemKind.Late]
        : [ProblemKind.Rejected, ProblemKind.Filtered, ProblemKind.SchemaRegistry, ProblemKind.Late, ProblemKind.NothingJoins, ProblemKind.LabelsEarly, ProblemKind.LabelsLate];

    /// <summary>The name in metrics and JSON.</summary>
    public static string Name(this ProblemKind kind) => kind switch
    {
        ProblemKind.Rejected => "rejected",
        ProblemKind.Filtered => "filtered",
        ProblemKind.SchemaRegistry => "schema_registry",
        ProblemKind.Late => "late",
        ProblemKind.NothingJoins => "nothing_joins",
        ProblemKind.LabelsEarly => "labels_early",
        ProblemKind.LabelsLate => "labels_late",
        ProblemKind.LabelSpelling => "label_spelling",
        _ => throw new UnreachableException(),
    };

    /// <summary>The heading on the page.</summary>
    public static string Heading(this ProblemKind kind) => kind switch
    {
        ProblemKind.Rejected => "Records are rejected.",
        ProblemKind.Filtered => "Nothing passes the filter.",
        ProblemKind.SchemaRegistry => "Records wait for their schema.",
        ProblemKind.Late => "Records come too late.",
        ProblemKind.NothingJoins => "Nothing joins.",
        ProblemKind.LabelsEarly => "Labels before their predictions.",
        ProblemKind.LabelsLate => "Labels after the horizon.",
        ProblemKind.LabelSpelling => "Labels counted as negative.",
        _ => throw new UnreachableException(),
    };
}

/// <summary>What tells one problem from another, however its words and figures change.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Part">Whose records.</param>
/// <param name="Topic">Their topic; null where it concerns all label topics.</param>
/// <param name="Model">Their model; null where it is not known or does not matter.</param>
internal readonly record struct ProblemKey(ProblemKind Kind, StreamPart Part, string? Topic, string? Model);

/// <summary>Something that is wrong with the input, the most likely cause, and the setting that it hangs on. Holds nothing of what records say.</summary>
/// <param name="Key">Which problem.</param>
/// <param name="What">What is seen, in one sentence with figures.</param>
/// <param name="Cause">The most likely cause and what to do, in a sentence or two.</param>
/// <param name="Settings">The settings to look at, by their names in the configuration.</param>
internal sealed record InputProblem(ProblemKey Key, string What, string Cause, IReadOnlyList<string> Settings)
{
    /// <summary>Whether it is only worth knowing: it may be as it should be, and nobody is called for it.</summary>
    public bool IsNote { get; init; }

    /// <summary>When it was first seen.</summary>
    public DateTimeOffset Since { get; init; }
}
