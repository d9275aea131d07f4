using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>
/// Copies a record's bytes out of librdkafka's memory into one buffer that is used again for the next record, so that a
/// record costs no array of its own; its memory is valid until then.
/// </summary>
internal sealed class ScratchDeserializer : IDeserializer<ReadOnlyMemory<byte>>
{
    private byte[] _buffer = new byte[1024];

    public ReadOnlyMemory<byte> Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (data.Length > _buffer.Length)
            _buffer = new byte[Math.Max(data.Length, _buffer.Length * 2)];
        data.CopyTo(_buffer);
        return _buffer.AsMemory(0, data.Length);
    }
}
