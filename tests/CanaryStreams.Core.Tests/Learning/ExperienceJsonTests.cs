using System.Text;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Tests.Evidence;

namespace CanaryStreams.Core.Tests.Learning;

public class ExperienceJsonTests
{
    private static readonly MetricPolicy s_both = new("p \"99\"", MetricKind.Gauge, Worse.Both, new(0.1, true));

    private static RolloutExperience Experience() =>
        new(
            "shop-2.0",
            "shop",
            Experiences.StartMs + 7,
            [
                new(
                    Arms.Errors,
                    [new Arm(600, 1.0 / 3, 2, double.NaN), Arm.Empty, new Arm(1e300, 5e-324, 1, 0)],
                    [new(60_000, new Arm(57_000, 0.1 + 0.2, 2, 1e-17), Arm.Empty)]
                ),
                new(s_both, [], [new(120_000, Arm.Empty, new Arm(1, -0.5, 1, double.NaN))]),
                new(MetricExperience.SyntheticPolicy(0.05), [], []),
            ]
        );

    [Fact]
    public void Decode_WhatWasEncoded_KeepsEveryDigit()
    {
        var experience = Experience();

        var read = ExperienceJson.Decode(ExperienceJson.Encode(experience));

        (read with { Metrics = [] }).ShouldBe(experience with { Metrics = [] });
        read.Metrics.Select(m => m.Policy).ShouldBe(experience.Metrics.Select(m => m.Policy));
        read.Metrics.Select(m => m.IsSynthetic).ShouldBe([false, false, true]);
        for (var i = 0; i < read.Metrics.Count; i++)
        {
            read.Metrics[i].StableHistory.ShouldBe(experience.Metrics[i].StableHistory);
            read.Metrics[i].Buckets.ShouldBe(experience.Metrics[i].Buckets);
        }
    }

    [Fact]
    public void Encode_WhatIsNotFinite_IsNull()
    {
        var arm = new Arm(double.PositiveInfinity, double.NaN, 0, double.NegativeInfinity);
        var json = ExperienceJson.Encode(Experiences.Of("r", new MetricExperience(Arms.Errors, [arm], [])));

        Encoding.UTF8.GetString(json.Span).ShouldContain("\"history\":[[null,null,0,null]]");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"version":2,"time":1,"rollout":"r","app":"a","metrics":[]}""")]
    [InlineData("""{"version":"1","time":1,"rollout":"r","app":"a","metrics":[]}""")]
    [InlineData("""{"version":1,"time":1e30,"rollout":"r","app":"a","metrics":[]}""")]
    [InlineData("""{"version":1,"time":1,"rollout":null,"app":"a","metrics":[]}""")]
    [InlineData("""{"version":1,"time":1,"rollout":"r","metrics":[]}""")]
    [InlineData("""{"version":1,"time":1,"rollout":"r","app":"a","metrics":{}}""")]
    public void Decode_NoExperience_ThrowsFormatException(string json) =>
        Should.Throw<FormatException>(() => ExperienceJson.Decode(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("\"Ratio\"", "\"Rate\"")]
    [InlineData("\"Ratio\"", "\"77\"")]
    [InlineData("\"Up\"", "null")]
    [InlineData("[[600,", "[[\"many\",")]
    [InlineData("[[600,", "[[1],[600,")]
    [InlineData("\"buckets\":[", "\"buckets\":[[60000],")]
    [InlineData("\"buckets\":[", "\"buckets\":[null,")]
    [InlineData("0.002", "0")]
    [InlineData("0.002", "1e999")]
    [InlineData("\"error_rate\"", "null")]
    public void Decode_AMetricSpoilt_ThrowsFormatException(string part, string spoilt)
    {
        var json = Encoding.UTF8.GetString(ExperienceJson.Encode(Experience()).Span);
        json.ShouldContain(part);
        var at = json.IndexOf(part, StringComparison.Ordinal);

        Should.Throw<FormatException>(() =>
            ExperienceJson.Decode(Encoding.UTF8.GetBytes(json.Remove(at, part.Length).Insert(at, spoilt)))
        );
    }
}
