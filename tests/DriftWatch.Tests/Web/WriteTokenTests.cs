using System.Net;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DriftWatch.Web;

/// <summary>One rule for all that writes, those endpoints too that are not there yet: without the token nothing is taken.</summary>
public sealed class WriteTokenTests
{
    /// <summary>Endpoints that do not say which methods they take, and only read.</summary>
    private static readonly HashSet<string> OnlyRead = ["/metrics"];

    [Fact]
    public async Task Every_endpoint_reads_or_asks_for_the_token()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy(), services: services => services.AddSingleton(new WebLimits { AnswerToken = "a token of more than sixteen" }));
        int writing = 0;
        foreach (var endpoint in host.Endpoints)
        {
            string pattern = endpoint.RoutePattern.RawText!;
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
            if (methods is not { Count: > 0 })
            {
                Assert.Contains(pattern, OnlyRead);
                continue;
            }

            foreach (string method in methods.Where(method => method is not ("GET" or "HEAD")))
            {
                using var request = new HttpRequestMessage(new(method), pattern.Replace("{id}", "any", StringComparison.Ordinal)) { Content = new StringContent("{}") };
                using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {pattern} answers {answer.StatusCode} to somebody without the token");
                writing++;
            }
        }

        Assert.Equal(2, writing);
    }
}
