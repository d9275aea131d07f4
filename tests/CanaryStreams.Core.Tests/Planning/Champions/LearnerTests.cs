using System.Text;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Telemetry;
using Known = CanaryStreams.Core.Tests.Planning.Impact.Outcomes;

namespace CanaryStreams.Core.Tests.Planning.Champions;

/// <summary>From events to outcomes, models, shadow plans and a champion, over a simulated fleet.</summary>
public class LearnerTests
{
    private static readonly FleetScenario s_scenario = FleetScenario.Draw(31, 400);
    private static readonly Lazy<(Learner Learner, List<PublishedEvent> Events, List<OutputRecord> Published)> s_run =
        new(() => Run(new LearnerSettings()));

    [Fact]
    public void Observe_AFleetsRollouts_TrainsShadowsAndNamesAChampionThatPlansThen()
    {
        var (learner, events, published) = s_run.Value;

        var registry = learner.Registry;
        registry.Models.Count.ShouldBeGreaterThan(3);
        var first = registry.Terms[0];
        first.By.ShouldBe(Learner.Name);
        first.Reason.ShouldStartWith("promoted: over ");
        published.Count(record => record.Topic == Topics.Outcomes).ShouldBeGreaterThan(400);
        var planned = events.Select(one => one.Happened).OfType<RolloutPlanned>().ToList();
        planned
            .Where(one => one.Time.ToUnixTimeMilliseconds() >= first.FromMs)
            .ShouldAllBe(one => one.Plan.Model != RuleOfThumb.Instance.Version);
        planned
            .Where(one => one.Time.ToUnixTimeMilliseconds() < first.FromMs)
            .ShouldAllBe(one => one.Plan.Model == RuleOfThumb.Instance.Version);
    }

    [Fact]
    public void Observe_ShadowPlans_AreOfModelsThatWereMadeBeforeTheRequest()
    {
        var (learner, _, published) = s_run.Value;

        var shadowed = learner.Registry.Shadowed.Values.ToList();
        shadowed.Count.ShouldBeGreaterThan(100);
        var made = published
            .Where(record =>
                record.Topic == Topics.Models && Key(record).StartsWith("impact/", StringComparison.Ordinal)
            )
            .Select(record => ModelRecord.Read(ModelRegistry.Empty, record.Value).Models.Values.Single())
            .ToDictionary(model => model.Version, model => model.MadeMs);
        foreach (var rollout in shadowed)
        foreach (var plan in rollout.Shadows.Where(plan => plan.Model != ModelRegistry.Prior.Version))
            made[plan.Model].ShouldBeLessThan(rollout.RequestedMs);
    }

    [Fact]
    public void Observe_AfterARestart_TheSameEventsSayNothingNew()
    {
        var (learner, events, published) = s_run.Value;
        var restarted = new Learner(new LearnerSettings());
        foreach (var record in published)
        {
            if (record.Topic == Topics.Outcomes)
                restarted.TakeOutcome(record.Value);
            else
                restarted.TakeModels(record.Value);
        }

        var again = events.SelectMany(one => restarted.Observe(one, Now(events))).ToList();

        again.Where(record => !Key(record).StartsWith("shadow/", StringComparison.Ordinal)).ShouldBeEmpty();
        restarted.Registry.Terms.ShouldBe(learner.Registry.Terms);
        restarted.Trials().ShouldBe(learner.Trials());
        restarted.CatchUp(Now(events)).ShouldBeEmpty();
    }

    /// <summary>Outcomes had been published, and the model or the champion that followed from them hadn't.</summary>
    [Theory]
    [InlineData("impact/")]
    [InlineData("champion")]
    public void CatchUp_AfterACrashBeforeARecord_MakesItThen(string key)
    {
        var (_, events, published) = Run(new LearnerSettings(), until: IsLost);
        var lost = published.First(IsLost);
        var restarted = new Learner(new LearnerSettings());
        foreach (var record in published.TakeWhile(record => record != lost))
        {
            if (record.Topic == Topics.Outcomes)
                restarted.TakeOutcome(record.Value);
            else
                restarted.TakeModels(record.Value);
        }

        var again = events.SelectMany(one => restarted.Observe(one, Now(events))).ToList();
        var caughtUp = restarted.CatchUp(Now(events));

        again.Exists(IsLost).ShouldBeFalse();
        Key(caughtUp.ShouldHaveSingleItem()).ShouldBe(Key(lost));

        bool IsLost(OutputRecord record) => Key(record).StartsWith(key, StringComparison.Ordinal);
    }

    [Fact]
    public void CatchUp_NewRowsThatAreDatedBeforeTheLastOneOfTheModel_CountAsNew()
    {
        var learner = new Learner(new LearnerSettings { RetrainAfter = 20 });
        var rows = Known.Rows(31, 100).Take(40).ToList();
        foreach (var row in rows.Take(20))
            learner.TakeOutcome(ClusterOutcomeJson.Encode(row with { TimeMs = 2_000_000 }));
        learner.CatchUp(nowMs: 2_000_000);

        foreach (var row in rows.Skip(20))
            learner.TakeOutcome(ClusterOutcomeJson.Encode(row with { TimeMs = 1_000_000 }));
        learner.CatchUp(nowMs: 2_000_000);

        learner.Registry.Newest.Select(model => model.Model.Rows).ShouldBe([40, 20]);
    }

    [Fact]
    public void Observe_WhereAPersonPromotes_NoneIsNamed()
    {
        var (learner, _, _) = Run(new LearnerSettings { Promotes = false }, rollouts: 200);

        learner.Registry.Terms.ShouldBeEmpty();
        learner.Trials().ShouldNotBeEmpty();
    }

    private static (Learner, List<PublishedEvent>, List<OutputRecord>) Run(
        LearnerSettings settings,
        int rollouts = 400,
        Func<OutputRecord, bool>? until = null
    )
    {
        var learner = new Learner(settings);
        var (events, published) = (new List<PublishedEvent>(), new List<OutputRecord>());
        var all = s_scenario
            .Updates.Take(rollouts)
            .SelectMany(update => FleetEvents.Of(update, new ChampionImpact(learner.Registry)));
        foreach (var recorded in all)
        {
            events.Add(recorded);
            published.AddRange(learner.Observe(recorded, recorded.Happened.Time.ToUnixTimeMilliseconds()));
            if (until is not null && published.Exists(record => until(record)))
                break;
        }
        return (learner, events, published);
    }

    private static long Now(List<PublishedEvent> events) =>
        events.Max(one => one.Happened.Time).ToUnixTimeMilliseconds();

    private static string Key(OutputRecord record) => Encoding.UTF8.GetString(record.Key.Span);
}
