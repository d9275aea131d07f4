using System.Text;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Tests.Rollouts;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public class ImpactModelJsonTests
{
    private static readonly ChangeProfile s_change = new() { Lines = 300, Dependencies = 2 };

    [Fact]
    public void Decode_WhatWasEncoded_PredictsTheSame()
    {
        var model = Outcomes.Trained(32).Model;

        var bytes = ImpactModelJson.Encode(model);
        var read = ImpactModelJson.Decode(bytes);

        ImpactModelJson.Encode(read).Span.SequenceEqual(bytes.Span).ShouldBeTrue();
        var (expected, actual) = (Predict(model), Predict(read));
        actual.PFailure.ShouldBe(expected.PFailure);
        actual.LogitSd.ShouldBe(expected.LogitSd);
        actual.Contributions.ShouldBe(expected.Contributions);
    }

    [Fact]
    public void Decode_AModelWrittenBefore_PredictsWhatItDid()
    {
        var read = ImpactModelJson.Decode(Golden.Read("impact-model.json"));

        read.Version.ShouldBe("impact/golden/30@2026-01-06T15:19:59.999Z");
        Golden.ShouldMatch("impact-model.json", ImpactModelJson.Encode(read).ToArray());
        Predict(read).PFailure.ShouldBe(0.0925678, 1e-6);
        Predict(read).Metrics.ShouldHaveSingleItem().Metric.ShouldBe("errors");
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":7", "version 7")]
    [InlineData("\"version\":1,", "", "can't be read")]
    [InlineData("\"everywhere by lines\"", "\"everywhere by moons\"", "'parameters'")]
    [InlineData("\"apps\":[", "\"apps\":[\"x\",\"x\",", "'apps'")]
    [InlineData("\"clusters\":[", "\"clusters\":[null,", "'clusters'")]
    [InlineData("\"covariance\":[", "\"covariance\":[1,", "'covariance'")]
    [InlineData("\"noiseVariance\":", "\"noiseVariance\":-", "'noiseVariance'")]
    [InlineData("\"noiseVariance\":", "\"noiseVariance\":1e999,\"noise\":", "'noiseVariance'")]
    [InlineData("\"failure where it hurts\":", "\"failure where it hurts\":999", "'parameters'")]
    [InlineData("\"lastMs\":", "\"lastMs\":900000000000000000,\"last\":", "'lastMs'")]
    [InlineData("\"rows\":", "\"rows\":-", "'rows'")]
    [InlineData("\"seed\":", "\"seed\":\"x\",\"sed\":", "can't be read")]
    [InlineData("{\"version\"", "{\"version", "can't be read")]
    public void Decode_DamagedModel_SaysWhatIsWrong(string what, string with, string says)
    {
        var text = Encoding.UTF8.GetString(Golden.Read("impact-model.json"));
        var at = text.IndexOf(what, StringComparison.Ordinal);
        at.ShouldBeGreaterThanOrEqualTo(0);
        var damaged = text[..at] + with + text[(at + what.Length)..];

        Should
            .Throw<FormatException>(() => ImpactModelJson.Decode(Encoding.UTF8.GetBytes(damaged)))
            .Message.ShouldContain(says);
    }

    [Fact]
    public void Decode_CutOff_Throws()
    {
        var bytes = Golden.Read("impact-model.json");

        for (var length = 0; length < bytes.Length; length += 997)
            Should.Throw<FormatException>(() => ImpactModelJson.Decode(bytes.AsMemory(0, length)));
    }

    private static ImpactPrediction Predict(ImpactModel model) =>
        model.Predict("app-01", s_change, Outcomes.Usual with { Kernel = "4.18" });
}
