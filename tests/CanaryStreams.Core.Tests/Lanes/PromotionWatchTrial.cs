using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>What happens in a watch. Those before <see cref="ErrorsTenfold"/> are nobody's fault.</summary>
internal enum WatchCourse
{
    Plain,
    Blips,
    Incident,
    WarmUp,
    SteepDay,
    SmallOffset,
    MissingTelemetry,

    /// <summary>Of half an hour: nothing tells it from a fault, and it isn't among the good ones that are counted.</summary>
    LongIncident,
    ErrorsTenfold,
    ErrorsBusy,
    Latency,
    Cpu,
    Conversion,
    ErrorsGrowing,
}

/// <param name="RolledBack">Minute of the watch; null where it ended promoted.</param>
/// <param name="Onset">Minute in which the fault began; 0 where there is none.</param>
/// <param name="Metric">The deciding one; null where none was.</param>
internal sealed record WatchOutcome(WatchCourse Course, int Onset, int? RolledBack, string? Metric)
{
    public bool IsFaulty => Course >= WatchCourse.ErrorsTenfold;

    /// <summary>Only what comes after the onset is a catch.</summary>
    public bool IsCaught => IsFaulty && RolledBack > Onset;
}

/// <summary>
/// A promoted rollout in two clusters, minute by minute through the lane and the decider: four hours of the old version, then an
/// hour in which the new one is watched. Noise as in <see cref="RolloutSimulator"/>: a load with a day, noise shared and own, counted
/// requests and events.
/// </summary>
internal sealed class PromotionWatchTrial
{
    private const int Past = 240;
    private const int WatchMinutes = 60;
    private static readonly string[] s_clusters = ["eu", "us"];
    private static readonly MetricPolicy[] s_metrics = [.. Policy.DefaultMetrics];
    private static readonly double[] s_own = [0.1, 0.02, 0.04, 0.03];
    private static readonly double[] s_shared = [0.15, 0.06, 0.05, 0.05];
    private static readonly double[] s_elasticity = [0.2, 0.1, 0.5, 0];

    private readonly SeededRandom _random;
    private readonly WatchCourse _course;
    private readonly int _onset;
    private readonly int _lasts;
    private readonly bool _isEverywhere;
    private readonly double _size;
    private readonly double _dayMinute;
    private readonly double _requests;
    private readonly double[] _levels;
    private readonly double[,] _noise = new double[2, 8];
    private readonly double[] _load = new double[2];
    private readonly int[] _blipEnds = new int[2];

    public PromotionWatchTrial(ulong seed, int run, WatchCourse course)
    {
        _random = SeededRandom.Of(seed, (ulong)run);
        _course = course;
        _onset = (int)_random.Uniform(2, 40);
        _lasts =
            course == WatchCourse.MissingTelemetry ? (int)_random.Uniform(5, 15)
            : course == WatchCourse.LongIncident ? 30
            : (int)_random.Uniform(4, 13);
        _isEverywhere = course is WatchCourse.Incident or WatchCourse.LongIncident || _random.Chance(0.5);
        _size = _random.NextDouble();
        _dayMinute = _random.Uniform(0, 1440);
        _requests = course switch
        {
            WatchCourse.ErrorsTenfold => 60,
            WatchCourse.ErrorsBusy => 600,
            WatchCourse.Conversion => 3000,
            _ => _random.NextDouble() switch
            {
                < 0.3 => 60,
                < 0.7 => 600,
                _ => 3000,
            },
        };
        var errors = course is WatchCourse.ErrorsTenfold or WatchCourse.ErrorsBusy
            ? 0.001
            : Math.Exp(_random.Uniform(Math.Log(0.0005), Math.Log(0.005)));
        _levels = [errors, _random.Uniform(20, 300), _random.Uniform(10, 45), _random.Uniform(0.03, 0.08)];
    }

    public WatchOutcome Play()
    {
        var lane = new Comparison();
        for (var minute = 1; minute <= Past; minute++)
            lane.Close(minute, Arms(minute));
        var requested = DateTimeOffset.FromUnixTimeMilliseconds(LaneTime.At(Past * 60));
        var request = new RequestRollout(
            requested,
            new RolloutRequest
            {
                Rollout = "r1",
                App = Comparison.App,
                Version = "2.0",
                Clusters = [.. s_clusters.Select(name => new ClusterProfile { Name = name })],
            },
            new Policy
            {
                Metrics = s_metrics,
                Watch = TimeSpan.FromMinutes(WatchMinutes),
                FailureThreshold = 0.6,
            }
        );
        lane.Request(request);
        // One more of the old version, by which the lane knows what the arms ran before.
        lane.Close(Past + 1, Arms(Past + 1));
        lane.StableVersion = "2.0";
        var state = Watching(request, requested.AddMinutes(1));
        for (var minute = 1; minute <= WatchMinutes; minute++)
        {
            var signals = lane.Close(Past + 1 + minute, Arms(Past + 1 + minute));
            var decision = Decider.Decide(new ObserveBucket(signals[0].Time, signals), state);
            if (decision.Events.OfType<RollbackDecided>().FirstOrDefault() is { } decided)
                return new WatchOutcome(_course, OnsetOrNone, minute, decided.Evidence[0].Metric);
            state = Evolution.Fold(state, decision.Events);
        }
        return new WatchOutcome(_course, OnsetOrNone, null, null);
    }

    private int OnsetOrNone => _course >= WatchCourse.ErrorsTenfold ? _onset : 0;

    private static RolloutState Watching(RequestRollout request, DateTimeOffset promoted) =>
        Evolution.Fold(
            RolloutState.Initial,
            [
                new RolloutRequested(request.Time, request.Request, request.Policy),
                new RolloutPlanned(
                    request.Time,
                    new RolloutPlan(
                        "test",
                        0.1,
                        [.. s_clusters.Select(c => new ClusterPlan(c, 0.1, [5, 100], 0.6, "test"))]
                    )
                ),
                .. s_clusters.Select(cluster => new ClusterPromoted(promoted, cluster)),
                new WatchBegun(promoted, promoted.AddMinutes(WatchMinutes)),
            ]
        );

    private List<(ArmKey, Arm)> Arms(int at)
    {
        var arms = new List<(ArmKey, Arm)>();
        for (var cluster = 0; cluster < s_clusters.Length; cluster++)
        {
            Move(cluster, at);
            var minute = at - Past - 1;
            var isMissing =
                _course == WatchCourse.MissingTelemetry
                && Concerns(cluster)
                && minute >= _onset
                && minute < _onset + _lasts;
            var amplitude = _course == WatchCourse.SteepDay ? 0.6 : 0.3;
            var load =
                (1 + amplitude * Math.Sin(2 * Math.PI * (_dayMinute + at) / 1440)) * Math.Exp(0.1 * _load[cluster]);
            var requests = _random.Poisson(_requests * load);
            for (var metric = 0; metric < s_metrics.Length; metric++)
            {
                var arm = Value(cluster, metric, minute, load, requests);
                if (!isMissing && arm.Count > 0)
                    arms.Add((Comparison.Stable(s_metrics[metric].Name, s_clusters[cluster]), arm));
            }
        }
        return arms;
    }

    private Arm Value(int cluster, int metric, int minute, double load, int requests)
    {
        var log =
            s_shared[metric] * _noise[cluster, metric]
            + s_own[metric] * _noise[cluster, 4 + metric]
            + s_elasticity[metric] * Math.Log(load);
        var level = _levels[metric] * Math.Exp(log) * (1 + Disturbance(cluster, metric, minute));
        if (s_metrics[metric].Kind == MetricKind.Ratio)
        {
            var events = _random.Binomial(requests, Math.Clamp(level, 0, 0.97));
            return requests == 0 ? Arm.Empty : new Arm(requests, (double)events / requests, 2, 1e-8);
        }
        var (count, deviation) = s_metrics[metric].Kind == MetricKind.Gauge ? (2, 0.04) : (Math.Max(requests, 1), 0.7);
        var (one, other) = (Reading(), Reading());
        var mean = (one + other) / 2;
        return new Arm(count, mean, 2, Math.Pow(one - mean, 2) + Math.Pow(other - mean, 2));

        double Reading() => level * Math.Max(1 + deviation / Math.Sqrt(count / 2.0) * _random.Normal(), 0.05);
    }

    private void Move(int cluster, int at)
    {
        Step(ref _load[cluster], 0.9);
        for (var i = 0; i < 8; i++)
            Step(ref _noise[cluster, i], i < 4 ? 0.9 : 0.7);
        if (_course == WatchCourse.Blips && at > _blipEnds[cluster] + 2 && _random.Chance(1 / 18.0))
            _blipEnds[cluster] = at + 2;

        void Step(ref double state, double slow) =>
            state = slow * state + Math.Sqrt(1 - slow * slow) * _random.Normal();
    }

    private bool Concerns(int cluster) => cluster == 0 || _isEverywhere;

    /// <summary>What is added to a level's factor of one.</summary>
    private double Disturbance(int cluster, int metric, int minute)
    {
        var since = minute - _onset;
        var offset = s_metrics[metric].MinEffect is { Relative: true } relative
            ? relative.Size
            : Math.Min(s_metrics[metric].MinEffect.Size / _levels[metric], 0.5);
        return (_course, metric) switch
        {
            (WatchCourse.Blips, 0 or 1) when minute + Past + 1 < _blipEnds[cluster] => metric == 0
                ? 10 + 30 * _size
                : 0.5 + 1.5 * _size,
            (WatchCourse.Incident or WatchCourse.LongIncident, < 3) when since >= 0 && since < _lasts => metric == 0
                ? 4 + 26 * _size
                : 0.3 + 1.2 * _size,
            (WatchCourse.Incident or WatchCourse.LongIncident, 3) when since >= 0 && since < _lasts => -0.4,
            (WatchCourse.WarmUp, < 3) when minute > 0 => (metric == 0 ? 3 : 0.8) * _size * Math.Exp(-minute / 2.0),
            (WatchCourse.SmallOffset, _) when minute > 0 => (_size - 0.5) * offset,
            (>= WatchCourse.ErrorsTenfold, _) when since < 0 || !Concerns(cluster) => 0,
            (WatchCourse.ErrorsTenfold, 0) => 9,
            (WatchCourse.ErrorsBusy, 0) => 4,
            (WatchCourse.Latency, 1) => 0.2,
            (WatchCourse.Cpu, 2) => 0.4,
            (WatchCourse.Conversion, 3) => -0.25,
            (WatchCourse.ErrorsGrowing, 0) => 0.0012 / _levels[0] * since,
            _ => 0,
        };
    }
}
