using CanaryStreams.Agent;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>The traffic of one application in one cluster, which knows what must never happen to it.</summary>
internal sealed class ObservedTraffic(string name) : ITraffic
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _rolledBack = [];
    private readonly List<string> _violations = [];
    private string _stable = "0";
    private string _before = "0";
    private string? _canary;

    /// <summary>What runs here now; the canary is null where there is none.</summary>
    public (string Stable, string? Canary) Running
    {
        get
        {
            lock (_gate)
                return (_stable, _canary);
        }
    }

    /// <summary>Versions that got traffic again after they had been rolled back.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate)
                return [.. _violations];
        }
    }

    public void SetCanary(string version, string? variant, int weightPct)
    {
        lock (_gate)
        {
            Raise(version, $"set to {weightPct} %");
            _canary = weightPct > 0 ? version : null;
        }
    }

    public void SelectVariant(string version, string variant, int weightPct) => SetCanary(version, variant, weightPct);

    public void Promote(string version)
    {
        lock (_gate)
        {
            Raise(version, "promoted");
            if (_stable != version)
                (_before, _stable) = (_stable, version);
            _canary = null;
        }
    }

    public void Rollback(string version)
    {
        lock (_gate)
        {
            _rolledBack.Add(version);
            _canary = null;
            // Where it had been promoted already the version before it is back.
            if (_stable == version)
                _stable = _before;
        }
    }

    private void Raise(string version, string what)
    {
        if (_rolledBack.Contains(version))
            _violations.Add($"{name}: {version} was {what} after its rollback");
    }
}
