using System.Runtime.InteropServices;

namespace CanaryStreams.Kafka;

/// <summary>
/// The ways in which the clients in use turn a key into a partition. These are librdkafka's own functions, so that nothing
/// here can deviate from what a producer does.
/// </summary>
internal static unsafe partial class KeyPartitioner
{
    private const string Library = KafkaNative.LibraryName;

    /// <summary>CRC-32: librdkafka and what is built on it (kcat; the Python, Go, .NET and C clients of Confluent).</summary>
    public static int Consistent(ReadOnlySpan<byte> key, int partitions)
    {
        fixed (byte* bytes = key)
            return Consistent(0, bytes, (nuint)key.Length, partitions, 0, 0);
    }

    /// <summary>Murmur2: Java clients, and those that follow them (franz-go, KafkaJS, kafka-python).</summary>
    public static int Murmur2(ReadOnlySpan<byte> key, int partitions)
    {
        fixed (byte* bytes = key)
            return Murmur2(0, bytes, (nuint)key.Length, partitions, 0, 0);
    }

    /// <summary>FNV-1a: Sarama, and so Telegraf.</summary>
    public static int Fnv1A(ReadOnlySpan<byte> key, int partitions)
    {
        fixed (byte* bytes = key)
            return Fnv1A(0, bytes, (nuint)key.Length, partitions, 0, 0);
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_msg_partitioner_consistent")]
    private static partial int Consistent(nint topic, byte* key, nuint bytes, int partitions, nint none, nint never);

    [LibraryImport(Library, EntryPoint = "rd_kafka_msg_partitioner_murmur2")]
    private static partial int Murmur2(nint topic, byte* key, nuint bytes, int partitions, nint none, nint never);

    [LibraryImport(Library, EntryPoint = "rd_kafka_msg_partitioner_fnv1a")]
    private static partial int Fnv1A(nint topic, byte* key, nuint bytes, int partitions, nint none, nint never);
}
