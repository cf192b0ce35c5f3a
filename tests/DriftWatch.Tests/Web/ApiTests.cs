using System.Net;
using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Input;
using DriftWatch.Pipeline;

namespace DriftWatch.Web;

public class ApiTests
{
    [Fact]
    public async Task ModelsListsEachVersionWithItsState()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var json = JsonDocument.Parse(await host.Get("/api/v1/models"));

        var states = json.RootElement.GetProperty("models").EnumerateArray()
            .SelectMany(m => m.GetProperty("versions").EnumerateArray(), (m, v) => $"{m.GetProperty("model")}/{v.GetProperty("version")} {v.GetProperty("state")}");
        Assert.Equal(["fraud/7 drifting", "fraud/6 calibrated", "churn/2026-10 calibrated", "image-tagger/resnet50-b warning", "search-ctr/ insufficient_data"], states);
    }

    [Fact]
    public async Task TheFleetReportBoundsTheShareOfFalseOnes()
    {
        var picture = SimulatedService.Busy();
        double?[] evidence = [9, 2, null, 4.5];
        var series = picture.Monitor.Series.Take(4).Zip(evidence, (one, e) => one with { Detector = new() { Rule = "e-sr", SharedBy = 1, LogEvidenceLifetime = e } }).ToList();
        await using var host = await WebHost.Start(picture with { Monitor = picture.Monitor with { Series = series } });

        using var json = JsonDocument.Parse(await host.Get("/api/v1/fleet"));

        // Of four series at 5 %: the first needs ln 80 = 4.38, the second ln 40 = 3.69.
        Assert.Equal(4, json.RootElement.GetProperty("series").GetInt32());
        Assert.Equal([9, 4.5], json.RootElement.GetProperty("reported").EnumerateArray().Select(r => r.GetProperty("logEvidenceLifetime").GetDouble()));
        using var strict = JsonDocument.Parse(await host.Get("/api/v1/fleet?q=0.001"));
        Assert.Equal([9], strict.RootElement.GetProperty("reported").EnumerateArray().Select(r => r.GetProperty("logEvidenceLifetime").GetDouble()));
    }

    [Fact]
    public async Task SeriesGivesTheWindowsOfTheWidthNewestLastWithTheNumbersOfThePicture()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);

        using var json = JsonDocument.Parse(await host.Get("/api/v1/series?model=fraud&version=7&window=6h"));

        var series = Assert.Single(json.RootElement.GetProperty("series").EnumerateArray());
        Assert.Equal("6h", json.RootElement.GetProperty("window").GetString());
        Assert.Equal("binary", series.GetProperty("view").GetString());
        Assert.Equal(JsonValueKind.Null, series.GetProperty("slice").ValueKind);
        var expected = picture.Monitor.Series[0].Windows[1].History;
        var windows = series.GetProperty("windows").EnumerateArray().ToList();
        Assert.Equal(expected.Count, windows.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Start.ToString(), windows[i].GetProperty("start").GetString());
            Assert.Equal(expected[i].Labeled, windows[i].GetProperty("n").GetInt64());
            Assert.Equal(expected[i].Metrics.Ece, windows[i].GetProperty("metrics").GetProperty("ece").GetDouble());
            Assert.Equal(ReliabilityDiagram.DefaultBins, windows[i].GetProperty("bins").GetArrayLength());
            Assert.Equal(expected[i].Bins.Sum(b => b.Positives), windows[i].GetProperty("bins").EnumerateArray().Sum(b => b.GetProperty("positives").GetInt64()));
        }
    }

    [Fact]
    public async Task AFurtherViewSaysItsNameAndThatNobodyJudgesIt()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var json = JsonDocument.Parse(await host.Get("/api/v1/series?model=image-tagger&view=class%3Acat"));
        using var models = JsonDocument.Parse(await host.Get("/api/v1/models"));

        var series = json.RootElement.GetProperty("series")[0];
        Assert.Equal("class:cat", series.GetProperty("view").GetString());
        Assert.Equal(JsonValueKind.Null, series.GetProperty("state").ValueKind);
        var tagger = models.RootElement.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("model").GetString() == "image-tagger");
        Assert.Equal(["class:cat", "class:<dog> & co"], tagger.GetProperty("views").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal(1, tagger.GetProperty("versions").GetArrayLength());
    }

    [Fact]
    public async Task SmoothEceIsToldToThoseWhoAskForTheTotalAndTheNewestMatureWindow()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);

        using var asked = JsonDocument.Parse(await host.Get("/api/v1/series?model=fraud&version=7&window=6h&smooth=true"));
        using var silent = JsonDocument.Parse(await host.Get("/api/v1/series?model=fraud&version=7&window=6h"));

        var expected = picture.Monitor.Series[0].Windows[1];
        int newest = expected.History.ToList().IndexOf(expected.NewestMature!);
        var series = asked.RootElement.GetProperty("series")[0];
        var told = series.GetProperty("windows").EnumerateArray().Select(w => w.GetProperty("metrics").GetProperty("smoothEce")).ToList();
        Assert.Equal(SmoothError.Of(expected.Sketch!), told[newest].GetDouble());
        Assert.All(told.Where((_, i) => i != newest), value => Assert.Equal(JsonValueKind.Null, value.ValueKind));
        Assert.Equal(SmoothError.Of(picture.Monitor.Series[0].TotalSketch!), series.GetProperty("total").GetProperty("metrics").GetProperty("smoothEce").GetDouble());
        Assert.False(silent.RootElement.GetProperty("series")[0].GetProperty("total").GetProperty("metrics").TryGetProperty("smoothEce", out _));
    }

    [Fact]
    public async Task WindowsTellEveryMetricOfTheirReportAndReliabilityAtTheThresholds()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);

        using var json = JsonDocument.Parse(await host.Get("/api/v1/series?model=fraud&version=7&window=6h"));

        var expected = picture.Monitor.Series[0].Total;
        var (report, total) = (expected.Metrics, json.RootElement.GetProperty("series")[0].GetProperty("total"));
        var metrics = total.GetProperty("metrics");
        Assert.Equal(WindowMetrics.All.Select(metric => metric.Name), metrics.EnumerateObject().Select(member => member.Name));
        foreach (var metric in WindowMetrics.All)
        {
            double? told = metrics.GetProperty(metric.Name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
            Assert.True(report[metric] == told, metric.Name);
        }

        Assert.Equal([WindowMetrics.ClasswiseEce], WindowMetrics.All.Where(metric => report[metric] is null));
        var thresholds = total.GetProperty("thresholds").EnumerateArray().ToList();
        Assert.Equal(expected.Thresholds.Count, thresholds.Count);
        foreach (var (told, threshold) in thresholds.Zip(expected.Thresholds))
        {
            Assert.Equal(threshold.Threshold, told.GetProperty("threshold").GetDouble());
            Assert.Equal(["threshold", .. ThresholdMetrics.All.Select(metric => metric.Name)], told.EnumerateObject().Select(member => member.Name));
            foreach (var metric in ThresholdMetrics.All) Assert.True(metric.Of(threshold) == (double?)told.GetProperty(metric.Name).GetDouble(), metric.Name);
        }
    }

    [Theory]
    [InlineData("model=fraud", 2)]
    [InlineData("model=fraud&version=7&slice=*", 4)]
    [InlineData("model=fraud&version=7&slice=region%3Deu", 1)]
    [InlineData("model=search-ctr&version=", 1)]
    [InlineData("model=image-tagger", 1)]
    [InlineData("model=image-tagger&view=*", 3)]
    [InlineData("model=image-tagger&view=class%3Acat", 1)]
    [InlineData("model=image-tagger&view=top-label", 1)]
    [InlineData("model=fraud&view=folded", 1)]
    public async Task ParametersChooseSeries(string query, int expected)
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var json = JsonDocument.Parse(await host.Get("/api/v1/series?" + query));

        Assert.Equal(expected, json.RootElement.GetProperty("series").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/v1/series", HttpStatusCode.BadRequest, "model", "fraud")]
    [InlineData("/api/v1/series?model=nope", HttpStatusCode.NotFound, "model", "churn")]
    [InlineData("/api/v1/series?model=fraud&version=9", HttpStatusCode.NotFound, "version", "7")]
    [InlineData("/api/v1/series?model=fraud&slice=region%3Dmars", HttpStatusCode.NotFound, "slice", "region=eu")]
    [InlineData("/api/v1/series?model=image-tagger&view=class%3Aemu", HttpStatusCode.NotFound, "view", "class:cat")]
    [InlineData("/api/v1/series?model=fraud&window=2h", HttpStatusCode.BadRequest, "window", "6h")]
    [InlineData("/api/v1/series?model=fraud&smooth=yes", HttpStatusCode.BadRequest, "smooth", "true")]
    [InlineData("/api/v1/episodes?model=nope", HttpStatusCode.NotFound, "model", "fraud")]
    public async Task ARefusalNamesTheParameterAndWhatIsKnown(string path, HttpStatusCode status, string parameter, string known)
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var answer = await host.Ask(path);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((int)status, json.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(parameter, json.RootElement.GetProperty("parameter").GetString());
        Assert.Contains(known, json.RootElement.GetProperty("known").EnumerateArray().Select(k => k.GetString()));
    }

    [Fact]
    public async Task EpisodesAreListedOldestFirstAndCanBeAskedByModel()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());

        using var all = JsonDocument.Parse(await host.Get("/api/v1/episodes"));
        using var churn = JsonDocument.Parse(await host.Get("/api/v1/episodes?model=churn"));

        Assert.Equal(["shift-up", "shift-down", "shift-down"], all.RootElement.GetProperty("episodes").EnumerateArray().Select(e => e.GetProperty("direction").GetString()));
        var only = Assert.Single(churn.RootElement.GetProperty("episodes").EnumerateArray());
        Assert.Equal("0b6b7a41-97f6-5c3a-9d0e-6a4f9f1c2e55", only.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task StatusTellsPositionsWatermarkRejectsAndEvents()
    {
        var picture = SimulatedService.Busy();
        await using var host = await WebHost.Start(picture);

        using var json = JsonDocument.Parse(await host.Get("/api/v1/status"));

        var status = json.RootElement;
        Assert.Equal("running", status.GetProperty("phase").GetString());
        Assert.Equal(picture.Monitor.Watermark.ToString(), status.GetProperty("watermark").GetString());
        Assert.True(Assert.Single(status.GetProperty("tasks").EnumerateArray()).GetProperty("restored").GetBoolean());
        var predictions = status.GetProperty("streams")[0];
        Assert.Equal(318, predictions.GetProperty("lag").GetInt64());
        Assert.Equal(212, predictions.GetProperty("rejected").GetProperty("probability_range").GetInt64());
        Assert.Equal(RejectReasons.All.Count, predictions.GetProperty("rejected").EnumerateObject().Count());
        Assert.Equal(80_977, predictions.GetProperty("partitions")[1].GetProperty("position").GetInt64());
        Assert.Equal("io.driftwatch.recalibration.requested.v1", status.GetProperty("recentEvents")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task StatusTellsTheCheckpointAndTheRole()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy() with { Fenced = 2, RestoreMismatches = 1, CommitFailures = 3, Warnings = ["The retention of labels is short."] });

        using var json = JsonDocument.Parse(await host.Get("/api/v1/status"));

        var (status, checkpoint) = (json.RootElement, json.RootElement.GetProperty("checkpoint"));
        Assert.Equal("owner", status.GetProperty("tasks")[0].GetProperty("role").GetString());
        Assert.True(status.GetProperty("hasState").GetBoolean());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("restore").ValueKind);
        Assert.Equal("The retention of labels is short.", Assert.Single(status.GetProperty("warnings").EnumerateArray()).GetString());
        Assert.Equal((2, 1), (status.GetProperty("fenced").GetInt64(), checkpoint.GetProperty("restoreMismatches").GetInt64()));
        Assert.Equal(268_000, checkpoint.GetProperty("epoch").GetInt64());
        Assert.Equal("2026-11-21T14:25:29.300Z", checkpoint.GetProperty("committedAt").GetString());
        Assert.Equal("2026-11-21T14:25:13.000Z", checkpoint.GetProperty("stateStoredAt").GetString());
        Assert.Equal(214_310, checkpoint.GetProperty("stateBytes").GetInt64());
        Assert.Equal(2.61 / 225, checkpoint.GetProperty("meanCommitSeconds").GetDouble(), 1e-12);
        // Dead letters and requests fail with their epoch: one count under one name.
        Assert.Equal(3, checkpoint.GetProperty("commitFailures").GetInt64());
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(json.RootElement.GetRawText(), "failures", System.Text.RegularExpressions.RegexOptions.IgnoreCase));
        Assert.Equal(80_977, status.GetProperty("streams")[0].GetProperty("partitions")[1].GetProperty("safeOffset").GetInt64());
    }

    [Fact]
    public async Task StatusTellsHowFarARestoreIsAndNoNumbersYet()
    {
        await using var host = await WebHost.Start(SimulatedService.Restoring());

        using var json = JsonDocument.Parse(await host.Get("/api/v1/status"));
        host.Board.Publish(SimulatedService.Without(ServicePhase.Standby));
        using var standby = JsonDocument.Parse(await host.Get("/api/v1/status"));

        var (status, restore) = (json.RootElement, json.RootElement.GetProperty("restore"));
        Assert.Equal((1_200_000, 2_000_000), (restore.GetProperty("done").GetInt64(), restore.GetProperty("total").GetInt64()));
        Assert.Equal((60.0, 27), (restore.GetProperty("percent").GetDouble(), restore.GetProperty("secondsLeft").GetInt64()));
        Assert.Equal("2026-11-21T14:24:50.000Z", restore.GetProperty("since").GetString());
        Assert.False(status.GetProperty("tasks")[0].GetProperty("restored").GetBoolean());
        Assert.All(status.GetProperty("join").EnumerateObject().Where(count => count.Name != "pendingLimit"), count => Assert.Equal(JsonValueKind.Null, count.Value.ValueKind));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (status.GetProperty("commits").ValueKind, status.GetProperty("checkpoint").GetProperty("epoch").ValueKind));
        Assert.Equal("standby", standby.RootElement.GetProperty("tasks")[0].GetProperty("role").GetString());
    }

    [Fact]
    public async Task WithoutAStateAModelIsNotCalledUnknown()
    {
        await using var host = await WebHost.Start(SimulatedService.Restoring());

        using var series = await host.Ask("/api/v1/series?model=fraud");
        using var models = JsonDocument.Parse(await host.Get("/api/v1/models"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, series.StatusCode);
        Assert.Contains("phase restoring", await series.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(models.RootElement.GetProperty("hasState").GetBoolean());
    }

    [Fact]
    public async Task WhatARestoreBringsBackIsNoRate()
    {
        var busy = SimulatedService.Busy();
        await using var host = await WebHost.Start(SimulatedService.Restoring());
        await host.Get("/api/v1/status");

        host.Board.Publish(busy);
        using var first = JsonDocument.Parse(await host.Get("/api/v1/status"));
        host.Board.Publish(busy with { TakenAt = busy.TakenAt.AddSeconds(2), Streams = [.. busy.Streams.Select(s => s with { Records = s.Records + 30 })] });
        using var second = JsonDocument.Parse(await host.Get("/api/v1/status"));

        Assert.Equal(JsonValueKind.Null, first.RootElement.GetProperty("streams")[0].GetProperty("recordsPerSecond").ValueKind);
        Assert.Equal(15, second.RootElement.GetProperty("streams")[0].GetProperty("recordsPerSecond").GetDouble());
    }

    [Fact]
    public async Task TheRateOfATopicIsTakenBetweenLooks()
    {
        var first = SimulatedService.Fresh();
        var later = first with { TakenAt = first.TakenAt.AddSeconds(4), Streams = [first.Streams[0] with { Records = 1000 }] };
        await using var host = await WebHost.Start(first);

        await host.Get("/api/v1/status");
        host.Board.Publish(later);
        using var json = JsonDocument.Parse(await host.Get("/api/v1/status"));

        Assert.Equal(250, json.RootElement.GetProperty("streams")[0].GetProperty("recordsPerSecond").GetDouble());
    }

    [Theory]
    [InlineData("/api/v1/models")]
    [InlineData("/api/v1/episodes")]
    [InlineData("/api/v1/status")]
    [InlineData("/metrics")]
    [InlineData("/")]
    public async Task EverythingAnswersBeforeTheFirstPicture(string path)
    {
        await using var host = await WebHost.Start();

        using var answer = await host.Ask(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
