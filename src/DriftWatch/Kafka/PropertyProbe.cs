using Confluent.Kafka;
using DriftWatch.Kafka.Native;
using DriftWatch.Options;

namespace DriftWatch.Kafka;

/// <summary>Asks librdkafka itself whether it takes the user's properties, without a connection.</summary>
internal static class PropertyProbe
{
    /// <summary>What is wrong with them, in librdkafka's words; null if nothing is.</summary>
    /// <exception cref="DllNotFoundException">There is no librdkafka on this machine.</exception>
    public static string? FaultOf(KafkaOptions options)
    {
        if (options.Properties.Count == 0) return null;
        NativeLibrdkafka.EnsureLoaded();
        try
        {
            // Without brokers there is nobody to connect to, and a producer needs no other property.
            using var client = new ProducerBuilder<Null, Null>(options.Properties).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            return null;
        }
        catch (Exception refused) when (refused is InvalidOperationException or ArgumentException or KafkaException)
        {
            return refused.Message;
        }
    }
}
