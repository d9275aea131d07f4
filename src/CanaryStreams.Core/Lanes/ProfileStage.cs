using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Baselines;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>A closed bucket with the score of each of its arms, or an update, in the order of the lane.</summary>
public sealed record ScoredItem(ScoredBucket? Bucket, RolloutUpdate? Update);

/// <param name="Scores">One for each of the bucket's arms, in their order.</param>
public sealed record ScoredBucket(AppBucket Bucket, IReadOnlyList<ArmScore> Scores);

/// <param name="IsYoung">Too few buckets were seen to know the series.</param>
/// <param name="Tier">What the arm is scored by.</param>
/// <param name="Before">What was expected of a stable arm before the version that it has now was promoted; null where nobody watches that.</param>
public readonly record struct ArmScore(ScoredPoint Point, bool IsYoung, DetectorTier Tier, Expectation? Before = null);

/// <summary>
/// Scores each arm's bucket against the arm's own past. A canary begins with the past of its stable side, because that
/// is what it is expected to be like. Arms are scored by a compact detector, which costs next to nothing, until their
/// application's first rollout is requested, and by the full one from then on.
/// </summary>
/// <remarks>
/// An application that is updated once is updated again, and what the full detector has learnt by then (days, weeks) the
/// compact one couldn't give back: so arms shrink never, and go when they are forgotten. After a rewind all requests are
/// read again from their beginning and tell when each application grew.
/// </remarks>
/// <param name="model">Of the full detector.</param>
public sealed class ProfileStage(DetectorModel model) : IStage<LaneBatch<BucketedItem>, LaneBatch<ScoredItem>>
{
    private const int YoungBuckets = 30;

    private readonly DetectorSettings _settings = DetectorOf(model);
    private readonly Dictionary<string, AppProfiles> _apps = [];

    /// <summary>With the model that ships with the product.</summary>
    public ProfileStage()
        : this(DetectorModels.Default) { }

    /// <summary>What an arm is scored by as long as it isn't told to grow.</summary>
    internal static DetectorSettings DetectorOf(DetectorModel model) =>
        new(model) { GrowAfterPoints = int.MaxValue, Profile = ProfileSettings.Compact };

    public LaneBatch<ScoredItem> Process(LaneBatch<BucketedItem> batch)
    {
        var output = new List<ScoredItem>(batch.Items.Count);
        foreach (var item in batch.Items)
        {
            if (item.Update?.Command is RequestRollout { Request.App: var app } requested)
            {
                ProfilesOf(app).GrowSince(requested.Time.ToUnixTimeMilliseconds());
                ProfilesOf(app).Foresight.Take(requested);
            }
            output.Add(new ScoredItem(item.Bucket is { } bucket ? Score(bucket) : null, item.Update));
        }
        return new LaneBatch<ScoredItem>(output, batch.Rejects, batch.Input);
    }

    private ScoredBucket Score(AppBucket bucket)
    {
        var profiles = ProfilesOf(bucket.App);
        var scores = new ArmScore[bucket.Arms.Count];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = profiles.Score(bucket.EndMs, bucket.Arms[i]);
        profiles.Forget(bucket.Arms);
        return new ScoredBucket(bucket, scores);
    }

    private AppProfiles ProfilesOf(string app)
    {
        if (!_apps.TryGetValue(app, out var profiles))
            _apps[app] = profiles = new AppProfiles(_settings);
        return profiles;
    }

    /// <summary>Profiles of one application's arms, by arm id.</summary>
    private sealed class AppProfiles(DetectorSettings settings)
    {
        private readonly Dictionary<int, Profile> _byArm = [];
        private readonly Dictionary<(string Cluster, string Metric), int> _stable = [];
        private long _growSinceMs = long.MaxValue;

        public Foresight Foresight { get; } = new();

        /// <summary>Buckets that end later belong to a rollout: the same that are compared.</summary>
        public void GrowSince(long requestMs) => _growSinceMs = Math.Min(_growSinceMs, requestMs);

        public ArmScore Score(long endMs, in ArmBucket arm)
        {
            if (!_byArm.TryGetValue(arm.Id, out var profile))
                _byArm[arm.Id] = profile = Begin(arm);
            var detector = profile.Detector;
            if (endMs > _growSinceMs)
                detector.Grow();
            var before = Foresight.Of(endMs, arm, detector.Profile);
            var point = detector.Score(endMs, arm.Values.Mean);
            if (!arm.Values.IsEmpty)
                profile.Buckets++;
            return new ArmScore(point, profile.Buckets < YoungBuckets, detector.Tier, before);
        }

        /// <summary>Drops what has been silent for so long that its arm is no longer in the bucket.</summary>
        public void Forget(IReadOnlyList<ArmBucket> arms)
        {
            if (_byArm.Count == arms.Count)
                return;
            var kept = arms.Select(a => a.Id).ToHashSet();
            foreach (var id in _byArm.Keys.Where(id => !kept.Contains(id)).ToList())
                _byArm.Remove(id);
            foreach (var place in _stable.Where(s => !kept.Contains(s.Value)).Select(s => s.Key).ToList())
                _stable.Remove(place);
            Foresight.Forget(kept);
        }

        private Profile Begin(in ArmBucket arm)
        {
            var place = (arm.Key.Cluster, arm.Key.Metric);
            if (arm.Key.Track == Track.Stable)
                _stable[place] = arm.Id;
            else if (_stable.TryGetValue(place, out var stable) && _byArm.TryGetValue(stable, out var past))
                return new Profile(past.Detector.Clone()) { Buckets = past.Buckets };
            return new Profile(new SeriesDetector(settings));
        }
    }

    private sealed class Profile(SeriesDetector detector)
    {
        public SeriesDetector Detector { get; } = detector;
        public int Buckets { get; set; }
    }
}
