using CanaryStreams.Core.Baselines;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// What was expected of an application's stable series before a version was promoted there: copies of their profiles, taken when
/// the version first speaks as stable and learning nothing from then on. Only for versions whose rollout is to be watched; a
/// series that never had another version has no copy, since it would judge the version by itself.
/// </summary>
internal sealed class Foresight
{
    /// <summary>Versions that may come yet; beyond it the oldest request is forgotten.</summary>
    private const int VersionsMax = 16;

    private readonly List<string> _versions = [];

    /// <summary>A version that comes back within this was never quite gone: instances are replaced one after the other.</summary>
    private const long ReplacedWithinMs = 3_600_000;

    private readonly Dictionary<int, Past> _byArm = [];

    public void Take(RequestRollout request)
    {
        if (request.Policy.Watch is null || _versions.Contains(request.Request.Version))
            return;
        if (_versions.Count == VersionsMax)
            _versions.RemoveAt(0);
        _versions.Add(request.Request.Version);
    }

    /// <summary>To be asked before the arm's own profile learns the bucket.</summary>
    /// <returns>Null where nothing was expected of the arm under another version.</returns>
    public Expectation? Of(long endMs, in ArmBucket arm, SeriesProfile now)
    {
        if (_versions.Count == 0 || arm.Key.Track != Track.Stable)
            return null;
        if (!_byArm.TryGetValue(arm.Id, out var past))
        {
            _byArm[arm.Id] = new Past { Version = arm.Version };
            return null;
        }
        if (past.Version != arm.Version)
            Change(past, endMs, arm.Version, now);
        if (past.Judged != arm.Version)
            return null;
        past.JudgedMs = endMs;
        return past.Before?.Expect(endMs);
    }

    private void Change(Past past, long endMs, string version, SeriesProfile now)
    {
        past.Version = version;
        if (!_versions.Contains(version) || (past.Judged == version && endMs - past.JudgedMs <= ReplacedWithinMs))
            return;
        (past.Judged, past.Before) = (version, now.Clone());
    }

    public void Forget(HashSet<int> kept)
    {
        foreach (var id in _byArm.Keys.Where(id => !kept.Contains(id)).ToList())
            _byArm.Remove(id);
    }

    private sealed class Past
    {
        /// <summary>That spoke last.</summary>
        public required string Version { get; set; }

        /// <summary>The version that <see cref="Before"/> knows nothing of.</summary>
        public string? Judged { get; set; }

        /// <summary>When it last spoke.</summary>
        public long JudgedMs { get; set; }

        public SeriesProfile? Before { get; set; }
    }
}
