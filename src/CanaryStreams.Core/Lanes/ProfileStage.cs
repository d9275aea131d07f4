using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>A closed bucket with the score of each of its arms, or an update, in the order of the lane.</summary>
public sealed record ScoredItem(ScoredBucket? Bucket, RolloutUpdate? Update);

/// <param name="Scores">One for each of the bucket's arms, in their order.</param>
public sealed record ScoredBucket(AppBucket Bucket, IReadOnlyList<ArmScore> Scores);

/// <param name="IsYoung">Too few buckets were seen to know the series.</param>
public readonly record struct ArmScore(ScoredPoint Point, bool IsYoung);

/// <summary>
/// Scores each arm's bucket against the arm's own past. A canary begins with the past of its stable side, because that
/// is what it is expected to be like.
/// </summary>
public sealed class ProfileStage : IStage<LaneBatch<BucketedItem>, LaneBatch<ScoredItem>>
{
    private const int YoungBuckets = 30;

    private readonly Dictionary<string, AppProfiles> _apps = [];

    public LaneBatch<ScoredItem> Process(LaneBatch<BucketedItem> batch)
    {
        var output = new List<ScoredItem>(batch.Items.Count);
        foreach (var item in batch.Items)
            output.Add(new ScoredItem(item.Bucket is { } bucket ? Score(bucket) : null, item.Update));
        return new LaneBatch<ScoredItem>(output, batch.Rejects, batch.Input);
    }

    private ScoredBucket Score(AppBucket bucket)
    {
        if (!_apps.TryGetValue(bucket.App, out var profiles))
            _apps[bucket.App] = profiles = new AppProfiles();
        var scores = new ArmScore[bucket.Arms.Count];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = profiles.Score(bucket.EndMs, bucket.Arms[i]);
        profiles.Forget(bucket.Arms);
        return new ScoredBucket(bucket, scores);
    }

    /// <summary>Profiles of one application's arms, by arm id.</summary>
    private sealed class AppProfiles
    {
        private readonly Dictionary<int, Profile> _byArm = [];
        private readonly Dictionary<(string Cluster, string Metric), int> _stable = [];

        public ArmScore Score(long endMs, in ArmBucket arm)
        {
            if (!_byArm.TryGetValue(arm.Id, out var profile))
                _byArm[arm.Id] = profile = Begin(arm);
            var point = profile.Scorer.Score(endMs, arm.Values.Mean);
            if (!arm.Values.IsEmpty)
                profile.Buckets++;
            return new ArmScore(point, profile.Buckets < YoungBuckets);
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
        }

        private Profile Begin(in ArmBucket arm)
        {
            var place = (arm.Key.Cluster, arm.Key.Metric);
            if (arm.Key.Track == Track.Stable)
                _stable[place] = arm.Id;
            else if (_stable.TryGetValue(place, out var stable) && _byArm.TryGetValue(stable, out var past))
                return new Profile(past.Scorer.Clone()) { Buckets = past.Buckets };
            return new Profile(new SeriesScorer(ScorerSettings.Live));
        }
    }

    private sealed class Profile(SeriesScorer scorer)
    {
        public SeriesScorer Scorer { get; } = scorer;
        public int Buckets { get; set; }
    }
}
