namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// Several networks of one shape that read the same points; their logits are averaged. Immutable, as they are.
/// </summary>
public sealed class NetworkEnsemble
{
    public const int NetworksMax = 16;

    private readonly DetectorNetwork[] _networks;

    /// <param name="networks">1..<see cref="NetworksMax"/> of the same shape.</param>
    public NetworkEnsemble(IReadOnlyCollection<DetectorNetwork> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Count is < 1 or > NetworksMax)
            throw new ArgumentException($"{networks.Count} networks, not 1..{NetworksMax}", nameof(networks));
        _networks = [.. networks];
        if (Array.Exists(_networks, n => n.Shape != Shape))
            throw new ArgumentException("the networks differ in shape", nameof(networks));
    }

    public NetworkShape Shape => _networks[0].Shape;

    public IReadOnlyList<DetectorNetwork> Networks => _networks;

    /// <summary>The memory of a series that begins.</summary>
    public NetworkMemory CreateMemory() => new(_networks);

    /// <summary>Takes the next point of a series and reads it.</summary>
    /// <param name="channels">As for <see cref="DetectorNetwork.Step"/>.</param>
    /// <param name="context">As for <see cref="DetectorNetwork.Step"/>.</param>
    /// <param name="memory">Of this ensemble and this series.</param>
    /// <returns>Means of the logits.</returns>
    public NetworkReading Step(ReadOnlySpan<float> channels, ReadOnlySpan<float> context, NetworkMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        memory.Append(channels, Shape, _networks.Length);
        var (level, onset) = (0f, 0f);
        for (var i = 0; i < _networks.Length; i++)
        {
            var reading = _networks[i].Read(context, memory, i);
            level += reading.Level;
            onset += reading.Onset;
        }
        return new NetworkReading(level / _networks.Length, onset / _networks.Length);
    }
}
