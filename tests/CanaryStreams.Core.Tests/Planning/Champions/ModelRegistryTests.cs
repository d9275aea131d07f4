using System.Collections.Immutable;
using System.Text;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Tests.Rollouts;
using Known = CanaryStreams.Core.Tests.Planning.Impact.Outcomes;

namespace CanaryStreams.Core.Tests.Planning.Champions;

/// <summary>Which model plans when, and how a registry travels.</summary>
public class ModelRegistryTests
{
    private static readonly RegisteredModel s_model = RegisteredModel.Of(Known.Trained(31), madeMs: 1000);
    private static readonly long s_startMs = Given.Start.ToUnixTimeMilliseconds();

    [Fact]
    public void Plan_RequestedBeforeAndAfterTheTermBegins_IsMadeByTheOneInForceThen()
    {
        var before = Given.Requested(impact: Champion(s_startMs + 1));
        var after = Given.Requested(impact: Champion(s_startMs));

        before.State.Plan!.Model.ShouldBe(RuleOfThumb.Instance.Version);
        after.State.Plan!.Model.ShouldBe(s_model.Version);
    }

    [Fact]
    public void Plan_OfAChampionWhoseModelIsNotKnown_IsTheRuleOfThumbs()
    {
        var registry = ModelRegistry.Empty.With([new ChampionTerm("impact/causes/7", 0, "ann", "why not")]);

        Given.Requested(impact: new ChampionImpact(registry)).State.Plan!.Model.ShouldBe(RuleOfThumb.Instance.Version);
    }

    [Fact]
    public void Behind_APlan_IsTheModelThatMadeItWhoeverIsChampionNow()
    {
        var impact = new ChampionImpact(
            ModelRegistry.Empty.With(s_model).With([new ChampionTerm(s_model.Version, 0, "ann", "")])
        );

        impact.Behind(new RolloutPlan(s_model.Version, 0.1, []))!.Version.ShouldBe(s_model.Version);
        impact.Behind(new RolloutPlan(RuleOfThumb.Instance.Version, 0.1, [])).ShouldBe(RuleOfThumb.Instance);
        impact.Behind(new RolloutPlan("impact/causes/7", 0.1, [])).ShouldBeNull();
    }

    [Fact]
    public void Read_WhatWasWrittenInAnyOrder_IsTheSameRegistry()
    {
        ChampionTerm[] terms =
        [
            new(s_model.Version, 2000, "ann", "it is better"),
            new(null, 3000, "bob", "it isn't", true),
        ];
        var shadowed = new ShadowedRollout(
            "r1",
            5000,
            new ShadowPlan("rule", [new ShadowCluster("eu-1", 0.6, [5, 100], Wave: 1)]),
            [new ShadowPlan(s_model.Version, [new ShadowCluster("eu-1", 0.69, [2, 100])])],
            IsEnded: true,
            ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("eu-1", 0.65)])
        );

        var read = new[] { ModelRecord.Of(shadowed), ModelRecord.Of(terms), ModelRecord.Of(s_model) }.Aggregate(
            ModelRegistry.Empty,
            (registry, record) => ModelRecord.Read(registry, record.Value)
        );

        read.Terms.ShouldBe(terms);
        var model = read.Models.Values.ShouldHaveSingleItem();
        (model.Version, model.MadeMs).ShouldBe((s_model.Version, 1000));
        ModelRecord.Of(model).Value.ToArray().ShouldBe(ModelRecord.Of(s_model).Value.ToArray());
        var rollout = read.Shadowed.Values.ShouldHaveSingleItem();
        ModelRecord.Of(rollout).Value.ToArray().ShouldBe(ModelRecord.Of(shadowed).Value.ToArray());
        (read.TermAt(1999), read.TermAt(2500), read.TermAt(9999)).ShouldBe((null, terms[0], terms[1]));
    }

    /// <summary>The champion is the oldest of 20, and its term is read before, between and after the models.</summary>
    [Fact]
    public void Read_ManyModelsAndAnOldChampionInAnyOrder_PlansByItAndListsTheSame()
    {
        var models = Enumerable.Range(0, 20).Select(i => Made(i, madeMs: 1000 + i)).ToList();
        var records = models
            .Select(ModelRecord.Of)
            .Append(ModelRecord.Of([new ChampionTerm(models[0].Version, 2000, "ann", "it is better")]))
            .ToList();
        var random = new Random(1);

        var orders = Enumerable.Range(0, 5).Select(_ => records.OrderBy(_ => random.Next()).ToList()).Prepend(records);

        foreach (var order in orders)
        {
            var read = order.Aggregate(
                ModelRegistry.Empty,
                (registry, record) => ModelRecord.Read(registry, record.Value)
            );
            new ChampionImpact(read).Version.ShouldBe(models[0].Version);
            read.Newest.Select(model => model.Version)
                .ShouldBe(
                    models.TakeLast(ModelRegistry.MostModels).Reverse().Append(models[0]).Select(one => one.Version)
                );
        }
    }

    [Fact]
    public void Read_SomethingElse_SaysWhatIsWrong()
    {
        Should.Throw<FormatException>(() => ModelRecord.Read(ModelRegistry.Empty, "{}"u8.ToArray()));
        Should
            .Throw<FormatException>(() => ModelRecord.Read(ModelRegistry.Empty, """{"type":"song"}"""u8.ToArray()))
            .Message.ShouldContain("song");
    }

    [Fact]
    public void Read_TwoRecordsOfTheChampion_TheLaterHoldsThoughItsTermBeginsSooner()
    {
        ChampionTerm[] sooner = [new(s_model.Version, 2000, "ann", "it is better")];
        ChampionTerm[] later = [new("impact/causes/7", 3000, "bob", "no, this")];

        var read = new[] { ModelRecord.Of(later), ModelRecord.Of(sooner) }.Aggregate(
            ModelRegistry.Empty,
            (registry, record) => ModelRecord.Read(registry, record.Value)
        );

        read.Terms.ShouldBe(sooner);
    }

    [Theory]
    [InlineData("""{"model":"rule"}""", """{"eu-1":0.6}""")]
    [InlineData("null", """{"eu-1":0.6}""")]
    [InlineData("""{"model":"rule","clusters":[null]}""", """{"eu-1":0.6}""")]
    [InlineData("""{"model":"rule","clusters":[{"name":null,"failureThreshold":0.6,"steps":[5]}]}""", "{}")]
    [InlineData("""{"model":"rule","clusters":[]}""", """{"eu-1":0.6,"eu-1":0.7}""")]
    public void Read_AShadowedRolloutThatNoTrialCouldUse_IsRefused(string plan, string noted)
    {
        var record = $$"""
            {"type":"shadow","rollout":"r1","requested":"2026-11-22T10:00:00.000Z","made":{"model":"m","clusters":[]},
            "shadows":[{{plan}}],"ended":true,"noted":{{noted}}}
            """;

        Should
            .Throw<FormatException>(() => ModelRecord.Read(ModelRegistry.Empty, Encoding.UTF8.GetBytes(record)))
            .Message.ShouldStartWith("The record ");
    }

    /// <summary>The client sends no record beyond 1 MB.</summary>
    [Fact]
    public void Record_OfARolloutOf500ClustersWithFourChallengers_FitsTheClientsMessage()
    {
        var clusters = Enumerable
            .Range(0, 500)
            .Select(i => new ClusterPlan($"prod-eu-west-{i}", 0.2, [1, 5, 25, 100], 0.6, new string('y', 400), i / 4))
            .ToList();
        var plan = ShadowPlan.Of(new RolloutPlan(s_model.Version, 0.1, clusters));
        var shadowed = new ShadowedRollout(
            "r1",
            5000,
            plan,
            [plan, plan, plan, plan, plan],
            IsEnded: false,
            ImmutableSortedDictionary<string, double>.Empty
        );

        ModelRecord.Of(shadowed).Value.Length.ShouldBeLessThan(500_000);
        plan.BakedSteps.ShouldBe(125 * 3);
    }

    [Fact]
    public void Trial_AnomaliesOfAGoodRollout_CountWhereTheChallengersThresholdIsLower()
    {
        var row = new ClusterOutcome
        {
            Rollout = "r1",
            App = "shop",
            TimeMs = 9000,
            Change = new ChangeProfile(),
            Cluster = Known.Usual,
            Failed = false,
        };
        var shadowed = new ShadowedRollout(
            "r1",
            5000,
            new ShadowPlan("rule", [new ShadowCluster("eu-1", 0.7, [5, 100])]),
            [
                new ShadowPlan(ModelRegistry.Prior.Version, [new ShadowCluster("eu-1", 0.7, [5, 100])]),
                new ShadowPlan(s_model.Version, [new ShadowCluster("eu-1", 0.6, [2, 5, 100])]),
            ],
            IsEnded: true,
            ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("eu-1", 0.65)])
        );

        var trial = Trial.Of(s_model.Model, ModelRegistry.Prior, [shadowed], _ => [row]);

        (trial.Rollouts, trial.FalseRollbacks, trial.FalseRollbacksBefore).ShouldBe((1, 1, 0));
        (trial.Steps, trial.StepsBefore).ShouldBe((2, 1));
        trial.Obstacle(30).ShouldBe("1 of the 30 rollouts that it needs have an outcome");
        (trial with { Capital = 99 }).Obstacle(1).ShouldNotBeNull().ShouldContain("1 good clusters back");
        (trial with { Capital = 99, FalseRollbacks = 0 })
            .Obstacle(1)
            .ShouldNotBeNull()
            .ShouldContain("bake 2.00 steps");
        (trial with { Capital = 99, FalseRollbacks = 0, Steps = 1 }).IsWon(1).ShouldBeTrue();
        (trial with { Capital = 19, FalseRollbacks = 0, Steps = 1 }).IsWon(1).ShouldBeFalse();
        (trial with { Capital = double.NaN, FalseRollbacks = 0, Steps = 1 }).IsWon(1).ShouldBeFalse();
    }

    private static RegisteredModel Made(int i, long madeMs) =>
        RegisteredModel.Of(ImpactTrainer.Train([], seed: 1, $"model{i}"), madeMs);

    private static ChampionImpact Champion(long fromMs) =>
        new(ModelRegistry.Empty.With(s_model).With([new ChampionTerm(s_model.Version, fromMs, "ann", "it is better")]));
}
