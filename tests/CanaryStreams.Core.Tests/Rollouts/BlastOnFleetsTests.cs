using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Tests.Planning.Impact;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Whom <c>similar</c> stops on the fleets of the simulator, where it is known whom an update would hurt.</summary>
public class BlastOnFleetsTests
{
    private static readonly Policy s_policy = Given.Policy with
    {
        Steps = [100],
        Bake = TimeSpan.Zero,
        Waves = WaveRule.OneByOne,
        Blast = BlastRule.Similar,
    };

    [Fact]
    public void ByAModel_AllThatWouldBeHurtAreOutAndMostOthersGoOn()
    {
        var (hurtOut, wellOn) = Shares(seed => new LearntImpact(Outcomes.Trained(seed).Model));

        hurtOut.ShouldBeGreaterThan(0.98);
        wellOn.ShouldBeGreaterThan(0.95);
    }

    [Fact]
    public void ByThePriorAlone_NearlyAllThatWouldBeHurtAreOutAndMostOthersGoOn()
    {
        var (hurtOut, wellOn) = Shares(_ => new LearntImpact(Outcomes.Prior.Model));

        hurtOut.ShouldBeGreaterThan(0.98);
        wellOn.ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void ByTraits_MostThatWouldBeHurtAreOutAndMostOthersGoOn()
    {
        var (hurtOut, wellOn) = Shares(_ => RuleOfThumb.Instance);

        hurtOut.ShouldBeGreaterThan(0.85);
        wellOn.ShouldBeGreaterThan(0.7);
    }

    /// <summary>Over all later updates that hurt somebody: of the clusters beside the first that fails.</summary>
    private static (double HurtOut, double WellOn) Shares(Func<ulong, IImpact> impact)
    {
        var clusters = Outcomes
            .Seeds.SelectMany(seed =>
                Outcomes.Later(seed).Where(update => update.Hurt.Contains(true)).SelectMany(u => Ruled(u, impact(seed)))
            )
            .ToLookup(cluster => cluster.Hurt, cluster => cluster.IsOut);
        return (clusters[true].Average(isOut => isOut ? 1 : 0), clusters[false].Average(isOut => isOut ? 0 : 1));
    }

    private static IEnumerable<(bool Hurt, bool IsOut)> Ruled(FleetUpdate update, IImpact impact)
    {
        var given = new Given { Impact = impact };
        given.When(new RequestRollout(Given.Start, update.Request(), s_policy));
        var request = given.State.Request!;
        bool IsHurt(string cluster) => update.Hurt[update.IndexOf(cluster)];
        while (!IsHurt(given.CurrentCluster))
            given.Acked().Bucket(1, OfApp(request, given.CurrentCluster, Given.Quiet));
        var failed = given.CurrentCluster;
        given.Acked().Bucket(1, OfApp(request, failed, Given.Anomalous));
        var goOn = given.Then.OfType<ClustersRolledBack>().SelectMany(e => e.GoOn).Select(one => one.Cluster).ToList();
        return request
            .Clusters.Select(cluster => cluster.Name)
            .Where(name => name != failed)
            .Select(name => (IsHurt(name), !goOn.Contains(name)));
    }

    private static Core.Signals.Signal[] OfApp(
        RolloutRequest request,
        string cluster,
        Core.Signals.SignalEvidence evidence
    ) =>
        [
            Given.Stable(cluster),
            Given.Canary(cluster, evidence, evidence == Given.Anomalous ? 0.99 : 0) with
            {
                Version = request.Version,
            },
        ];
}
