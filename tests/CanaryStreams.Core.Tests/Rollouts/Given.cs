using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A rollout under test: give it commands, look at the events of the last one and at the state.</summary>
public sealed class Given
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    public static Policy Policy { get; } =
        new()
        {
            Steps = [5, 25, 100],
            Bake = TimeSpan.FromMinutes(10),
            DecideBy = TimeSpan.FromMinutes(30),
            FailureThreshold = 0.6,
        };

    public RolloutState State { get; private set; } = RolloutState.Initial;
    public IReadOnlyList<RolloutEvent> Then { get; private set; } = [];
    public string? Refusal { get; private set; }
    public List<RolloutEvent> History { get; } = [];
    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>What it is planned by; null: the rule of thumb.</summary>
    public IImpact? Impact { get; set; }
    private DateTimeOffset? _observed;

    public static Given Requested(
        Policy? policy = null,
        string[]? clusters = null,
        string[]? variants = null,
        ChangeProfile? change = null,
        IImpact? impact = null
    )
    {
        var given = new Given { Impact = impact };
        given.When(new RequestRollout(Start, Request(clusters, variants, change), policy ?? Policy));
        return given;
    }

    /// <summary>A rollout with a plan of the test's own, its first step commanded.</summary>
    public static Given Planned(Policy policy, string[]? variants, params ClusterPlan[] clusters)
    {
        var given = new Given();
        var request = Request([.. clusters.Select(cluster => cluster.Name)], variants);
        given.Happened(new RolloutRequested(Start, request, policy));
        given.Happened(new RolloutPlanned(Start, new RolloutPlan("test", 0.1, clusters)));
        given.When(new PauseRollout(Start, "ann", null)).When(new ResumeRollout(Start, "ann", null));
        return given;
    }

    public static RolloutRequest Request(
        string[]? clusters = null,
        string[]? variants = null,
        ChangeProfile? change = null
    ) =>
        new()
        {
            Rollout = "checkout-2.4.1",
            App = "checkout",
            Version = "2.4.1",
            From = "2.4.0",
            Variants = variants ?? [],
            Change = change ?? new ChangeProfile(),
            Clusters = [.. (clusters ?? ["eu-1", "us-1"]).Select(name => new ClusterProfile { Name = name })],
        };

    public Given When(RolloutCommand command)
    {
        var decision = Decider.Decide(command, State, Impact);
        Then = decision.Events;
        Refusal = decision.Refusal;
        History.AddRange(Then);
        State = Evolution.Fold(State, Then);
        Now = command.Time > Now ? command.Time : Now;
        return this;
    }

    /// <summary>All outstanding commands are applied.</summary>
    public Given Acked()
    {
        foreach (var pending in State.Pending)
            When(new ReceiveAck(Now, Ack(pending.Command)));
        return this;
    }

    public static Acknowledgement Ack(ControlCommand command, AckStatus status = AckStatus.Applied) =>
        new(
            command.Time,
            command.Id,
            command.Rollout,
            command.App,
            command.Cluster,
            status,
            command.WeightPct,
            status == AckStatus.Failed ? "no such pool" : null
        );

    /// <summary>A bucket <paramref name="minutes"/> later than the last one.</summary>
    public Given Bucket(double minutes, params Signal[] signals)
    {
        var time = Now.AddMinutes(minutes);
        When(new ObserveBucket(time, [.. signals.Select(s => s with { Time = time })], _observed));
        _observed = time;
        return this;
    }

    /// <summary>Of all clusters in which it grows.</summary>
    public Given Healthy(double minutes = 1) => Bucket(minutes, [.. CurrentClusters.SelectMany(c => Pair(c))]);

    /// <summary>Healthy buckets, one a minute.</summary>
    public Given HealthyMinutes(int count)
    {
        for (var i = 0; i < count; i++)
            Healthy();
        return this;
    }

    public Given Pass(DateTimeOffset time) => When(new PassTime(time, _observed));

    /// <summary>Fires the next deadline.</summary>
    public Given NextDeadline() => Pass(Deadlines.Next(State, _observed)!.Value);

    public string CurrentCluster => State.Wave?.First.Name ?? "eu-1";

    public IEnumerable<string> CurrentClusters => State.Wave?.Clusters.Select(cluster => cluster.Name) ?? ["eu-1"];

    private void Happened(RolloutEvent happened)
    {
        History.Add(happened);
        State = Evolution.Evolve(State, happened);
    }

    public IEnumerable<ControlCommand> Commands =>
        Then.Select(e =>
                e switch
                {
                    CommandIssued issued => issued.Command,
                    CommandResent resent => resent.Command,
                    _ => null,
                }
            )
            .OfType<ControlCommand>();

    /// <summary>Stable and canary of one metric, both fresh.</summary>
    public static Signal[] Pair(string cluster, SignalEvidence? evidence = null, double pSustained = 0) =>
        [Stable(cluster), Canary(cluster, evidence, pSustained)];

    public static Signal Stable(string cluster, SignalQuality quality = SignalQuality.Ok) =>
        new()
        {
            Time = Start,
            App = "checkout",
            Cluster = cluster,
            Version = "2.4.0",
            Track = Track.Stable,
            Metric = "error_rate",
            Quality = quality,
        };

    public static Signal Canary(
        string cluster,
        SignalEvidence? evidence = null,
        double pSustained = 0,
        SignalQuality quality = SignalQuality.Ok,
        string? variant = null
    ) =>
        Stable(cluster, quality) with
        {
            Version = "2.4.1",
            Track = Track.Canary,
            Variant = variant,
            AnomalyScore = 0.97,
            Evidence = evidence ?? Quiet,
            Forecast = new SignalForecast(pSustained, null),
            Models = "evidence/1 forecast/1",
        };

    /// <summary>The new version as stable, against what was expected before it.</summary>
    public static Signal Promoted(string cluster, SignalEvidence? evidence = null, double pSustained = 0) =>
        Canary(cluster, evidence, pSustained) with
        {
            Track = Track.Stable,
        };

    public static SignalEvidence Quiet { get; } = new(1.5, 0.0001, -0.001, 0.001, 1200, false, null);
    public static SignalEvidence Suspicious { get; } = new(100, 0.004, 0.001, 0.008, 1200, true, Start.AddMinutes(42));
    public static SignalEvidence Anomalous { get; } = new(3.1e5, 0.009, 0.006, 0.013, 1200, true, Start.AddMinutes(42));
}
