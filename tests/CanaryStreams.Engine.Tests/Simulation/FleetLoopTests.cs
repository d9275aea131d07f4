using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;
using CanaryStreams.Engine.Simulation;

namespace CanaryStreams.Engine.Tests.Simulation;

public class FleetLoopTests
{
    private static readonly FleetScenario s_drawn = FleetScenario.Draw(6, 40);

    [Fact]
    public async Task Run_APlainFaultEverywhere_IsRolledBackAndAGoodUpdateIsPromoted()
    {
        var bad = Hiding(HiddenFault.Everywhere, new FaultHarm(0.05, 0, 0));

        var results = await RunAsync(bad, PolicyArm.FixedSteps());

        results[0].Outcome.ShouldBe(RolloutOutcome.RolledBack);
        results[0].DetectionMinutes.ShouldNotBeNull().ShouldBeInRange(1, 20);
        results[0].MetFault.ShouldBe(results[0].OnUpdate, "every request of the canary met it");
        var good = (await RunAsync(Hiding(HiddenFault.None, s_drawn.Updates[0].Harm), PolicyArm.FixedSteps()))[0];
        good.Outcome.ShouldBe(RolloutOutcome.Promoted);
        good.MetFault.ShouldBe(0);
        // Three steps of ten minutes in each cluster, and none takes longer than it must.
        good.MinutesToPromotion.ShouldNotBeNull()
            .ShouldBe(30 * good.Update.App.Clusters.Count, 5 * good.Update.App.Clusters.Count);
    }

    [Fact]
    public async Task Run_ManyUpdates_CatchesMostFaultsAndPromotesMostOfTheRest()
    {
        var results = await RunAsync(s_drawn, PolicyArm.RuleOfThumb());

        var bad = results.Where(result => result.Update.IsBad).ToList();
        results.Select(result => result.Update).ShouldBe(s_drawn.Updates);
        bad.Count.ShouldBeGreaterThan(3);
        bad.Count(result => result.Outcome == RolloutOutcome.RolledBack).ShouldBeGreaterThan(bad.Count * 2 / 3);
        results.Count(result => result.IsFalseRollback).ShouldBeLessThan(4);
        results.ShouldAllBe(result => result.Update.IsBad || result.MetFault == 0);
    }

    [Fact]
    public async Task Run_Twice_GivesTheSameResults()
    {
        var few = s_drawn with { Updates = [.. s_drawn.Updates.Take(8)] };

        var (first, second) = (
            await RunAsync(few, PolicyArm.RuleOfThumb()),
            await RunAsync(few, PolicyArm.RuleOfThumb())
        );

        second.Select(Told).ShouldBe(first.Select(Told));

        static string Told(FleetResult result) =>
            $"{result.Update.Rollout} {result.Outcome} {result.EndMs} {result.MetFault} {result.OnUpdate} {result.DecidedMs}";
    }

    [Fact]
    public async Task Run_FixedSteps_TakesTheClustersInTheOrderOfTheRequestAndTheRuleOfThumbTheMostResilientFirst()
    {
        var fixedOrder = (await RunAsync(One(), PolicyArm.FixedSteps()))[0];
        var ranked = (await RunAsync(One(), PolicyArm.RuleOfThumb()))[0];

        fixedOrder
            .Plan.Clusters.Select(cluster => cluster.Name)
            .ShouldBe(fixedOrder.Update.App.Clusters.Select(cluster => cluster.Name));
        fixedOrder.Plan.Clusters.ShouldAllBe(cluster => cluster.Steps.SequenceEqual(new[] { 5, 25, 50, 100 }));
        ranked.Plan.Clusters.Select(cluster => cluster.Risk).ShouldBeInOrder();
    }

    [Fact]
    public async Task Run_ARolloutThatTakesTooLong_IsCancelledAndTheNextOneOfTheApplicationRuns()
    {
        var updates = s_drawn.Updates.Where(update => update.App == s_drawn.Apps[0]).Take(2).ToList();
        var scenario = s_drawn with { Updates = updates };
        var policy = FleetPolicies.FixedSteps with { Bake = TimeSpan.FromHours(8), DecideBy = TimeSpan.FromHours(16) };

        var results = await RunAsync(scenario, new Spy(policy));

        results.Count.ShouldBe(2);
        results.Where(result => !result.Update.IsBad).ShouldAllBe(result => result.IsUnfinished);
    }

    [Fact]
    public async Task Run_AFaultThatNobodySees_IsPromotedMetUntilTheIncidentAndTaught()
    {
        var blind = new Spy(FleetPolicies.FixedSteps with { Metrics = [s_blind] });
        var scenario = Hiding(HiddenFault.Everywhere, new FaultHarm(0.05, 0, 0));

        var missed = (await RunAsync(scenario, blind))[0];

        missed.IsMissed.ShouldBeTrue();
        missed.MinutesToPromotion.ShouldBeNull("promoting a bad one is no merit");
        var perMinute = missed.Update.App.Clusters.Sum(cluster => cluster.RequestsAt(missed.EndMs));
        missed.MetAfter.ShouldBe(60 * perMinute, 6 * perMinute);
        var clusters = missed.Plan.Clusters.Select(cluster => cluster.Name).ToList();
        var rows = blind.Learnt.ToLookup(row => row.IsLabelled);
        rows[false].Select(row => (row.Cluster.Name, row.Failed)).ShouldBe(clusters.Select(name => (name, false)));
        rows[true].Select(row => (row.Cluster.Name, row.Failed)).ShouldBe(clusters.Select(name => (name, true)));
    }

    [Fact]
    public async Task Run_ARollback_TeachesTheClustersThatKeptItAndTheOneThatFailed()
    {
        var arm = new Spy(FleetPolicies.FixedSteps);

        var results = await RunAsync(s_drawn, arm);

        var late = results.First(result =>
            result.Outcome == RolloutOutcome.RolledBack
            && arm.Learnt.Count(row => row.Rollout == result.Update.Rollout) > 1
        );
        var rows = arm.Learnt.Where(row => row.Rollout == late.Update.Rollout).ToList();
        rows[^1].Failed.ShouldBeTrue();
        rows.SkipLast(1).ShouldAllBe(row => !row.Failed);
        rows.Select(row => row.Order).ShouldBe(Enumerable.Range(0, rows.Count));
        rows.Count.ShouldBeLessThanOrEqualTo(late.Update.App.Clusters.Count, "what was never tried says nothing");
        arm.Learnt.Select(row => row.TimeMs).ShouldBeInOrder();
    }

    [Fact]
    public async Task Run_TheWeightsInForce_DecideWhatTheCanaryMeasures()
    {
        var arm = new Spy(FleetPolicies.FixedSteps);

        var result = (await RunAsync(One(), arm))[0];

        var weights = arm.Commands.Where(command => command.Command == CommandKind.SetCanary);
        weights
            .Select(command => (command.Cluster, command.WeightPct))
            .ShouldBe(
                result.Update.App.Clusters.SelectMany(one => new[] { (one.Name, 5), (one.Name, 25), (one.Name, 50) })
            );
        var first = result.Update.App.Clusters[0];
        foreach (var (signals, weight) in CanarySignals(arm, first.Name).Chunk(10).Zip([5, 25, 50]))
        {
            var seen = signals.Sum(signal => signal.N);
            var usual = signals.Sum(signal => first.RequestsAt(signal.Time.ToUnixTimeMilliseconds()));
            (seen / usual).ShouldBe(weight / 100.0, 0.2 * weight / 100.0);
        }
    }

    /// <summary>Nothing but an outage of nearly everything is worth a rollback.</summary>
    private static readonly MetricPolicy s_blind = new(
        "error_rate",
        MetricKind.Ratio,
        Worse.Up,
        new MinEffect(0.9, Relative: false)
    );

    private static List<Core.Signals.Signal> CanarySignals(Spy arm, string cluster) =>
        [
            .. arm.Signals.Where(signal =>
                signal.Track == Track.Canary && signal.Cluster == cluster && signal is { Metric: "error_rate", N: > 0 }
            ),
        ];

    private static FleetScenario One() =>
        s_drawn with
        {
            Updates = [s_drawn.Updates.First(update => update is { IsBad: false, ColdStart: null })],
        };

    private static FleetScenario Hiding(HiddenFault fault, FaultHarm harm) =>
        s_drawn with
        {
            Updates = [s_drawn.Updates[0] with { Fault = fault, Harm = harm }],
        };

    private static Task<IReadOnlyList<FleetResult>> RunAsync(FleetScenario scenario, IPlanningArm arm) =>
        new FleetLoop(scenario, arm).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Fixed steps by any policy, watched.</summary>
    private sealed class Spy(Policy policy) : IPlanningArm
    {
        private readonly PolicyArm _arm = PolicyArm.FixedSteps();

        public string Name => "spy";
        public List<ClusterOutcome> Learnt { get; } = [];
        public List<ControlCommand> Commands { get; } = [];
        public List<Core.Signals.Signal> Signals { get; } = [];

        public ReplayRun Start(StreamSettings settings, Action<OutputRecord> write) =>
            new(
                settings,
                new Dictionary<string, Policy> { [policy.Name] = policy },
                DetectorModels.Default,
                NoFleet.Instance,
                assumeAcks: false,
                encodesSignals: true,
                record =>
                {
                    if (record.Topic == Topics.Control)
                        Commands.Add(ControlCodec.Decode(record.Value.Span, out _)!);
                    if (record.Topic == Topics.Signals)
                        Signals.Add(Core.Signals.SignalCodec.Decode(record.Value.Span, out _)!);
                    write(record);
                }
            );

        public RolloutRequest Ask(RolloutRequest request) => _arm.Ask(request);

        public void Learn(ClusterOutcome outcome) => Learnt.Add(outcome);
    }
}
