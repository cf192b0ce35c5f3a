using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;
using DriftWatch.Json;

namespace DriftWatch.Web.Page;

/// <summary>What fired, when, and what it means, newest first.</summary>
internal static class EpisodesSection
{
    private const int MostRows = 30;

    public static void Write(HtmlWriter html, PageView view)
    {
        var episodes = view.Snapshot.Monitor.Episodes;
        html.Add($"""<section id="episodes" aria-labelledby="episodes-title"><h2 id="episodes-title">Episodes</h2>""");
        if (episodes.Count == 0)
        {
            html.Add($"""<p class="muted">No drift detected yet.</p></section>""");
            return;
        }

        html.Add($"""<ol class="episodes">""");
        foreach (var episode in episodes.Reverse().Take(MostRows)) Write(html, view, episode);
        html.Add($"</ol>");
        if (episodes.Count > MostRows) html.Add($"""<p class="note">{episodes.Count - MostRows} older ones are <a href="api/v1/episodes?pretty">in the API</a>.</p>""");
        html.Add($"</section>");
    }

    private static void Write(HtmlWriter html, PageView view, Episode episode)
    {
        var series = view.Snapshot.Monitor.Series.FirstOrDefault(s => s.Key == episode.Series);
        var rule = view.Snapshot.Options.For(episode.Series.Model).Threshold;
        bool lasts = episode.Recovered is null;
        html.Add($"""<li class="{(lasts ? "lasts" : "over")}"><p class="what"><span class="chip {(lasts ? "drifting" : "calibrated")}"><span aria-hidden="true">{(lasts ? "▲" : "●")}</span> {(lasts ? "lasts" : episode.SupersededBy is null ? "recovered" : "superseded")}</span> """);
        if (series is not null) html.Add($"""<a data-live href="{view.Selection.Link(view.Snapshot.Options.Windows, series)}">{Name(episode)}</a>""");
        else html.Add($"{Name(episode)}");
        html.Add($"""</p><p class="sentence">{Sentences.Of(episode.Direction, Sentences.GapAt(series, episode, rule))}</p>""");
        html.Add($"""<p class="when">Since {Show.Moment(episode.Onset, view.Snapshot.Options)}{Show.Within(episode.OnsetInterval, view.Snapshot.Options)}, fired {Show.Moment(episode.Fired, view.Snapshot.Options)} after {Show.Count(episode.PredictionsToFire)} labeled predictions{(episode.Recovered is { } end ? $", {(episode.SupersededBy is { } version ? $"superseded by version {version}" : "recovered")} {Show.Moment(end, view.Snapshot.Options)} ({Durations.About(end - episode.Onset)})" : "")}. Rule {episode.Rule}{Said(episode)}{(episode.RequestId is { } id ? $". Request {id}" : Withheld(episode))}. Episode {episode.IdUnder(view.Snapshot.Options.Source)}.</p>""");
        if (episode.Answer is { } answer) html.Add($"""<p class="when">{Answered(episode, answer)}</p>""");
        html.Add($"</li>");
    }

    private static string Answered(Episode episode, EpisodeAnswer answer) =>
        DecisionText.Answered(answer) + episode.State switch
        {
            EpisodeState.Ineffective or EpisodeState.Worsened => " " + DecisionText.Unproven(answer),
            EpisodeState.Recovered => DecisionText.Proven(answer),
            EpisodeState.Firing or EpisodeState.Cooling or EpisodeState.Answered or EpisodeState.Dismissed or EpisodeState.Inactive or EpisodeState.Pending => "",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static string Said(Episode episode)
    {
        string what = (episode.Direction is { } direction ? $", {direction.Name()}" : "") + DirectionText.Details(episode.Temperature, episode.Region);
        return episode.LogEvidence is { } evidence ? $"{what}, ln E {evidence:0.0}" : what;
    }

    private static string Withheld(Episode episode) => episode.Withheld switch
    {
        "covered" when episode.Versions is not null => ". No request of its own: one of these versions has been requested",
        "covered" => ". No request of its own: its model version has been requested",
        "cooldown" => ". No request yet: the cooldown of the last one lasts",
        "answered" => ". It was answered before it was asked for",
        "disabled" => ". Requests are switched off for this model",
        _ => ". No request was sent",
    };

    private static Markup Name(Episode episode) => HtmlWriter.Of(html =>
    {
        html.Add($"<bdi>{episode.Series.Model}</bdi> <bdi>{Show.Version(episode.Series.Version)}</bdi>");
        if (episode.Versions is { } versions) html.Add($" <small>over all versions, judged: <bdi>{versions.ToString()}</bdi></small>");
        if (episode.Series.Slice is { } slice) html.Add($" <bdi>{slice.ToString()}</bdi>");
        if (!Core.Series.Views.IsMain(episode.Series.View)) html.Add($" <bdi>{episode.Series.ViewName}</bdi>");
    });
}
