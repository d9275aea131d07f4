using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public class ImpactTrainerTests
{
    private static readonly ulong[] s_seeds = [1, 2, 3, 4];

    [Fact]
    public void Skill_After200Rollouts_IsAQuarterAndMostOfWhatCanBeKnown()
    {
        var trials = s_seeds.Select(seed => new Trial(seed, 200)).ToList();

        trials.Average(trial => trial.Skill(trial.Predicted)).ShouldBeGreaterThan(0.25);
        foreach (var trial in trials)
            trial.Skill(trial.Predicted).ShouldBeGreaterThan(0.75 * trial.Skill(cluster => cluster.Cluster.TrueP));
    }

    [Fact]
    public void Skill_OfBoostedTrees_IsLess()
    {
        foreach (var trial in s_seeds.Select(seed => new Trial(seed, 200)))
            trial.Skill(trial.Rival()).ShouldBeLessThan(trial.Skill(trial.Predicted));
    }

    /// <summary>Above six tenths the model says too much; how much is in the decision file.</summary>
    [Fact]
    public void Probabilities_After600RolloutsAndUpToSixTenths_AreCalibrated()
    {
        var bins = CalibrationBin.Of(
            s_seeds
                .Select(seed => new Trial(seed, 600, heldOut: 1500))
                .SelectMany(trial => trial.Cases.Select(one => (trial.Predicted(one), one.Cluster.Failed)))
        );

        bins.Count(bin => bin.Cases > 50).ShouldBeGreaterThan(7);
        bins.Where(bin => bin.From < 0.55).ShouldAllBe(bin => Math.Abs(bin.Predicted - bin.Observed) < 0.05);
    }

    [Fact]
    public void Model_WithoutRows_IsNoWorseThanItsBaseRate()
    {
        var trained = ImpactTrainer.Train([], 1);

        trained.Model.Version.ShouldBe("impact/hidden-faults/0");
        trained.Card.BrierSkill.ShouldBeNull();
        var trials = s_seeds.Select(seed => new Trial(seed, 0)).ToList();
        var cases = trials
            .SelectMany(trial => trial.Cases.Select(one => (P: trial.Predicted(one), one.Cluster.Failed)))
            .ToList();
        var rate = cases.Average(one => one.P);
        cases
            .Average(one => Square(one.P, one.Failed))
            .ShouldBeLessThan(cases.Average(one => Square(rate, one.Failed)));
    }

    [Fact]
    public void Train_OfTheSameRowsInAnyOrder_GivesTheSameBytes()
    {
        var rows = new ImpactWorld(3).Rollouts(60).SelectMany(rollout => rollout.Rows()).ToList();

        var model = ImpactModelJson.Encode(ImpactTrainer.Train(rows, 7).Model);

        ImpactModelJson
            .Encode(ImpactTrainer.Train(rows.AsEnumerable().Reverse(), 7).Model)
            .ToArray()
            .ShouldBe(model.ToArray());
    }

    [Fact]
    public void Train_OfALaterLabel_ReplacesTheRow()
    {
        var rows = new ImpactWorld(4).Rollouts(20).SelectMany(rollout => rollout.Rows()).ToList();
        var label = rows[0] with { Failed = !rows[0].Failed, IsLabelled = true };

        var both = ImpactTrainer.Train([.. rows, label], 1).Model;

        both.Rows.ShouldBe(rows.Count);
        ImpactModelJson
            .Encode(both)
            .ToArray()
            .ShouldBe(ImpactModelJson.Encode(ImpactTrainer.Train([label, .. rows.Skip(1)], 1).Model).ToArray());
    }

    [Fact]
    public void Card_OfTrainedModel_SaysHowFarItCanBeTrusted()
    {
        var rows = new ImpactWorld(5).Rollouts(200).SelectMany(rollout => rollout.Rows()).ToList();

        var card = ImpactTrainer.Train(rows, 1).Card;

        card.Rows.ShouldBe(rows.Count);
        card.Rollouts.ShouldBe(200);
        card.BaseRate.ShouldBe(rows.Average(row => row.Failed ? 1.0 : 0), 1e-12);
        card.BrierSkill!.Value.ShouldBeInRange(0.1, 0.6);
        card.Calibration.Sum(bin => bin.Cases).ShouldBe(rows.Count);
        card.TopWeights.Select(weight => weight.Feature).ShouldContain("fault old kernel: dependencies");
    }

    private static double Square(double p, bool failed) => Math.Pow(p - (failed ? 1 : 0), 2);

    private sealed record Case(WorldRollout Rollout, WorldCluster Cluster);

    /// <summary>A model of some rollouts, and the clusters of later ones, whether reached or not.</summary>
    private sealed class Trial
    {
        private readonly ulong _seed;
        private readonly IReadOnlyList<WorldRollout> _seen;
        private readonly ImpactModel _model;

        public Trial(ulong seed, int rollouts, int heldOut = 300)
        {
            var world = new ImpactWorld(seed);
            _seed = seed;
            _seen = world.Rollouts(rollouts);
            _model = ImpactTrainer.Train(_seen.SelectMany(rollout => rollout.Rows()), seed).Model;
            Cases =
            [
                .. world
                    .Rollouts(heldOut)
                    .SelectMany(rollout => rollout.Clusters.Select(one => new Case(rollout, one))),
            ];
        }

        public IReadOnlyList<Case> Cases { get; }

        public double Predicted(Case one) =>
            _model
                .Begin(one.Rollout.App, one.Rollout.Change, [one.Cluster.Profile], _model.History)
                .PFailure(one.Cluster.Profile.Name);

        /// <summary>Against the share of these cases that fail, which nobody knows beforehand.</summary>
        public double Skill(Func<Case, double> predict)
        {
            var rate = Cases.Average(one => one.Cluster.Failed ? 1.0 : 0);
            return 1
                - Cases.Sum(one => Square(predict(one), one.Cluster.Failed))
                    / Cases.Sum(one => Square(rate, one.Cluster.Failed));
        }

        public Func<Case, double> Rival()
        {
            var set = new ImpactTrainingSet(OutcomeRows.ByRollout(_seen.SelectMany(rollout => rollout.Rows())));
            var rows = set.Rollouts.SelectMany(
                (rollout, i) =>
                    rollout.Select((row, j) => Dense(set.Features, row.Change, row.Cluster, set.Histories[i][j]))
            );
            var trees = BoostedTrees.Train(
                [.. rows],
                [.. set.Samples.SelectMany(sample => sample.Failed)],
                [.. set.Samples.SelectMany((sample, i) => sample.Failed.Select(_ => i + (int)_seed))]
            );
            return one =>
                trees.PFailure(
                    Dense(
                        set.Features,
                        one.Rollout.Change,
                        one.Cluster.Profile,
                        _model.History.For(one.Rollout.App, one.Cluster.Profile.Name)
                    )
                );
        }

        private static double[] Dense(
            ImpactFeatures features,
            ChangeProfile change,
            ClusterProfile cluster,
            ImpactHistory history
        )
        {
            var traits = ClusterTraits.Of(cluster);
            var shared = new double[features.All.Count];
            foreach (var (at, value) in features.HarmOf(cluster, history, traits)[0].Entries)
                shared[at] = value;
            return
            [
                .. ImpactFeatures.ChangeOf(change, history),
                .. traits.Select(trait => trait ?? -9),
                .. shared[ImpactFeatures.SharedAt..],
            ];
        }
    }
}
