using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>
/// A decision in the making: each event is folded at once, so that the next leaf sees the state after it. Lives within
/// one call of <see cref="Decider.Decide"/>, which stays pure.
/// </summary>
internal sealed class Draft(RolloutState state, DateTimeOffset time, IImpact? impact = null)
{
    private readonly List<RolloutEvent> _events = [];

    public RolloutState State { get; private set; } = state;

    public DateTimeOffset Time { get; } = time;

    /// <summary>What the rollout is planned by.</summary>
    public IImpact Impact { get; } = impact ?? RuleOfThumb.Instance;

    public void Add(RolloutEvent happened)
    {
        _events.Add(happened);
        State = Evolution.Evolve(State, happened);
    }

    public Decision Done() => _events.Count == 0 ? Decision.Nothing : new Decision(_events, null);
}
