using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Rollouts;

public sealed record WalkStep(
    RolloutState Before,
    RolloutCommand Command,
    IReadOnlyList<RolloutEvent> Events,
    RolloutState After
);

/// <summary>A rollout that is led through arbitrary commands.</summary>
public sealed class Walk
{
    private static readonly string[] Clusters = ["eu-1", "us-1", "ap-1", "eu-2", "us-2", "ap-2"];
    private DateTimeOffset _now = Given.Start;
    private DateTimeOffset? _observed;

    public RolloutState State { get; private set; } = RolloutState.Initial;
    public List<WalkStep> Steps { get; } = [];
    public IEnumerable<RolloutEvent> Events => Steps.SelectMany(step => step.Events);

    /// <summary>As the walk does: in some rollouts each finished wave makes something else of the risk of the rest.</summary>
    public static Decision Decide(RolloutCommand command, RolloutState state) =>
        Decider.Decide(command, state, new BelievingImpact(s => s.Policy!.AckRetries % 2 == 0 ? null : Belief(s)));

    public void Take(int number)
    {
        // Mostly the ordinary course of things, so that a walk gets somewhere.
        var choice = Math.Abs(number % 32);
        var detail = Math.Abs(number / 32);
        _now = _now.AddSeconds(detail % 3 == 0 ? 0 : detail % 240);
        Do(
            State.Phase == RolloutPhase.None && detail % 4 != 0
                ? new RequestRollout(_now, Request(detail), PolicyOf(detail), detail % 50 == 1 ? "other" : null)
                : Command(choice, detail)
        );
    }

    /// <summary>Acknowledgements, healthy buckets and, where a person is asked for, a resume.</summary>
    public bool EndByHealth()
    {
        var rest = Copy();
        for (var i = 0; i < 400 && rest.State.IsActive; i++)
        {
            rest.AckAll();
            if (rest.State.Holds.Any(h => h.Kind is HoldKind.Operator or HoldKind.Inconclusive))
                rest.Do(new ResumeRollout(rest._now, "ann", null));
            rest._now = rest._now.AddMinutes(1);
            rest.Observe(Clusters.SelectMany(c => Given.Pair(c)));
        }
        return rest.IsCleanlyEnded;
    }

    public bool EndByCancel()
    {
        var rest = Copy();
        rest.Do(new CancelRollout(rest._now, "ann", null));
        rest.AckAll();
        return rest.IsCleanlyEnded;
    }

    /// <summary>In every cluster that was told of the version it has become stable or is out, unless a person stopped waiting for agents.</summary>
    private bool IsCleanlyEnded =>
        !State.IsActive && (Steps[^1].Events is [.., RolloutEnded { Unacknowledged: not null }] || AreAllAtAnEnd);

    private bool AreAllAtAnEnd =>
        State.Phase == RolloutPhase.Ended
        && State.Clusters.All(c => !c.IsTouched || c.Stage is ClusterStage.Promoted or ClusterStage.RolledBack)
        && State.Clusters.All(c =>
            c is not { Withdrawn: not null, IsTouched: true } || c.Stage == ClusterStage.RolledBack
        );

    /// <summary>No agent ever answers; the person cancels again each time that something is due.</summary>
    public bool EndByCancelWithoutAnAnswer()
    {
        var rest = Copy();
        for (var i = 0; i < 100 && rest.State.IsActive; i++)
        {
            rest.Do(new CancelRollout(rest._now, "ann", null));
            if (Deadlines.Next(rest.State, rest._observed) is { } due)
                rest.Do(new PassTime(due > rest._now ? due : rest._now, rest._observed));
        }
        return !rest.State.IsActive;
    }

    /// <summary>No agent ever answers, and nobody does anything after the first cancel: time alone ends it.</summary>
    public bool EndByTimeAlone()
    {
        var rest = Copy();
        rest.Do(new CancelRollout(rest._now, "ann", null));
        var latest = rest._now + PolicyTimes.WithdrawalAtMost + TimeSpan.FromHours(1);
        for (var i = 0; i < 200 && rest.State.IsActive; i++)
        {
            if (Deadlines.Next(rest.State, rest._observed) is not { } due || due > latest)
                return false;
            rest.Do(new PassTime(due > rest._now ? due : rest._now, rest._observed));
        }
        return !rest.State.IsActive;
    }

    private RolloutCommand Command(int choice, int detail) =>
        choice switch
        {
            < 8 => Ack(detail, AckStatus.Applied),
            < 10 => Ack(detail, AckStatus.Failed),
            < 15 => Bucket(Clusters.SelectMany(c => Given.Pair(c))),
            15 => Bucket(Clusters.Skip(detail % 3).SelectMany(c => Given.Pair(c)).Select(s => WithPast(s, detail))),
            < 18 => Bucket(Given.Pair(Clusters[detail % Clusters.Length], Given.Anomalous, 0.1)),
            18 => Bucket(OfVariant(detail, Given.Pair(Clusters[detail % Clusters.Length], Given.Anomalous, 0.9))),
            19 => Bucket(Given.Pair(Clusters[detail % Clusters.Length], Given.Suspicious)),
            20 => Bucket(
                Clusters.SelectMany(
                    (c, i) =>
                        i % 3 == detail % 3
                            ? [Given.Stable(c), Given.Canary(c, quality: SignalQuality.Missing)]
                            : Given.Pair(c)
                )
            ),
            21 when State.Phase == RolloutPhase.Watching => Bucket(
                Clusters.Select(c =>
                    Given.Promoted(c, detail % 2 == 0 ? Given.Anomalous : null, detail % 4 == 0 ? 0.1 : 0.9)
                )
            ),
            21 => Bucket([Given.Stable("eu-1") with { Metric = "unnamed" }]),
            < 26 => new PassTime(Deadlines.Next(State, _observed) ?? _now, _observed),
            26 => new TakeOver(_now, detail % 5 + State.Epoch - 1),
            27 => new PauseRollout(_now, "ann", null),
            28 => new ResumeRollout(_now, "bob", "go on"),
            29 => detail % 4 == 0
                ? new PromoteRollout(_now, "ann", null)
                : new PauseRollout(_now.AddHours(-1), "ann", null),
            30 => detail % 8 == 0 ? new CancelRollout(_now, "ann", null) : new ResumeRollout(_now, "ann", null),
            _ => new ReportOutcome(
                _now,
                detail % 3 == 0 ? null : Clusters[detail % Clusters.Length],
                (Verdict)(detail % 2),
                "operator"
            ),
        };

    private static Signal WithPast(Signal signal, int detail) =>
        signal with
        {
            Baseline = new StableBaseline(
                0.001,
                (detail % 5) switch
                {
                    0 => 60,
                    1 => 600,
                    _ => 6000,
                },
                60,
                60
            ),
        };

    private static RevisedBelief Belief(RolloutState state)
    {
        var promoted = state.Clusters.Count(cluster => cluster.Stage == ClusterStage.Promoted);
        var failed = state.Clusters.Count(cluster => cluster.HasFailed);
        return new RevisedBelief(
            "walk/1",
            $"{promoted} clusters are promoted",
            Clusters
                .Select((name, i) => (name, i))
                .ToDictionary(
                    c => c.name,
                    c => (c.i * 17 + promoted * 41 + failed * 29) % (failed > 0 ? 95 : 50) / 100.0
                )
        );
    }

    /// <summary>Where there are variants, mostly the harm of one of them.</summary>
    private IEnumerable<Signal> OfVariant(int detail, IEnumerable<Signal> signals) =>
        State.Request?.Variants.Count > 0 && detail % 4 != 0
            ? signals.Select(s => s.Track == Track.Canary ? s with { Variant = detail % 4 == 1 ? "a" : "b" } : s)
            : signals;

    private static RolloutRequest Request(int detail)
    {
        var request = Given.Request(
            (detail % 3) switch
            {
                0 => ["eu-1"],
                1 => ["eu-1", "us-1"],
                _ => Clusters,
            },
            detail % 5 == 0 ? ["a", "b", "c"] : null,
            detail % 7 == 0 ? null : new ChangeProfile { Lines = detail % 900 }
        );
        return detail / 11 % 2 == 0 ? request : request with { Clusters = [.. request.Clusters.Select(WithKernel)] };
    }

    /// <summary>Of a part of the clusters it is known that they are vulnerable, or that they aren't.</summary>
    private static ClusterProfile WithKernel(ClusterProfile cluster, int index) =>
        cluster with
        {
            Kernel = (index % 3) switch
            {
                0 => "4.18",
                1 => "6.8",
                _ => null,
            },
        };

    private static Policy PolicyOf(int detail) =>
        Given.Policy with
        {
            Steps = (detail % 12 == 1 ? 0 : detail % 4) switch
            {
                0 => null,
                1 => [100],
                2 => [5, 25],
                _ => [5, 25, 100],
            },
            Waves = (WaveRule)(detail % 11 == 0 ? 0 : 1),
            Blast = (BlastRule)(detail / 7 % 3),
            Inconclusive = (Inconclusive)(detail % 3),
            AckRetries = detail % 7,
            FailureThreshold = detail % 2 == 0 ? null : 0.6,
            Bake = TimeSpan.FromMinutes(detail % 11),
            CommandExpiry = TimeSpan.FromMinutes(detail % 31),
            Watch = detail % 3 == 0 ? TimeSpan.FromMinutes(1 + detail % 59) : null,
        };

    private ReceiveAck Ack(int detail, AckStatus status)
    {
        if (State.Pending.IsEmpty)
        {
            var nothing = new Acknowledgement(
                _now,
                $"checkout-2.4.1/{detail % 9}",
                "checkout-2.4.1",
                null,
                null,
                status,
                5,
                null
            );
            return new ReceiveAck(_now, nothing);
        }
        var pending = State.Pending[detail % State.Pending.Length];
        return new ReceiveAck(_now, Given.Ack(pending.Command, status));
    }

    private void AckAll()
    {
        while (State.Pending is [var pending, ..] && State.IsActive)
            Do(new ReceiveAck(_now, Given.Ack(pending.Command)));
    }

    private ObserveBucket Bucket(IEnumerable<Signal> signals)
    {
        var command = new ObserveBucket(_now, [.. signals], _observed);
        _observed = _now;
        return command;
    }

    private void Observe(IEnumerable<Signal> signals) => Do(Bucket(signals));

    private void Do(RolloutCommand command)
    {
        var before = State;
        var decision = Decide(command, before);
        State = Evolution.Fold(before, decision.Events);
        _now = command.Time > _now ? command.Time : _now;
        Steps.Add(new WalkStep(before, command, decision.Events, State));
    }

    private Walk Copy() =>
        new()
        {
            State = State,
            _now = _now,
            _observed = _observed,
        };
}

/// <summary>Byte arrays compared by content.</summary>
public sealed class Bytes : IEqualityComparer<byte[]>
{
    public static Bytes Same { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => obj.Length;
}
