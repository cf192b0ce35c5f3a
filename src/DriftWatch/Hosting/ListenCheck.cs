using System.Net;
using System.Net.Sockets;
using DriftWatch.Options;

namespace DriftWatch.Hosting;

/// <summary>Finds out whether we can listen, before anything else is started, and says in one sentence why not.</summary>
internal static class ListenCheck
{
    private const string Usual = "--listen or web.listen";

    /// <exception cref="CommandFailure">We cannot listen there.</exception>
    public static void EnsureFree(ListenAddress address, string setting = Usual)
    {
        if (address.Port == 0) return;
        var host = address.Host is "localhost" ? IPAddress.Loopback : address.IsAny ? IPAddress.Any : IPAddress.Parse(address.Host);
        try
        {
            using var listener = new TcpListener(host, address.Port);
            listener.Start();
        }
        catch (SocketException refused)
        {
            throw refused.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => InUse(address, setting),
                SocketError.AccessDenied => new CommandFailure($"may not listen on {address}: ports below 1024 need a privilege; choose another with {setting}"),
                _ => new CommandFailure($"cannot listen on {address}: {refused.Message}; choose another address with {setting}"),
            };
        }
    }

    public static CommandFailure InUse(ListenAddress address, string setting = Usual) =>
        new($"another process listens on {address}; end it, or choose another address with {setting} (port 0 takes any free one)");
}
