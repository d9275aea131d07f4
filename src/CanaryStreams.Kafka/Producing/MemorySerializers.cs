using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>An empty key is no key: such records are spread over the partitions.</summary>
internal sealed class KeySerializer : ISerializer<ReadOnlyMemory<byte>>
{
    public static KeySerializer Instance { get; } = new();

    public byte[] Serialize(ReadOnlyMemory<byte> data, SerializationContext context) =>
        data.IsEmpty ? null! : ValueSerializer.ArrayOf(data);
}

/// <summary>Hands an array over as it is where the memory is all of it, which is the common case.</summary>
internal sealed class ValueSerializer : ISerializer<ReadOnlyMemory<byte>>
{
    public static ValueSerializer Instance { get; } = new();

    public byte[] Serialize(ReadOnlyMemory<byte> data, SerializationContext context) => ArrayOf(data);

    public static byte[] ArrayOf(ReadOnlyMemory<byte> data) =>
        MemoryMarshal.TryGetArray(data, out var segment) && segment.Array is { } array && array.Length == segment.Count
            ? array
            : data.ToArray();
}
