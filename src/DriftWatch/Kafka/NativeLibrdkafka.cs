using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace DriftWatch.Kafka;

/// <summary>Finds the C library under Confluent.Kafka when the build brought its own copy of it.</summary>
/// <remarks>
/// Where the package feed has librdkafka.redist, nothing lies beside us and Confluent.Kafka searches as it always does.
/// Where it has not, the build puts a librdkafka made from source next to this assembly (docs/decisions/0002-restricted-feeds.md).
/// </remarks>
internal static class NativeLibrdkafka
{
    private const string Name = "librdkafka";

    private static int _installed;

    /// <summary>Where our own copy lies, if there is one.</summary>
    public static string OwnCopy { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsMacOS() ? "librdkafka.dylib" : "librdkafka.so");

    /// <summary>Puts our own copy before Confluent.Kafka's search. Runs by itself when this assembly is first used; calling it again is harmless.</summary>
    [ModuleInitializer]
    internal static void Install()
    {
        if (Interlocked.Exchange(ref _installed, 1) == 0 && File.Exists(OwnCopy))
        {
            NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
        }
    }

    /// <summary>Loads librdkafka now, before the first client does, so that a machine without it gets an answer and not a riddle.</summary>
    /// <exception cref="DllNotFoundException">There is no librdkafka that this machine can load; the message names the fix.</exception>
    public static void EnsureLoaded()
    {
        Install();
        try
        {
            if (!Library.IsLoaded)
            {
                Library.Load();
            }
        }
        catch (DllNotFoundException notFound)
        {
            throw new DllNotFoundException(Explain(), notFound);
        }
    }

    // Confluent.Kafka asks for builds of other distributions under other names when this one fails: those are its own affair.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Name ? NativeLibrary.Load(OwnCopy) : 0;

    // Confluent.Kafka swallows what the loader said, so we ask the loader again.
    private static string Explain()
    {
        if (!File.Exists(OwnCopy))
        {
            return $"librdkafka is neither in a package nor at {OwnCopy}. Run `make build`, which builds it from source where the package feed lacks librdkafka.redist.";
        }

        try
        {
            NativeLibrary.Load(OwnCopy);
            return $"{OwnCopy} loads, but it is not the librdkafka that Confluent.Kafka {typeof(Library).Assembly.GetName().Version} wants. Run `make clean-cache build` to build it again.";
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            return $"{OwnCopy} does not load: {failure.Message.Trim()} Run `make clean-cache build` to build it for this machine.";
        }
    }
}
