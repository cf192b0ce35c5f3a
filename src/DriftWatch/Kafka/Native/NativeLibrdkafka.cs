using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace DriftWatch.Kafka.Native;

/// <summary>The C library under Confluent.Kafka: the package brings several builds of it, and Confluent.Kafka takes the first that this machine can load.</summary>
internal static class NativeLibrdkafka
{
    private static readonly Lazy<nint> _loaded = new(Find);

    /// <summary>The very copy that Confluent.Kafka uses; zero where its insides do not tell. A second copy would not know its handles.</summary>
    public static nint Loaded => _loaded.Value;

    /// <summary>Loads librdkafka now, before the first client does, so that a machine without it gets an answer and not a riddle.</summary>
    /// <exception cref="DllNotFoundException">No build of librdkafka loads on this machine; the message says what is missing.</exception>
    public static void EnsureLoaded()
    {
        try
        {
            if (!Library.IsLoaded) Library.Load();
        }
        catch (DllNotFoundException notFound)
        {
            throw new DllNotFoundException(Explain(), notFound);
        }
    }

    private static nint Find()
    {
        EnsureLoaded();
        // Its functions come from a class for each build, which names the build.
        var confluent = typeof(Library).Assembly;
        var bound = confluent.GetType("Confluent.Kafka.Impl.Librdkafka")?
            .GetField("_version", BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null) as Delegate;
        return bound?.Method.DeclaringType?.GetField("DllName")?.GetRawConstantValue() is string name && NativeLibrary.TryLoad(name, confluent, null, out nint library) ? library : 0;
    }

    // Confluent.Kafka swallows what the loader said, so we ask the loader again.
    private static string Explain()
    {
        try
        {
            NativeLibrary.Load("librdkafka", typeof(Library).Assembly, null);
            return $"The librdkafka that this machine loads is not the one that Confluent.Kafka {typeof(Library).Assembly.GetName().Version} wants: remove the other copy from the library path.";
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            return $"No build of librdkafka in the package librdkafka.redist loads on this machine ({RuntimeInformation.RuntimeIdentifier}): {failure.Message.Trim()}";
        }
    }
}
