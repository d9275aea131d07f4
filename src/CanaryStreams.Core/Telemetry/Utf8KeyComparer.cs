using System.Diagnostics.CodeAnalysis;

namespace CanaryStreams.Core.Telemetry;

/// <summary>
/// Compares keys byte by byte and finds them by a span. The hash is .NET's own, seeded per process, so that a producer
/// can't choose names that collide; nothing may depend on its value or on the dictionary's order.
/// </summary>
internal sealed class Utf8KeyComparer
    : IEqualityComparer<byte[]>,
        IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static Utf8KeyComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = new HashCode();
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
