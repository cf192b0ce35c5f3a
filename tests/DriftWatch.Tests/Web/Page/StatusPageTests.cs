using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Pipeline;

namespace DriftWatch.Web.Page;

public class StatusPageTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&`\u202E javascript:x";

    [Theory]
    [InlineData("show=mature", 0)]
    [InlineData("show=latest", 0)]
    [InlineData("show=mature&window=6h", 1)]
    [InlineData("show=mature&scale=data", 0)]
    public async Task ThePointsOfTheDiagramEqualTheNumbersOfTheApi(string query, int width)
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());
        string window = SimulatedService.Options.Windows[width].TotalHours + "h";
        using var json = JsonDocument.Parse(await host.Get("/api/v1/series?model=fraud&version=7&window=" + window));
        var windows = json.RootElement.GetProperty("series")[0].GetProperty("windows").EnumerateArray().ToList();
        var expected = query.Contains("latest", StringComparison.Ordinal) ? windows[^1] : windows.Last(w => w.GetProperty("mature").GetBoolean());

        var svg = Svg(await host.Get("/?model=fraud&version=7&" + query), "reliability");

        double most = Number(svg, "data-maximum");
        var points = svg.Descendants().Where(e => e.Attribute("class")?.Value.StartsWith("bin ", StringComparison.Ordinal) == true).ToList();
        var bins = expected.GetProperty("bins").EnumerateArray().Where(b => b.GetProperty("n").GetInt64() > 0).ToList();
        Assert.Equal(bins.Count, points.Count);
        Assert.True(bins.Count > 10);
        foreach (var (bin, point) in bins.Zip(points))
        {
            double n = bin.GetProperty("n").GetInt64();
            double claimed = bin.GetProperty("sumProbability").GetDouble() / n, observed = bin.GetProperty("positives").GetInt64() / n;
            Assert.Equal(n, Number(point, "data-n"));
            Assert.Equal(claimed, Number(point, "data-confidence"));
            Assert.Equal(observed, Number(point, "data-frequency"));
            var circle = point.Elements().Single(e => e.Name.LocalName == "circle");
            // The drawing itself: 490 units for the whole axis, from 54 rightwards and from 504 upwards, rounded to a thousandth of a unit.
            Assert.Equal(claimed, (Number(circle, "cx") - 54) / 490 * most, 0.001 / 490);
            Assert.Equal(observed, (504 - Number(circle, "cy")) / 490 * most, 0.001 / 490);
            Assert.InRange(observed, Number(point, "data-low"), Number(point, "data-high"));
        }

        var bars = svg.Descendants().Where(e => e.Attribute("class")?.Value == "bar").Select(e => Number(e, "data-n"));
        Assert.Equal(bins.Select(b => b.GetProperty("n").GetDouble()), bars);
    }

    [Fact]
    public async Task AnswersThatChangedNothingAreSeenWithTheirReasons()
    {
        var busy = SimulatedService.Busy();
        await using var host = await WebHost.Start(busy with
        {
            Answers = new("answers", new Dictionary<AnswerResult, long> { [AnswerResult.Completed] = 2, [AnswerResult.Repeated] = 3, [AnswerResult.Malformed] = 5 })
            {
                NotApplied = [new("answers[1]@6", AnswerResult.Repeated, "e", "ada has answered"), new("answers[0]@7", AnswerResult.Malformed, null, Hostile)],
            },
        });

        string page = await host.Get("/");

        Assert.Matches("""answers <code>answers</code></h3><dl class="pairs"><div><dt>records</dt><dd>10</dd></div><div><dt>applied</dt><dd>2</dd></div><div class="attention"><dt>passed over</dt><dd>3</dd></div><div class="attention"><dt>dead letters</dt><dd>5</dd></div>""", page);
        Assert.Contains("answers[1]@6</code> repeated: <bdi>ada has answered</bdi>", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("answers[0]@7", StringComparison.Ordinal) < page.IndexOf("answers[1]@6", StringComparison.Ordinal), "the newest comes first");
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        // Of all types, not requests alone.
        Assert.Contains("<dt>events sent</dt>", page, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await host.Get("/api/v1/status"));
        Assert.Equal("repeated", json.RootElement.GetProperty("answers").GetProperty("notApplied")[0].GetProperty("result").GetString());
    }

    [Fact]
    public async Task FurtherViewsAreListedUnderTheirModelAndShownOnTheirOwn()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        string whole = await host.Get("/?model=image-tagger&version=resnet50-b");
        string cat = await host.Get("/?model=image-tagger&version=resnet50-b&view=class%3Acat");

        Assert.Contains("Further views", whole, StringComparison.Ordinal);
        Assert.Contains("view=class%3Acat", whole, StringComparison.Ordinal);
        Assert.Contains("class:&lt;dog&gt; &amp; co", whole, StringComparison.Ordinal);
        Assert.Contains("not judged", whole, StringComparison.Ordinal);
        Assert.Contains("class cat against the rest", cat, StringComparison.Ordinal);
        Assert.Contains("no rule judges it", cat, StringComparison.Ordinal);
        Assert.Contains(">whole model</a>", cat, StringComparison.Ordinal);
        Assert.DoesNotContain("Further views", await host.Get("/?model=churn&version=2026-10"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostileNamesAreTextEverywhere()
    {
        var key = SimulatedService.Key(Hostile, Hostile, new Slice(Hostile, Hostile));
        var busy = SimulatedService.Busy();
        var series = busy.Monitor.Series.Select(s => s with { Key = s.Key.Slice is null ? key with { Slice = null } : key }).Take(6).ToList();
        var picture = busy with
        {
            Trouble = Hostile,
            RecentEvents = [JsonSerializer.Serialize(new { id = Hostile, type = Hostile, subject = Hostile, data = new { model = Hostile } })],
            Streams = [busy.Streams[0] with { Name = Hostile, Topic = Hostile }],
            Monitor = busy.Monitor with
            {
                Series = series,
                Models = [busy.Monitor.Models[0] with { Model = Hostile }],
                Episodes = [busy.Monitor.Episodes[0] with { Series = key, Rule = Hostile, RequestId = Hostile }],
            },
        };
        await using var host = await WebHost.Start(picture);

        string page = await host.Get("/?model=" + Uri.EscapeDataString(Hostile) + "&show=" + Uri.EscapeDataString(Hostile));

        Assert.True(Regex.Count(page, "&lt;script&gt;alert\\(1\\)") > 10);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(page, "<script"));
        Assert.DoesNotContain("href=\"javascript", page, StringComparison.Ordinal);
        // Every tag of the body is one of ours with well-formed attributes: what is left after taking them away has no angle bracket.
        string rest = Regex.Replace(page[page.IndexOf("<body", StringComparison.Ordinal)..], "<(/?[a-z][a-z0-9]*)((\\s+[a-zA-Z][a-zA-Z0-9-]*(=\"[^\"<>]*\")?)*)\\s*/?>", "");
        Assert.DoesNotContain('<', rest);
        Assert.DoesNotContain('>', rest);
    }

    [Fact]
    public async Task ThePageRunsNothingThatIsNotOurFile()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var answer = await host.Ask("/");

        string policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        string page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotMatch(" style=\"| on[a-z]+=\"|<style|https?://", page);
        foreach (System.Text.RegularExpressions.Match asset in Regex.Matches(page, "(?:src|href)=\"(/assets/[^\"]+)\""))
        {
            using var file = await host.Ask(asset.Groups[1].Value);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.DoesNotMatch("https?://(?!www.w3.org)", await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task TheScriptGetsTheSameBodyThatTheFirstPaintShows()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        string whole = await host.Get("/?model=churn"), live = await host.Get("/live?model=churn");

        Assert.Contains(live, whole, StringComparison.Ordinal);
        Assert.Contains("id=\"reliability\"", live, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryLinkOfThePageLeadsSomewhere()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());
        string page = await host.Get("/");

        var links = Regex.Matches(page, "href=\"([^\"#]*)").Select(m => "/" + WebUtility.HtmlDecode(m.Groups[1].Value)).Distinct().ToList();

        Assert.True(links.Count > 70, $"only {links.Count} links");
        foreach (string link in links.Where((_, i) => i < 20 || i % 9 == 0))
        {
            using var answer = await host.Ask(link);
            Assert.True(answer.IsSuccessStatusCode, link);
        }
    }

    [Fact]
    public async Task ALinkToASliceShowsTheSlice()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        string page = await host.Get("/?model=fraud&version=7&slice=region%3Deu");

        Assert.Contains("""<span class="slice"><bdi>region=eu</bdi></span>""", page, StringComparison.Ordinal);
        Assert.Contains("whole model", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Starting", "Starting: looking for the broker and the topics.")]
    [InlineData("Standby", "Standby: another instance does the work.")]
    [InlineData("Restoring", "Restoring: bringing the state to the newest commit.")]
    [InlineData("Disconnected", "Not connected to Kafka.")]
    public async Task WithoutAStateThePageSaysWhatItWaitsForAndShowsNothingThatLooksLikeALoss(string phase, string heading)
    {
        await using var host = await WebHost.Start(SimulatedService.Without(Enum.Parse<ServicePhase>(phase)));

        string page = await host.Get("/");

        Assert.Contains(heading, page, StringComparison.Ordinal);
        Assert.Contains($"<title>({phase.ToLowerInvariant()}) DriftWatch</title>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"pipeline\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"episodes\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("No predictions yet.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<table", page, StringComparison.Ordinal);
        Assert.Equal(phase == "Restoring", page.Contains("role=\"progressbar\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARestoreShowsItsProgress()
    {
        await using var host = await WebHost.Start(SimulatedService.Restoring());
        string half = WebUtility.HtmlDecode(await host.Get("/"));
        host.Board.Publish(SimulatedService.Without(ServicePhase.Restoring, new(0, 0, SimulatedService.Now)));
        string beginning = WebUtility.HtmlDecode(await host.Get("/"));

        Assert.Contains("aria-valuenow=\"60\"", half, StringComparison.Ordinal);
        Assert.Contains("<rect class=\"fill\" width=\"60\" height=\"6\"/>", half, StringComparison.Ordinal);
        Assert.Contains("<dd>60.0 %</dd>", half, StringComparison.Ordinal);
        Assert.Contains("<dd>1\u202F200\u202F000 of 2\u202F000\u202F000 records</dd>", half, StringComparison.Ordinal);
        Assert.Contains("<dt>left, about</dt><dd>27 s</dd>", half, StringComparison.Ordinal);
        Assert.DoesNotContain("aria-valuenow", beginning, StringComparison.Ordinal);
        Assert.Contains("the checkpoint first", beginning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommitsWarningsAndBeingFencedAreOnThePage()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);
        string calm = WebUtility.HtmlDecode(await host.Get("/"));
        host.Board.Publish(picture with { Warnings = ["Retention of <labels> is short."], Fenced = 2, RestoreMismatches = 1, CommitFailures = 3 });
        string loud = await host.Get("/");
        host.Board.Publish(SimulatedService.Without(ServicePhase.Standby) with { Fenced = 1 });
        string standby = await host.Get("/");

        Assert.Contains("<dt>epochs</dt><dd>268\u202F000</dd>", calm, StringComparison.Ordinal);
        Assert.Contains("<dt>mean commit time</dt><dd>11.6 ms</dd>", calm, StringComparison.Ordinal);
        Assert.Contains("<dt>p95 commit time</dt><dd>50 ms</dd>", calm, StringComparison.Ordinal);
        Assert.Contains("<dt>last checkpoint</dt><dd>17 s ago</dd>", calm, StringComparison.Ordinal);
        Assert.Contains("<dt>last checkpoint size</dt><dd>214.3 kB</dd>", calm, StringComparison.Ordinal);
        Assert.DoesNotContain("fenced", calm, StringComparison.Ordinal);
        Assert.Contains("<p class=\"warned\"><strong>Warning.</strong> Retention of &lt;labels&gt; is short.</p>", loud, StringComparison.Ordinal);
        Assert.Contains("<div class=\"attention\"><dt>fenced</dt><dd>2 times</dd></div>", loud, StringComparison.Ordinal);
        Assert.Contains("<strong>Restore mismatch.</strong>", loud, StringComparison.Ordinal);
        Assert.Contains("This instance was fenced once:", standby, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Running", "No predictions yet.")]
    [InlineData("Disconnected", "Not connected to Kafka.")]
    public async Task ANewcomerIsToldWhatToDoNext(string phase, string heading)
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh() with { Phase = Enum.Parse<ServicePhase>(phase) });

        string page = await host.Get("/");

        Assert.Contains(heading, page, StringComparison.Ordinal);
        Assert.Contains("<code>predictions</code>", page, StringComparison.Ordinal);
        Assert.Contains("driftwatch demo", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheExampleRecordsOfTheEmptyPageAreJson()
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh());

        var examples = Regex.Matches(await host.Get("/"), "<pre>([^<]+)</pre>").Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).ToList();

        Assert.Equal(2, examples.Count);
        foreach (string example in examples) using (JsonDocument.Parse(example)) { }
    }

    [Fact]
    public async Task WhatIsWaitedForIsSaid()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        string thin = WebUtility.HtmlDecode(await host.Get("/?model=search-ctr"));
        string maturing = WebUtility.HtmlDecode(await host.Get("/?model=fraud&version=7"));

        Assert.Matches("Needs 500 labeled predictions in a window to be judged, has [0-9]+\\.", thin);
        Assert.Contains("Maturing: labels of the window 2026-11-21 13:00 – 14:00 are awaited until 2026-11-21 15:00, 36 min of event time from now.", maturing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LostRecordsAndRefusedOnesAreLoud()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);
        string calm = WebUtility.HtmlDecode(await host.Get("/"));
        Assert.DoesNotContain("Records lost.", calm, StringComparison.Ordinal);
        Assert.DoesNotContain("in no window", calm, StringComparison.Ordinal);

        host.Board.Publish(picture with
        {
            Streams = [picture.Streams[0] with { LostRecords = 1234 }, picture.Streams[1]],
            Monitor = picture.Monitor with { Refused = 17 },
        });
        string page = WebUtility.HtmlDecode(await host.Get("/"));

        Assert.Contains("<p class=\"trouble\" role=\"alert\"><strong>Records lost.</strong> The retention of topic prod.predictions deleted 1\u202F234 records before they were read.", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "Records lost\\."));
        Assert.Contains("<div class=\"attention\"><dt>in no window</dt><dd>17</dd></div>", page, StringComparison.Ordinal);
        var metrics = new Metrics.MetricsText(await host.Get("/metrics"));
        Assert.Equal(1234, metrics["driftwatch_consumer_lost_records_total{topic=\"prod.predictions\"}"]);
        Assert.Equal(0, metrics["driftwatch_consumer_lost_records_total{topic=\"prod.labels\"}"]);
        Assert.Equal(17, metrics["driftwatch_panes_refused_total"]);
        using var status = JsonDocument.Parse(await host.Get("/api/v1/status"));
        Assert.Equal(1234, status.RootElement.GetProperty("streams")[0].GetProperty("lostRecords").GetInt64());
        Assert.Equal(17, status.RootElement.GetProperty("join").GetProperty("refused").GetInt64());
    }

    [Fact]
    public async Task TheTrendHasAPointForEachWindowAndASpanForEachEpisode()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);

        var svg = Svg(await host.Get("/?model=fraud&version=7"), "trend");

        int windows = picture.Monitor.Series[0].Windows[0].History.Count(w => w.Metrics.Ece is not null);
        Assert.Equal(windows, svg.Descendants().Count(e => e.Attribute("class")?.Value == "dot"));
        Assert.Equal(1, svg.Descendants().Count(e => e.Attribute("class")?.Value == "episode"));
        Assert.Equal(2, svg.Descendants().Count(e => e.Attribute("class")?.Value.StartsWith("threshold ", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task WindowsOfSecondsAreToldToTheSecond()
    {
        var picture = InSeconds(SimulatedService.Busy());
        await using var host = await WebHost.Start(picture);

        string page = WebUtility.HtmlDecode(await host.Get("/?model=fraud&version=7"));

        Assert.Contains("<span class=\"stretch\">2026-11-21 06:27:00 – 06:27:10 UTC</span>", page, StringComparison.Ordinal);
        Assert.Contains("Maturing: labels of the window 2026-11-21 06:27:10 – 06:27:20 are awaited until 2026-11-21 07:27:20", page, StringComparison.Ordinal);
        Assert.Contains("Since 2026-11-21 06:26:30, fired 2026-11-21 06:26:50 after", page, StringComparison.Ordinal);
        var ticks = Svg(await host.Get("/?model=fraud&version=7"), "trend").Descendants().Where(e => e.Attribute("class")?.Value == "tick middle").Select(e => e.Value);
        Assert.Equal(["06:26:30", "06:26:45", "06:27:00", "06:27:15", "06:27:30"], ticks);
        Assert.DoesNotMatch("(?<![:0-9])[0-9]{2}:[0-9]{2}(?![:0-9])", page);
    }

    /// <summary>The picture of a service whose windows are ten seconds wide.</summary>
    private static ServiceSnapshot InSeconds(ServiceSnapshot picture)
    {
        var width = TimeSpan.FromSeconds(10);
        var start = EventTime.From(new DateTimeOffset(2026, 11, 21, 6, 26, 30, TimeSpan.Zero));
        var first = picture.Monitor.Series[0];
        var history = first.Windows[0].History.TakeLast(6).Select((w, i) => w with { Start = start + (i * width), End = start + ((i + 1) * width), Mature = i < 4 }).ToList();
        return picture with
        {
            Options = picture.Options with { Windows = [width] },
            Monitor = picture.Monitor with
            {
                Watermark = start + TimeSpan.FromSeconds(58),
                Series = [first with { Windows = [new(width, history, history[3])] }],
                Episodes = [picture.Monitor.Episodes[1] with { Onset = start, Fired = start + (2 * width) }],
            },
        };
    }

    private static XElement Svg(string page, string id)
    {
        int start = page.IndexOf("<svg class=\"" + (id == "trend" ? "trend" : "diagram"), StringComparison.Ordinal);
        Assert.True(start >= 0, "no drawing");
        string svg = page[start..(page.IndexOf("</svg>", start, StringComparison.Ordinal) + 6)];
        return XElement.Parse(svg.Replace(" data-live ", " ", StringComparison.Ordinal));
    }

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)?.Value ?? "NaN", CultureInfo.InvariantCulture);
}
