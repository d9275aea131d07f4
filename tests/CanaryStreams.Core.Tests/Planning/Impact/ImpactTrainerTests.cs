using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public class ImpactTrainerTests
{
    [Fact]
    public void Train_OnTheSameRowsInAnyOrder_GivesTheSameBytes()
    {
        var rows = Outcomes.Rows(34, 120).ToList();
        var random = new SeededRandom(3);
        var shuffled = rows.OrderBy(_ => random.NextUInt64()).ToList();

        var (one, other) = (ImpactTrainer.Train(rows, 5), ImpactTrainer.Train(shuffled, 5));

        ImpactModelJson.Encode(other.Model).Span.SequenceEqual(ImpactModelJson.Encode(one.Model).Span).ShouldBeTrue();
        other.Card.Brier.ShouldBe(one.Card.Brier);
    }

    [Fact]
    public void Train_RowsToldTwiceAndALabelLater_LearnsEachClusterOnce()
    {
        var rows = Outcomes.Rows(34, 40).ToList();
        var missed = rows.First(row => !row.Failed);
        var told = missed with { Failed = true, IsLabelled = true, TimeMs = missed.TimeMs + 3_600_000 };

        var model = ImpactTrainer.Train([.. rows, .. rows, told], 1).Model;
        var expected = ImpactTrainer.Train(rows.Select(row => row == missed ? told : row), 1).Model;

        model.Rows.ShouldBe(rows.Count);
        ImpactModelJson.Encode(model).Span.SequenceEqual(ImpactModelJson.Encode(expected).Span).ShouldBeTrue();
    }

    [Fact]
    public void Train_TheSameClusterToldTwiceAlike_DoesNotHangOnWhichCameFirst()
    {
        var rows = Outcomes.Rows(34, 20).ToList();
        var again = rows[0] with { Effects = new Dictionary<string, double> { ["error_rate"] = 3 } };

        var one = ImpactTrainer.Train([.. rows, again], 1).Model;
        var other = ImpactTrainer.Train([again, .. rows], 1).Model;

        ImpactModelJson.Encode(other).Span.SequenceEqual(ImpactModelJson.Encode(one).Span).ShouldBeTrue();
    }

    [Fact]
    public void Train_RolloutsOfOneNameInTwoApplications_AreTwo()
    {
        var rows = Outcomes.Rows(34, 1).Take(1).ToList();

        var model = ImpactTrainer.Train([.. rows, rows[0] with { App = "another" }], 1).Model;

        model.Rows.ShouldBe(2);
    }

    [Fact]
    public void Train_OnARolloutThatStoppedAtItsFirstFailure_DoesNotTakeTheRestForGood()
    {
        // Where the rollout ended, the clusters behind gave no rows; had they survived, the risk would be lower.
        var rows = Outcomes.Rows(34, 60).ToList();
        var failed = rows.First(row => row.Failed);
        var behind = failed with
        {
            Cluster = failed.Cluster with { Name = "behind" },
            Order = failed.Order + 1,
            Failed = false,
        };

        var censored = ImpactTrainer.Train(rows, 1).Model.Predict(failed.App, failed.Change, failed.Cluster);
        var known = ImpactTrainer.Train([.. rows, behind], 1).Model.Predict(failed.App, failed.Change, failed.Cluster);

        known.PFailure.ShouldBeLessThan(censored.PFailure);
    }

    [Fact]
    public void Train_WithoutRows_IsThePriorAndSaysSo()
    {
        var (model, card) = Outcomes.Prior;

        model.Version.ShouldBe("impact/causes/0");
        (card.Rows, card.Rollouts, card.BaseRate).ShouldBe((0, 0, 0.0));
        card.Brier.ShouldBeNull();
        card.Learnt.ShouldAllBe(one => Math.Abs(one.Mean - one.Before) < 1e-4);
    }

    [Fact]
    public void Train_OnAFleet_CardSaysHowFarItCanBeTrusted()
    {
        var (model, card) = Outcomes.Trained(31);

        model.Version.ShouldStartWith($"impact/causes/{model.Rows}@2026-");
        card.Model.ShouldBe(model.Version);
        card.Rollouts.ShouldBe(200);
        card.BrierSkill.ShouldNotBeNull().ShouldBeInRange(-0.05, 0.5);
        card.Calibration.Sum(bin => bin.Cases).ShouldBe(model.Rows);
        card.Learnt.Count.ShouldBe(10);
        card.Learnt.ShouldAllBe(one => one.Sd > 0);
    }

    [Fact]
    public void Train_OnMoreApplicationsThanHaveEffects_ForgetsTheRarest()
    {
        var rows = Outcomes.Rows(34, 200).Select((row, i) => row with { App = $"app-{i % 90}", Rollout = $"r-{i}" });

        var model = ImpactTrainer.Train(rows.Take(300), 1).Model;

        model.Layout.Apps.Count.ShouldBe(ImpactLayout.NamedMax);
        ImpactModelJson.Decode(ImpactModelJson.Encode(model)).Version.ShouldBe(model.Version);
    }
}
