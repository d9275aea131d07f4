namespace CanaryStreams.Simulation.World;

/// <summary>What happened, in order: the newest lines for people, and a hash of all by which two runs are told to be one.</summary>
/// <param name="write">Gets every line at once; null where nobody reads along.</param>
internal sealed class Trace(Action<string>? write)
{
    private const int Kept = 80;
    private readonly Queue<string> _newest = new();

    public ulong Hash { get; private set; } = 14695981039346656037;

    public IReadOnlyCollection<string> Newest => _newest;

    public void Add(long nowMs, string who, string what)
    {
        var line = $"{nowMs / 1000.0, 8:0.000} {who, -22} {what}";
        foreach (var letter in line)
            Hash = (Hash ^ letter) * 1099511628211;
        _newest.Enqueue(line);
        if (_newest.Count > Kept)
            _newest.Dequeue();
        write?.Invoke(line);
    }
}
