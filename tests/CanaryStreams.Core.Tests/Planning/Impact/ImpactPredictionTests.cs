using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Core.Tests.Planning.Impact;

/// <summary>What the model says of updates that it has not seen.</summary>
public class ImpactPredictionTests
{
    private static readonly ChangeProfile s_dependencies = new()
    {
        Lines = 60,
        Files = 3,
        Dependencies = 5,
    };

    [Fact]
    public void Prior_OverAFleet_IsNoWorseThanTheBaseRateAndBelowATenth()
    {
        var cases = Outcomes.Seeds.SelectMany(seed => Cases(Outcomes.Prior.Model, seed)).ToList();

        cases.Average(one => one.P).ShouldBeInRange(0.02, 0.1);
        Skill(cases).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Prior_OfLargerChangesAndMoreVulnerableClusters_IsHigherByAMildSlope()
    {
        var model = Outcomes.Prior.Model;
        var small = P(model, new ChangeProfile { Lines = 20, Files = 1 }, Outcomes.Usual);
        var large = P(
            model,
            new ChangeProfile
            {
                Lines = 3000,
                Files = 80,
                Dependencies = 3,
                Schema = true,
            },
            Outcomes.Usual
        );
        var vulnerable = P(model, s_dependencies, Outcomes.Usual with { Kernel = "4.18", LoadPct = 90 });

        small.ShouldBeInRange(0.005, 0.06);
        large.ShouldBeInRange(2 * small, 0.4);
        vulnerable.ShouldBeGreaterThan(P(model, s_dependencies, Outcomes.Usual));
    }

    [Fact]
    public void Predict_After200Rollouts_HasMostOfTheSkillThatIsToBeHad()
    {
        var skills = Outcomes
            .Seeds.Select(seed => (Own: Skill(Cases(Outcomes.Trained(seed).Model, seed)), Best: Skill(Oracle(seed))))
            .ToList();

        skills.Average(skill => skill.Own).ShouldBeGreaterThan(0.5 * skills.Average(skill => skill.Best));
    }

    [Fact]
    public void Predict_After200Rollouts_IsCalibrated()
    {
        var cases = Outcomes.Seeds.SelectMany(seed => Cases(Outcomes.Trained(seed).Model, seed)).ToList();

        var bins = CalibrationBin.Of(cases);

        cases.Average(one => one.P).ShouldBe(cases.Average(one => one.Failed ? 1.0 : 0), 0.03);
        bins.Where(bin => bin.Cases > 50).ShouldAllBe(bin => Math.Abs(bin.Predicted - bin.Observed) < 0.12);
        bins.Sum(bin => bin.Cases * Math.Abs(bin.Predicted - bin.Observed)).ShouldBeLessThan(0.03 * cases.Count);
    }

    [Fact]
    public void Predict_WhereOutcomesHangOnNothing_GivesTheirRate()
    {
        // The world of the model's assumptions this isn't: no update carries anything, a twelfth fails by chance.
        var random = new SeededRandom(7);
        var rows = Outcomes.Rows(31, 200).Select(row => row with { Failed = random.Chance(1 / 12.0) }).ToList();
        var model = ImpactTrainer.Train(rows, 1).Model;

        var predicted = rows.Select(row => model.Predict(row.App, row.Change, row.Cluster).PFailure).ToList();

        predicted.Average().ShouldBe(rows.Average(row => row.Failed ? 1.0 : 0), 0.02);
        predicted.Count(p => p is > 0.02 and < 0.25).ShouldBeGreaterThan((int)(0.9 * predicted.Count));
    }

    [Fact]
    public void Predict_WithOutcomes_KnowsMoreThanThePriorDid()
    {
        var old = Outcomes.Usual with { Kernel = "4.18" };
        var before = Outcomes.Prior.Model.Predict("app-01", s_dependencies, old);
        var after = Outcomes.Trained(31).Model.Predict("app-01", s_dependencies, old);

        after.LogitSd.ShouldBeLessThan(before.LogitSd);
        after.EffectiveRows.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Predict_OfMovedDependenciesOnAnOldKernel_NamesBoth()
    {
        var prediction = Outcomes
            .Trained(31)
            .Model.Predict("app-01", s_dependencies, Outcomes.Usual with { Kernel = "4.18" });

        prediction.Faults[0].Fault.ShouldBe("old kernel");
        prediction.Faults.Sum(fault => fault.Probability).ShouldBeLessThanOrEqualTo(prediction.PFailure);
        prediction.Contributions.Take(2).Select(one => one.Feature).ShouldBe(["dependencies", "kernel"], true);
        prediction.Contributions.Take(2).ShouldAllBe(one => one.Logit > 0.5);
    }

    [Fact]
    public void Predict_OfWhatNobodyKnows_IsBetweenTheBestAndTheWorst()
    {
        var model = Outcomes.Trained(32).Model;
        var unknown = model.Predict("never-seen", s_dependencies, new ClusterProfile { Name = "mars-1" });
        var odd = model.Predict(
            "never-seen",
            s_dependencies,
            new ClusterProfile
            {
                Name = "mars-1",
                Kernel = "SunOS 5.11",
                Network = "carrier pigeon",
                MemoryGb = double.NaN,
                LoadPct = double.PositiveInfinity,
            }
        );

        odd.PFailure.ShouldBe(unknown.PFailure);
        odd.PFailure.ShouldBeGreaterThan(P(model, s_dependencies, Outcomes.Usual with { LoadPct = 10 }));
        odd.PFailure.ShouldBeLessThan(P(model, s_dependencies, Outcomes.Usual with { Kernel = "4.18", LoadPct = 90 }));
        odd.LogitSd.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Predict_Effects_FollowThoseOfTheRows()
    {
        var rows = Outcomes
            .Rows(33, 100)
            .Select(row => row with { Effects = new Dictionary<string, double> { ["errors"] = row.Failed ? 4 : 0.1 } })
            .ToList();
        var model = ImpactTrainer.Train(rows, 1).Model;
        var (failed, survived) = (rows.First(row => row.Failed), rows.First(row => !row.Failed));

        var bad = model.Predict(failed.App, failed.Change, failed.Cluster).Metrics.ShouldHaveSingleItem();
        var good = model.Predict(survived.App, new ChangeProfile(), Outcomes.Usual).Metrics.ShouldHaveSingleItem();

        bad.Metric.ShouldBe("errors");
        bad.Mean.ShouldBeGreaterThan(good.Mean);
        bad.Sd.ShouldBeInRange(0.1, 4);
    }

    private static double P(ImpactModel model, ChangeProfile change, ClusterProfile cluster) =>
        model.Predict("app", change, cluster).PFailure;

    private static List<(double P, bool Failed)> Cases(ImpactModel model, ulong seed) =>
        [
            .. Outcomes
                .Later(seed)
                .SelectMany(update =>
                {
                    var request = update.Request();
                    var belief = model.Begin(request.App, request.Change, request.Clusters);
                    return FleetRows.All(update).Select(row => (belief.PFailure(row.Cluster.Name), row.Failed));
                }),
        ];

    /// <summary>What could be said by one who knows the odds by which the faults were drawn.</summary>
    private static List<(double P, bool Failed)> Oracle(ulong seed) =>
        [
            .. Outcomes
                .Later(seed)
                .SelectMany(update =>
                    FleetRows
                        .All(update)
                        .Select(row =>
                            (
                                FaultOdds
                                    .Of(update.Change, update.App.Frailty)
                                    .Where(odds => odds.Fault.Hurts(row.Cluster))
                                    .Sum(odds => odds.Probability),
                                row.Failed
                            )
                        )
                ),
        ];

    private static double Skill(IReadOnlyCollection<(double P, bool Failed)> cases)
    {
        var rate = cases.Average(one => one.Failed ? 1.0 : 0);
        return 1 - cases.Average(one => Math.Pow(one.P - (one.Failed ? 1 : 0), 2)) / (rate * (1 - rate));
    }
}
