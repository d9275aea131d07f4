using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// What state refers to and isn't part of: settings, policies, models, the fleet. A state is written with references to
/// them, and restored with those of the process that restores it, where they are alike.
/// </summary>
public sealed class StateExternals
{
    private StateExternals(IReadOnlyList<object> objects, long fingerprint) =>
        (Objects, Fingerprint) = (objects, fingerprint);

    /// <summary>All of them and all that is reachable from the walked ones, always in the same order.</summary>
    internal IReadOnlyList<object> Objects { get; }

    /// <summary>Two processes whose externals differ in it can't read each other's state.</summary>
    public long Fingerprint { get; }

    /// <param name="named">Objects that are referred to and not looked into, with what tells them from another.</param>
    /// <param name="walked">Immutable objects: they are alike where all is that can be reached from them.</param>
    /// <exception cref="StateNotSupportedException">Something in a walked one can't be written.</exception>
    public static StateExternals Of(IReadOnlyList<(object Value, string Identity)> named, IReadOnlyList<object> walked)
    {
        using var written = new PooledBytes();
        using var writer = new GraphWriter(
            [.. named.Select(external => external.Value)],
            namesStatics: false,
            bytes => written.Write(bytes)
        );
        foreach (var external in walked)
            writer.Object(external);
        writer.Flush();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var external in named)
            hash.AppendData(Encoding.UTF8.GetBytes($"{external.Identity}\0"));
        hash.AppendData(Encoding.UTF8.GetBytes(TypeTable.Layout(writer.Types)));
        hash.AppendData(written.Span);
        var fingerprint = BinaryPrimitives.ReadInt64LittleEndian(hash.GetHashAndReset());
        return new StateExternals([.. writer.Numbered], fingerprint);
    }
}
