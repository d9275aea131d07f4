using System.Collections.Immutable;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Tests.Planning.Impact;

namespace CanaryStreams.Core.Tests.Planning.Champions;

/// <summary>
/// Challengers on the outcomes of simulated fleets, looked at again and again: trained on 200 rollouts and tried on those that
/// come after them, each fleet another.
/// </summary>
public class PromotionTests
{
    private const int Trained = 200;
    private const int Tried = 150;
    private const int RolloutsMin = 30;
    private const int LookEvery = 5;

    [Fact]
    public void Trial_OfAWorseChallengerIn50Fleets_NeverPromotes()
    {
        var promoted = new List<string>();
        for (var seed = 101UL; seed <= 150; seed++)
        {
            var fleet = new Fleet(seed);
            var good = fleet.Train(rows => rows, "causes");
            var shuffled = fleet.Train(rows => Shuffled(rows, seed), "shuffled");
            var flipped = fleet.Train(Flipped, "flipped");
            foreach (var worse in new[] { shuffled, flipped })
                if (fleet.PromotedAfter(worse, good) is { } after)
                    promoted.Add($"seed {seed}: {worse.Version} after {after} rollouts");
        }

        promoted.ShouldBeEmpty();
    }

    [Fact]
    public void Trial_OfAModelThatLearntAgainstThePrior_PromotesInMostFleets()
    {
        var after = new List<int?>();
        for (var seed = 101UL; seed <= 120; seed++)
        {
            var fleet = new Fleet(seed);
            after.Add(fleet.PromotedAfter(fleet.Train(rows => rows, "causes"), ModelRegistry.Prior));
        }

        after.Count(one => one is not null).ShouldBeGreaterThanOrEqualTo(11);
    }

    private static List<ClusterOutcome> Flipped(List<ClusterOutcome> rows) =>
        rows.ConvertAll(row => row with { Failed = !row.Failed });

    private static List<ClusterOutcome> Shuffled(List<ClusterOutcome> rows, ulong seed)
    {
        var random = new SeededRandom(seed);
        var failed = rows.Select(row => row.Failed).OrderBy(_ => random.NextDouble()).ToList();
        return [.. rows.Select((row, i) => row with { Failed = failed[i] })];
    }

    private sealed class Fleet(ulong seed)
    {
        private readonly FleetScenario _scenario = FleetScenario.Draw(seed, Trained + Tried);

        public ImpactModel Train(Func<List<ClusterOutcome>, List<ClusterOutcome>> learn, string name) =>
            ImpactTrainer
                .Train(learn([.. _scenario.Updates.Take(Trained).SelectMany(FleetRows.Seen)]), seed, name)
                .Model;

        /// <summary>Rollouts after which the challenger is promoted; null where it never is.</summary>
        public int? PromotedAfter(ImpactModel challenger, ImpactModel champion)
        {
            var shadowed = new List<ShadowedRollout>();
            var outcomes = new Dictionary<string, IReadOnlyList<ClusterOutcome>>();
            foreach (var update in _scenario.Updates.Skip(Trained))
            {
                shadowed.Add(Shadowed(update, challenger, champion));
                outcomes[update.Rollout] = [.. FleetRows.Seen(update)];
                if (shadowed.Count % LookEvery != 0)
                    continue;
                var trial = Trial.Of(challenger, champion, shadowed, rollout => outcomes[rollout]);
                if (trial.IsWon(RolloutsMin))
                    return shadowed.Count;
            }
            return null;
        }

        private static ShadowedRollout Shadowed(FleetUpdate update, ImpactModel challenger, ImpactModel champion) =>
            new(
                update.Rollout,
                update.RequestMs,
                Plan(update, champion),
                [Plan(update, challenger)],
                IsEnded: true,
                ImmutableSortedDictionary<string, double>.Empty
            );

        private static ShadowPlan Plan(FleetUpdate update, ImpactModel model) =>
            ShadowPlan.Of(Planner.Plan(update.Request(), FleetPolicies.Planned, new LearntImpact(model)));
    }
}
