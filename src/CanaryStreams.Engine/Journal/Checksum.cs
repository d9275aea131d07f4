using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CanaryStreams.Engine.Journal;

/// <summary>Tells whether an event is what was written, and stands where it was written.</summary>
internal static class Checksum
{
    /// <summary>The first 64 bits of SHA-256 over stream, version, type and payload.</summary>
    public static long Of(string stream, long version, string type, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, version);
        hash.AppendData(number);
        hash.AppendData(Encoding.UTF8.GetBytes($"{stream}\0{type}\0"));
        hash.AppendData(payload);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadInt64LittleEndian(digest);
    }
}
