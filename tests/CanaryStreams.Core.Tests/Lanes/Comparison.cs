using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>Profile and compare over hand-made buckets of one application, a minute each.</summary>
internal sealed class Comparison
{
    private readonly ProfileStage _profile = new();
    private readonly CompareStage _compare;
    private readonly SortedDictionary<ArmKey, (int Id, long LastMs)> _arms = new(ArmKey.Order);

    public const string App = "shop";

    /// <summary>What stable arms run in the buckets that are closed from now on.</summary>
    public string StableVersion { get; set; } = "1.0";

    public Comparison(IFleet? fleet = null) => _compare = new(new StreamSettings(), fleet ?? NoFleet.Instance);

    /// <summary>What rollouts have taught so far.</summary>
    public List<RolloutExperience> Experiences { get; } = [];

    public static ArmKey Stable(string metric = "error_rate", string cluster = "eu") =>
        new(cluster, metric, Track.Stable, "", null);

    public static ArmKey Canary(
        string metric = "error_rate",
        string cluster = "eu",
        string version = "2.0",
        string? variant = null
    ) => new(cluster, metric, Track.Canary, version, variant);

    /// <summary>A bucket of a ratio or a mean; the readings differ a little, as they do.</summary>
    public static Arm Values(double mean, double count = 600) => new(count, mean, 2, 1e-8);

    public static PairBucket Pairs(int bothOk, int onlyCanaryFailed, string version = "2.0") =>
        new("eu", "buy", version, null, bothOk, 0, onlyCanaryFailed, 0);

    public IReadOnlyList<Signal> Request(
        double minute,
        string rollout = "r1",
        string version = "2.0",
        string app = App
    ) =>
        Send(
            rollout,
            new RequestRollout(
                DateTimeOffset.FromUnixTimeMilliseconds(LaneTime.At(minute * 60)),
                new RolloutRequest
                {
                    Rollout = rollout,
                    App = app,
                    Version = version,
                    Clusters = [new ClusterProfile { Name = "eu" }],
                },
                new Policy { Metrics = [.. Policy.DefaultMetrics.Where(m => m.Name == "error_rate")] }
            )
        );

    public IReadOnlyList<Signal> Request(RequestRollout command) => Send(command.Request.Rollout, command);

    public IReadOnlyList<Signal> Cancel(double minute, string rollout = "r1") =>
        Send(
            rollout,
            new CancelRollout(DateTimeOffset.FromUnixTimeMilliseconds(LaneTime.At(minute * 60)), "ann", null)
        );

    public void Report(double minute, Verdict outcome, string rollout = "r1") =>
        Send(
            rollout,
            new ReportOutcome(DateTimeOffset.FromUnixTimeMilliseconds(LaneTime.At(minute * 60)), "eu", outcome, "ann")
        );

    /// <summary>Closes the bucket that ends so many minutes after the start; arms known and not named are silent.</summary>
    public IReadOnlyList<Signal> Close(
        int minute,
        IReadOnlyList<(ArmKey Key, Arm Values)> arms,
        IReadOnlyList<PairBucket>? pairs = null
    )
    {
        var bucket = BucketOf(minute, arms, pairs ?? []);
        return Run(new BucketedItem(bucket, null));
    }

    public ScoredBucket Score(int minute, IReadOnlyList<(ArmKey Key, Arm Values)> arms) =>
        Profile(new BucketedItem(BucketOf(minute, arms, []), null)).Items[0].Bucket!;

    /// <summary>A past that is known well: error rate 0.002 and latency 100 of stable in the cluster <c>eu</c>.</summary>
    public Comparison WithPast(int minutes = 60, params ArmKey[] others)
    {
        for (var minute = 1; minute <= minutes; minute++)
        {
            var wobble = (minute % 7 - 3) * 1e-4;
            Close(
                minute,
                [
                    (Stable(), Values(0.002 + wobble)),
                    (Stable("latency_ms"), Values(100 + 1e4 * wobble)),
                    .. others.Select(key => (key, Values(0.002 + wobble))),
                ]
            );
        }
        return this;
    }

    /// <summary>Closes so many buckets of both arms; the evidence of the canary's error rate in each of them.</summary>
    public List<SignalEvidence> Judge(int from, int minutes, double canary)
    {
        var evidence = new List<SignalEvidence>();
        for (var minute = from; minute < from + minutes; minute++)
        {
            var signals = Close(minute, [(Stable(), Values(0.002)), (Canary(), Values(canary))]);
            evidence.Add(
                signals.Single(s => s.Version == "2.0" && s.Metric == "error_rate").Evidence.ShouldNotBeNull()
            );
        }
        return evidence;
    }

    private AppBucket BucketOf(
        int minute,
        IReadOnlyList<(ArmKey Key, Arm Values)> arms,
        IReadOnlyList<PairBucket> pairs
    )
    {
        var endMs = LaneTime.At(minute * 60);
        foreach (var (key, _) in arms.Where(arm => arm.Values.Count > 0 || !_arms.ContainsKey(arm.Key)))
            _arms[key] = (_arms.TryGetValue(key, out var known) ? known.Id : _arms.Count, endMs - 10_000);
        var all = _arms.Select(arm =>
        {
            var values = arms.Where(a => a.Key == arm.Key).Select(a => a.Values).FirstOrDefault(Arm.Empty);
            var version = arm.Key.Track == Track.Stable ? StableVersion : arm.Key.CanaryVersion;
            return new ArmBucket(
                arm.Value.Id,
                arm.Key,
                version,
                values,
                values.Mean,
                values.Mean,
                values.Mean,
                arm.Value.LastMs,
                Flaw: values is { Readings: > 0, Count: 0 } ? SignalFlaw.ZeroTraffic : null
            );
        });
        return new AppBucket(App, endMs, [.. all], pairs);
    }

    private IReadOnlyList<Signal> Send(string rollout, RolloutCommand command) =>
        Run(new BucketedItem(null, new RolloutUpdate(rollout, command)));

    private LaneBatch<ScoredItem> Profile(BucketedItem item) =>
        _profile.Process(new LaneBatch<BucketedItem>([item], [], new LaneInput([], 0, false)));

    private IReadOnlyList<Signal> Run(BucketedItem item)
    {
        var batch = _compare.Process(Profile(item));
        Experiences.AddRange(batch.Experiences);
        return batch.Items;
    }
}
