namespace CanaryStreams.Core.Learning;

/// <summary>What all lanes share of the fleet's experience.</summary>
public interface IFleet
{
    /// <summary>Takes the experience of one more rollout.</summary>
    /// <returns>False where the rollout has taught before: it teaches once.</returns>
    bool Learn(RolloutExperience experience);

    /// <summary>What was known at a time: a later one never changes what an earlier decision was made by.</summary>
    /// <param name="timeMs">Event time, Unix milliseconds.</param>
    FleetKnowledge AsOf(long timeMs);
}
