using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Learning;

/// <summary>
/// The fleet's experiences in the order of their event time, and the knowledge as of any of them. Learning takes seconds,
/// so it is done anew only when there is a tenth more to learn from. Of those that have arrived, which a version is learnt
/// from depends on their times alone, not on their order.
/// </summary>
/// <param name="settings">The grid of time that evidence is gathered on.</param>
public sealed class FleetLedger(EvidenceSettings settings) : IFleet
{
    /// <summary>The newest kept rollouts that knowledge is made of.</summary>
    public const int MostRollouts = 300;

    /// <summary>Of older ones only that they have taught is remembered, so that memory is bounded.</summary>
    private const int RememberedRollouts = 3 * MostRollouts;

    private const int KeptVersions = 16;
    private readonly SortedList<(long LearntMs, string Rollout), RolloutExperience> _seen = new(Order);
    private readonly HashSet<string> _rollouts = [];
    private readonly List<(int Count, FleetKnowledge Knowledge)> _versions = [];

    private static Comparer<(long LearntMs, string Rollout)> Order { get; } =
        Comparer<(long LearntMs, string Rollout)>.Create(
            (a, b) =>
                a.LearntMs != b.LearntMs
                    ? a.LearntMs.CompareTo(b.LearntMs)
                    : string.CompareOrdinal(a.Rollout, b.Rollout)
        );

    public bool Learn(RolloutExperience experience)
    {
        if (experience.Metrics.Count == 0 || !_rollouts.Add(experience.Rollout))
            return false;
        var key = (experience.LearntMs, experience.Rollout);
        _seen.Add(key, experience);
        var at = _seen.IndexOfKey(key);
        Forget(at);
        Forget(_seen.Count - RememberedRollouts - 1);
        // What came late belongs into versions that were made without it.
        _versions.RemoveAll(version => version.Count > at);
        return true;
    }

    private void Forget(int at)
    {
        if (at >= 0 && at < _seen.Count - RememberedRollouts)
            _seen.SetValueAtIndex(at, _seen.Values[at] with { Metrics = [] });
    }

    public FleetKnowledge AsOf(long timeMs)
    {
        var count = Generation(CountUntil(timeMs));
        if (count == 0)
            return FleetKnowledge.Nothing;
        var known = _versions.Find(version => version.Count == count).Knowledge;
        if (known is not null)
            return known;
        known = FleetKnowledge.Learn([.. _seen.Values.Take(count).TakeLast(MostRollouts)], settings);
        if (_versions.Count == KeptVersions)
            _versions.RemoveAt(0);
        _versions.Add((count, known));
        return known;
    }

    private int CountUntil(long timeMs)
    {
        var (low, high) = (0, _seen.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _seen.Keys[middle].LearntMs <= timeMs ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    /// <summary>The largest number of experiences, of those that learning is done at, not above this one.</summary>
    private static int Generation(int count)
    {
        if (count < FleetKnowledge.LeastRollouts)
            return 0;
        var generation = FleetKnowledge.LeastRollouts;
        while (generation + Growth(generation) <= count)
            generation += Growth(generation);
        return generation;
    }

    private static int Growth(int generation) => Math.Max(1, Math.Min(generation, MostRollouts) / 10);
}
