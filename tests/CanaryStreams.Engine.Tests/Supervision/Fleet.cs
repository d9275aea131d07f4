using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Tests.Supervision;

/// <summary>Inputs as a small fleet would send them: one cluster, version 2.0 over 1.0, steps of ten minutes.</summary>
internal static class Fleet
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private static readonly Policy Policy = new()
    {
        Steps = [5, 25, 100],
        Bake = TimeSpan.FromMinutes(10),
        FailureThreshold = 0.6,
    };

    public static SupervisorInput Request(string rollout, string app) =>
        Request(rollout, app, new ChangeProfile(), "eu-1");

    /// <summary>The same, watched for an hour after its promotion.</summary>
    public static SupervisorInput WatchedRequest(string rollout, string app, int minute = 0, params string[] clusters)
    {
        var request = (RequestRollout)
            ((UpdateInput)Request(rollout, app, new ChangeProfile(), clusters)).Update.Command;
        return Override(
            rollout,
            request with
            {
                Time = Start.AddMinutes(minute),
                Policy = request.Policy with { Watch = TimeSpan.FromHours(1) },
            }
        );
    }

    /// <summary>A small change: the first cluster alone, then the others together.</summary>
    public static SupervisorInput RequestInWaves(string rollout, string app, params string[] clusters) =>
        Request(rollout, app, new ChangeProfile { Lines = 10 }, clusters);

    public static SupervisorInput Override(string rollout, RolloutCommand command) =>
        new UpdateInput(new RolloutUpdate(rollout, command));

    public static SupervisorInput Ack(string id, DateTimeOffset? time = null) =>
        new AckInput(
            new Acknowledgement(time ?? Start, id, id.Split('/')[0], null, "eu-1", AckStatus.Applied, null, null)
        );

    /// <summary>Stable and canary of the bucket that ends so many minutes after the start.</summary>
    public static IReadOnlyList<SupervisorInput> Bucket(string app, int minute, bool harm = false)
    {
        var stable = new Signal
        {
            Time = Start.AddMinutes(minute),
            App = app,
            Cluster = "eu-1",
            Version = "1.0",
            Track = Track.Stable,
            Metric = "error_rate",
        };
        var canary = stable with
        {
            Version = "2.0",
            Track = Track.Canary,
            Evidence = new SignalEvidence(harm ? 1e6 : 1, 0.02, 0.01, 0.03, 1000, harm, Start),
            Forecast = new SignalForecast(harm ? 0.9 : 0.1, null),
            Last = true,
        };
        return [new SignalInput(stable), new SignalInput(canary)];
    }

    /// <summary>The same of several clusters.</summary>
    public static IReadOnlyList<SupervisorInput> Bucket(string app, int minute, params string[] clusters) =>
        [
            .. clusters.SelectMany(cluster =>
                Bucket(app, minute)
                    .Cast<SignalInput>()
                    .Select(input => new SignalInput(
                        input.Signal with
                        {
                            Cluster = cluster,
                            Last = input.Signal.Last && cluster == clusters[^1],
                        }
                    ))
            ),
        ];

    /// <summary>The same with a canary of which nothing is heard, and with stable's past.</summary>
    public static IReadOnlyList<SupervisorInput> SilentBucket(string app, int minute)
    {
        var both = Bucket(app, minute).Cast<SignalInput>().Select(input => input.Signal).ToList();
        return
        [
            new SignalInput(both[0] with { Baseline = new StableBaseline(0.001, 60, 240, 60) }),
            new SignalInput(both[1] with { Quality = SignalQuality.Missing, Evidence = null }),
        ];
    }

    private static SupervisorInput Request(
        string rollout,
        string app,
        ChangeProfile change,
        params string[] clusters
    ) =>
        Override(
            rollout,
            new RequestRollout(
                Start,
                new RolloutRequest
                {
                    Rollout = rollout,
                    App = app,
                    Version = "2.0",
                    Change = change,
                    Clusters = [.. clusters.Select(name => new ClusterProfile { Name = name })],
                },
                Policy
            )
        );
}
