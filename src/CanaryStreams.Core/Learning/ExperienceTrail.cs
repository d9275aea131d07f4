using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Learning;

/// <summary>Keeps what a comparison sees, so that it can teach when its rollout turns out to be good; bounded.</summary>
/// <param name="stableHistory">Stable's buckets before the canary, oldest first.</param>
internal sealed class ExperienceTrail(MetricPolicy policy, IReadOnlyList<Arm> stableHistory)
{
    /// <summary>Buckets kept of the time before the canary, and of the canary's.</summary>
    public const int Most = 60;

    private readonly Arm[] _history = [.. stableHistory.TakeLast(Most)];
    private readonly List<ArmsBucket> _buckets = [];

    public void Observe(in ArmsBucket bucket)
    {
        if (_buckets.Count < Most)
            _buckets.Add(bucket);
    }

    /// <summary>Fewer buckets than this of both arms say too little of their noise and of what they reach by chance.</summary>
    public const int Least = 15;

    /// <summary>Null where the two arms hardly spoke together.</summary>
    public MetricExperience? Take() =>
        _buckets.Count(b => !b.Stable.IsEmpty && !b.Canary.IsEmpty) >= Least
            ? new MetricExperience(policy, _history, [.. _buckets])
            : null;
}
