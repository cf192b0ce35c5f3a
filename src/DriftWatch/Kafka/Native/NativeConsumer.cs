using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace DriftWatch.Kafka.Native;

/// <summary>The librdkafka handle under a Confluent.Kafka consumer: the one place that looks behind its public API.</summary>
/// <remarks>
/// Confluent.Kafka hands out one managed object per record (0.8–1.5 µs and 200–670 B); batches through the same handle cost a tenth and
/// allocate nothing. Where its insides have changed, <see cref="TryTake"/> says no and reading goes on through its public API, slower.
/// </remarks>
internal sealed class NativeConsumer
{
    private static readonly bool Usable = UseSameLibrary();

    // Held so that the native client outlives every call that we make on its pointer.
    private readonly SafeHandle _owner;

    private NativeConsumer(SafeHandle owner) => _owner = owner;

    public nint Pointer => _owner.DangerousGetHandle();

    /// <summary>Keeps the client alive during a call that may still wait when the client is disposed.</summary>
    public Lease Hold()
    {
        bool held = false;
        _owner.DangerousAddRef(ref held);
        return new Lease(_owner);
    }

    public readonly struct Lease(SafeHandle owner) : IDisposable
    {
        public void Dispose() => owner.DangerousRelease();
    }

    public static NativeConsumer? TryTake(IClient consumer)
    {
        if (!Usable) return null;
        object? handle = typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(consumer.Handle);
        if (handle is not SafeHandle { IsInvalid: false } safe) return null;
        // If the pointer is what we take it for, it knows its own name.
        return Marshal.PtrToStringUTF8(NativeMethods.rd_kafka_name(safe.DangerousGetHandle())) == consumer.Name ? new NativeConsumer(safe) : null;
    }

    private static bool UseSameLibrary()
    {
        nint library = NativeLibrdkafka.Loaded;
        if (library == 0 || !NativeLibrary.TryGetExport(library, "rd_kafka_consume_batch_queue", out _)) return false;
        NativeLibrary.SetDllImportResolver(typeof(NativeConsumer).Assembly, (wanted, _, _) => wanted == "librdkafka" ? library : 0);
        return true;
    }
}
