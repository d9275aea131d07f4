namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// What one or more networks remember of a series: the channels of the last four points, which they share, and of each
/// network the last 32 columns of its first convolution. A series that begins is one that was 0 before.
/// </summary>
public sealed class NetworkMemory
{
    // A power of two.
    private const int Slots = NetworkShape.Window;
    private const int ColumnLength = NetworkShape.FirstFilters;

    // Scaled, oldest point first. Shifting a few dozen floats is cheaper than convolving around the seam of a ring.
    private readonly float[] _recent;

    // Networks × slots × filters, a ring of slots.
    private readonly float[] _columns;
    private int _newest;

    internal NetworkMemory(ReadOnlySpan<DetectorNetwork> networks)
    {
        _recent = new float[NetworkShape.Kernel * networks[0].Shape.Channels];
        _columns = new float[networks.Length * Slots * ColumnLength];
        for (var i = 0; i < networks.Length; i++)
        {
            networks[i].FirstColumn(_recent, Column(i, 0));
            for (var age = 1; age < Slots; age++)
                Column(i, 0).CopyTo(Column(i, age));
        }
    }

    private NetworkMemory(NetworkMemory other)
    {
        _recent = (float[])other._recent.Clone();
        _columns = (float[])other._columns.Clone();
        _newest = other._newest;
    }

    /// <summary>Bytes of this object and the arrays it holds, headers included, on a 64-bit machine.</summary>
    internal int StateBytes => 40 + ArrayBytes(_recent) + ArrayBytes(_columns);

    /// <summary>Scaled channels of the last four points, oldest first.</summary>
    internal ReadOnlySpan<float> Recent => _recent;

    public NetworkMemory Clone() => new(this);

    /// <summary>Takes the channels of the next point; each network then writes its column of age 0.</summary>
    internal void Append(ReadOnlySpan<float> channels, NetworkShape shape, int networks)
    {
        var (point, columns) = (shape.Channels, networks * Slots * ColumnLength);
        if (_recent.Length != NetworkShape.Kernel * point || _columns.Length != columns)
            throw new InvalidOperationException("The memory belongs to other networks.");
        if (channels.Length != point)
            throw new ArgumentException($"a point has {channels.Length} channels, not {point}", nameof(channels));
        _recent.AsSpan(point).CopyTo(_recent);
        LayerKernels.ScaleChannels(channels, _recent.AsSpan(_recent.Length - point));
        _newest = (_newest + 1) & (Slots - 1);
    }

    /// <summary>A column of a network's first convolution.</summary>
    /// <param name="age">Points back from the newest, 0..31.</param>
    internal Span<float> Column(int network, int age)
    {
        var slot = (_newest - age) & (Slots - 1);
        return _columns.AsSpan(((network * Slots) + slot) * ColumnLength, ColumnLength);
    }

    private static int ArrayBytes(float[] values) => (24 + (4 * values.Length) + 7) / 8 * 8;
}
