using System.Runtime.InteropServices;

namespace DriftWatch.Commands;

/// <summary>Turns the first Ctrl-C or SIGTERM into a cancelled token; the second ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public StopSignals() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

    public CancellationToken Token => _stop.Token;

    /// <summary>The signal that came; null: none.</summary>
    public PosixSignal? Received { get; private set; }

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (Received is not null) return; // not cancelled: the system does what it always does
        Received = context.Signal;
        context.Cancel = true;
        _stop.Cancel();
    }
}
