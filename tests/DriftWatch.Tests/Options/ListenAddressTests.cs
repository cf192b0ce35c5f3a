using Xunit;

namespace DriftWatch.Options;

public class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8080, "http://127.0.0.1:8080")]
    [InlineData("localhost:0", "localhost", 0, "http://localhost:0")]
    [InlineData("[::1]:80", "::1", 80, "http://[::1]:80")]
    [InlineData("*:9000", "*", 9000, "http://*:9000")]
    [InlineData(":9000", "*", 9000, "http://*:9000")]
    public void Addresses_are_read(string text, string host, int port, string url)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal((host, port, url), (address.Host, address.Port, address.Url));
        Assert.True(ListenAddress.TryParse(address.ToString(), out var again) && again == address);
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1: 80")]
    [InlineData("example.org:80")]
    [InlineData("1:80")]
    [InlineData("::1:80")]
    [InlineData("http://127.0.0.1:80")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
