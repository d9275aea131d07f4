using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Engine.Simulation;

/// <summary>
/// A way of planning that is measured on the simulated fleet: what an engine is made of, and what it is asked. One belongs
/// to one run; what it has learnt ends with it.
/// </summary>
public interface IPlanningArm
{
    /// <summary>Names it in tables.</summary>
    string Name { get; }

    /// <summary>The engine that decides all of the run's rollouts, with its policies and what it knows.</summary>
    /// <param name="write">To be given every record that the engine publishes.</param>
    ReplayRun Start(StreamSettings settings, Action<OutputRecord> write);

    /// <summary>The request as this way of planning is told it.</summary>
    RolloutRequest Ask(RolloutRequest request);

    /// <summary>
    /// Told when it becomes known, in order of event time: before each request all that was known by then. A later row of the
    /// same rollout and cluster takes the place of the earlier one.
    /// </summary>
    void Learn(ClusterOutcome outcome);
}
