using System.Text;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Tests.Rollouts;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public class ImpactModelTests
{
    private static readonly ImpactModel s_trained = ImpactTrainer
        .Train(new ImpactWorld(1).Rollouts(200).SelectMany(rollout => rollout.Rows()), 1)
        .Model;

    private static readonly ChangeProfile s_change = new() { Dependencies = 6, Lines = 40 };
    private static readonly ClusterProfile s_old = Cluster("old-1", "4.18.0-305.el8");
    private static readonly ClusterProfile s_old2 = Cluster("old-2", "4.18.0-305.el8");
    private static readonly ClusterProfile s_new = Cluster("new-1", "6.1.52");

    [Fact]
    public void Belief_AfterAFailure_RisesMostWhereTheProfileIsAlike()
    {
        var before = Begin();
        var after = before.After("old-1", failed: true);

        after.PFailure("old-2").ShouldBeGreaterThan(before.PFailure("old-2") + 0.2);
        after.PFailure("new-1").ShouldBeLessThan(after.PFailure("old-2") - 0.3);
    }

    [Fact]
    public void Belief_AfterASurvivor_FallsForItsKind()
    {
        var before = Begin();
        var after = before.After("old-1", failed: false);

        after.PFailure("old-2").ShouldBeLessThan(before.PFailure("old-2") / 2);
        Should
            .Throw<ArgumentException>(() => after.After("elsewhere", failed: true))
            .Message.ShouldContain("'elsewhere'");
    }

    [Fact]
    public void Belief_OfOutcomesInAnyOrder_IsTheSame()
    {
        var one = Begin().After("old-1", failed: true).After("new-1", failed: false);
        var other = Begin().After("new-1", failed: false).After("old-1", failed: true);

        one.PFailure("old-2").ShouldBe(other.PFailure("old-2"), 1e-12);
    }

    [Fact]
    public void Predict_OfAPlainCase_SaysWhatDrivesIt()
    {
        var prediction = Predict(s_trained, s_old);

        prediction.PFailure.ShouldBe(Begin().PFailure("old-1"), 1e-12);
        prediction
            .Contributions.Take(2)
            .Select(one => one.Feature)
            .ShouldBe(["dependencies", "old kernel"], ignoreOrder: true);
        prediction.Contributions[0].Logit.ShouldBeGreaterThan(0.5);
        prediction.Metrics.ShouldHaveSingleItem().Mean.ShouldBeGreaterThan(Predict(s_trained, s_new).Metrics[0].Mean);
    }

    [Fact]
    public void Predict_WithOutcomes_KnowsMoreThanWithout()
    {
        var prior = Predict(ImpactTrainer.Train([], 1).Model, s_old);
        var trained = Predict(s_trained, s_old);

        prior.Metrics.ShouldBeEmpty();
        trained.LogitSd.ShouldBeLessThan(prior.LogitSd / 2);
        trained.EffectiveRows.ShouldBeGreaterThan(2 * prior.EffectiveRows);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("10.0.20348", "infiniband")]
    [InlineData("5", "0g")]
    [InlineData("99999999999.1", "-1g")]
    public void Predict_OfUnknownProfiles_IsAProbability(string? kernel, string? network)
    {
        var cluster = new ClusterProfile
        {
            Name = "x",
            Kernel = kernel,
            Network = network,
        };

        Predict(s_trained, cluster).PFailure.ShouldBeInRange(1e-6, 0.9);
    }

    [Theory]
    [InlineData("1g", "10g")]
    [InlineData("100 Mbit/s", "1 Gbps")]
    [InlineData("1000m", "25GbE")]
    public void Traits_OfASlowerNetwork_AreGreater(string slower, string faster) =>
        ClusterTraits.Of(new ClusterProfile { Name = "x", Network = slower })[4]!.Value.ShouldBeGreaterThan(
            ClusterTraits.Of(new ClusterProfile { Name = "x", Network = faster })[4]!.Value
        );

    [Fact]
    public void Model_AsAFile_IsTheGoldenFileAndBack()
    {
        var rows = new ImpactWorld(2).Rollouts(12).SelectMany(rollout => rollout.Rows());
        var model = ImpactTrainer.Train(rows, 5).Model;

        Golden.ShouldMatch("impact-model.json", ImpactModelJson.Encode(model).ToArray());

        var read = ImpactModelJson.Decode(Golden.Read("impact-model.json"));
        read.Version.ShouldBe(model.Version);
        Predict(read, s_old).PFailure.ShouldBe(Predict(model, s_old).PFailure, 1e-15);
        Predict(read, s_old).LogitSd.ShouldBe(Predict(model, s_old).LogitSd, 1e-15);
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2", "version 2")]
    [InlineData("\"rows\":", "\"rows\":-", "'rows'")]
    [InlineData("\"harm everywhere\":", "\"harm nowhere\":", "'weights'")]
    [InlineData("\"covariance\":[", "\"covariance\":[1,", "'covariance'")]
    [InlineData("\"noiseVariance\":", "\"noiseVariance\":-", "'noiseVariance'")]
    [InlineData("\"effects\":", "\"effect\":", "can't be read")]
    [InlineData("{\"version\"", "\"version\"", "can't be read")]
    [InlineData("\"seed\":5", "\"seed\":\"x\"", "can't be read")]
    public void Decode_OfADamagedFile_SaysWhy(string good, string bad, string expected)
    {
        var text = Encoding.UTF8.GetString(Golden.Read("impact-model.json"));
        var damaged = text.Replace(good, bad);
        damaged.ShouldNotBe(text);

        Should
            .Throw<FormatException>(() => ImpactModelJson.Decode(Encoding.UTF8.GetBytes(damaged)))
            .Message.ShouldContain(expected);
    }

    private static RolloutBelief Begin() =>
        s_trained.Begin("app-1", s_change, [s_old, s_old2, s_new], s_trained.History);

    private static ImpactPrediction Predict(ImpactModel model, ClusterProfile cluster) =>
        model.Predict("app-1", s_change, cluster, model.History);

    private static ClusterProfile Cluster(string name, string kernel) =>
        new()
        {
            Name = name,
            Kernel = kernel,
            MemoryGb = 16,
            Network = "10g",
            LoadPct = 40,
            Instances = 20,
        };
}
