namespace CanaryStreams.Agent;

/// <summary>
/// What an agent moves: the traffic of one application in one cluster. Every call says the whole new state, so calling
/// one again changes nothing. A call that can't be carried out throws; the agent reports it as failed.
/// </summary>
public interface ITraffic
{
    /// <summary>Gives a version (or one variant of it) this share of the traffic, in per cent.</summary>
    void SetCanary(string version, string? variant, int weightPct);

    /// <summary>One variant takes the whole share of the canary.</summary>
    void SelectVariant(string version, string variant, int weightPct);

    /// <summary>The version becomes the stable one and takes all traffic.</summary>
    void Promote(string version);

    /// <summary>All traffic back to the version that was stable before this one.</summary>
    void Rollback(string version);
}
