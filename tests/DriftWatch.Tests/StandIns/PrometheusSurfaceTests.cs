using System.Reflection;
using Prometheus;
using Xunit;

namespace DriftWatch.StandIns;

/// <summary>The committed lists name what the package prometheus-net 8.2.1 offers, for the part that the stand-ins have.</summary>
public class PrometheusSurfaceTests
{
    [Theory]
    [InlineData("prometheus-net")]
    [InlineData("prometheus-net.AspNetCore")]
    public void AStandInOffersExactlyWhatIsListedAndThePackageOffersAllOfIt(string package)
    {
        var assembly = package == "prometheus-net" ? typeof(Metrics).Assembly : typeof(MetricServerMiddleware).Assembly;
        var listed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "StandIns", $"{package}.surface.txt"));

        var offered = PublicSurface.Of(assembly);

        Assert.Empty(listed.Except(offered));
        if (IsStandIn(assembly))
        {
            Assert.Empty(offered.Except(listed));
        }
    }

    private static bool IsStandIn(Assembly assembly) =>
        BuildInfo.Packages.Any(package => package.Name == "prometheus-net" && package.Origin == "stand-in") && assembly.GetName().Version!.Major == 0;
}
