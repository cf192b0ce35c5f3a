using DriftWatch.Core.Time;
using DriftWatch.Json;
using DriftWatch.Pipeline;
using System.Diagnostics;

namespace DriftWatch.Web.Page;

/// <summary>What stands in place of the numbers while this instance has none: whom or what it waits for. Empty tables would look like a loss.</summary>
internal static class WaitingSection
{
    public static void Write(HtmlWriter html, PageView view)
    {
        var snapshot = view.Snapshot;
        html.Add($"""<section id="models" class="waiting {Health.Name(snapshot.Phase)}" aria-labelledby="waiting-title"><h2 id="waiting-title">{Heading(snapshot)}</h2>""");
        if (snapshot.Phase == ServicePhase.Restoring || snapshot.Restore is not null) Restore(html, view);
        foreach (string sentence in Sentences(snapshot)) html.Add($"<p>{sentence}</p>");
        if (snapshot.Fenced > 0) html.Add($"""<p class="attention">{Fenced(snapshot)}</p>""");
        html.Add($"</section>");
    }

    private static void Restore(HtmlWriter html, PageView view)
    {
        var restore = view.Snapshot.Restore;
        double? share = restore is null ? null : RestoreEstimate.Share(restore);
        double percent = Math.Floor((share ?? 0) * 1000) / 10;
        html.Add($"""<div class="progress" role="progressbar" aria-label="Restored" aria-valuemin="0" aria-valuemax="100"{(share is null ? Markup.Empty : HtmlWriter.Of(value => value.Add($" aria-valuenow=\"{percent:0.#}\"")))}>""");
        html.Add($"""<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6"/><rect class="fill" width="{percent:0.#}" height="6"/></svg></div><dl class="facts">""");
        Fact(html, "done", share is null ? Show.Nothing : $"{percent:0.0} %");
        Fact(html, "read again", share is null ? "the checkpoint first" : $"{Show.Count(restore!.Done)} of {Show.Count(restore.Total)} records");
        Fact(html, "for", restore is null ? Show.Nothing : Durations.About(view.Now - restore.Since));
        Fact(html, "left, about", restore is not null && RestoreEstimate.Left(restore, view.Now) is { } left ? Durations.About(left) : Show.Nothing);
        html.Add($"</dl>");
    }

    private static void Fact(HtmlWriter html, string name, string value) => html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>");

    private static string Heading(ServiceSnapshot snapshot) => snapshot.Phase switch
    {
        ServicePhase.Standby when snapshot.Trouble is not null => "Standby, but not ready: this instance does not take over.",
        ServicePhase.Standby => "Standby: another instance does the work.",
        ServicePhase.Restoring => "Restoring: bringing the state to the newest commit.",
        ServicePhase.Disconnected => "Not connected to Kafka.",
        ServicePhase.Stopping => "Stopping.",
        ServicePhase.Stalled => "Standing still: nothing comes of what there is to read.",
        ServicePhase.Halted => "Halted: an operator has to decide.",
        ServicePhase.Starting or ServicePhase.Running => "Starting: looking for the broker and the topics.",
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<string> Sentences(ServiceSnapshot snapshot) => snapshot.Phase switch
    {
        ServicePhase.Standby when snapshot.Trouble is not null => ["What keeps it from taking over is said above; it is ready by itself as soon as that is gone."],
        ServicePhase.Standby =>
        [
            "This instance takes over by itself when the owner leaves, or is silent for longer than the session timeout of the group.",
            "It shows no numbers, since it has none: they are on the page and the metrics of the owner.",
        ],
        ServicePhase.Restoring =>
        [
            "Numbers appear when all of them are as they were at the newest commit. Nothing is counted twice, and nothing is sent again.",
        ],
        ServicePhase.Disconnected => ["What is committed is safe; the work goes on by itself when Kafka lets it."],
        ServicePhase.Stalled => ["The trouble is named above. The work is given up soon, so that a standby takes over; what is committed is safe."],
        ServicePhase.Halted => ["The trouble is named above, with the way out. Nothing is read or committed until then."],
        ServicePhase.Stopping => ["What is committed is safe; the next start goes on there."],
        ServicePhase.Starting or ServicePhase.Running => ["Whether this instance owns the work or stands by is known when a broker has answered."],
        _ => throw new UnreachableException(),
    };

    private static string Fenced(ServiceSnapshot snapshot) =>
        $"This instance was fenced {(snapshot.Fenced == 1 ? "once" : Show.Count(snapshot.Fenced) + " times")}: another one had taken over, or it was silent for too long. Its state was dropped; that of the owner counts.";
}
