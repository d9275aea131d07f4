using System.Text;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using static CanaryStreams.Core.Tests.Lanes.Comparison;

namespace CanaryStreams.Core.Tests.Lanes;

public sealed class VariantComparisonTests
{
    [Fact]
    public void Signals_OfVariantsSideBySide_TellEachAgainstTheOthers()
    {
        var lane = Requested(["a", "b", "c"]);

        var signals = Close(lane, 61, 20, ("a", 0.004), ("b", 0.02), ("c", 0.004));

        Versus(signals, "a").Select(v => v.Variant).ShouldBe(["b", "c"]);
        Versus(signals, "b").ShouldAllBe(v => IsProven(v) && v.Effect > 0.01);
        Versus(signals, "a").Concat(Versus(signals, "c")).ShouldAllBe(v => !IsProven(v) && v.EValue < 2);
        signals.Single(s => s.Variant is null).Versus.ShouldBeNull();
    }

    [Fact]
    public void Threshold_IsOfTheBudgetOverMetricsAndVariants()
    {
        var signals = Close(Requested(["a", "b"]), 61, 1, ("a", 0.004), ("b", 0.004));

        // 4/5 of half of one per cent over one metric and two variants.
        Versus(signals, "a").Single().Threshold.ShouldBe(500, 0.01);
    }

    [Theory]
    [InlineData("a")]
    [InlineData(null)]
    public void Signals_WithoutSeveralVariants_SayNothingOfOthersOnTheWire(string? variant)
    {
        var lane = Requested(variant is null ? [] : [variant]);

        var signals = lane.Close(61, [(Stable(), Values(0.002)), (Canary(variant: variant), Values(0.002))]);

        signals.ShouldAllBe(s => s.Versus == null);
        Encoding.UTF8.GetString(SignalCodec.Encode(signals[0])).ShouldNotContain("versus");
    }

    [Fact]
    public void Versus_OnTheWire_ComesBack()
    {
        var signal = Close(Requested(["a", "b"]), 61, 5, ("a", 0.002), ("b", 0.02)).Single(s => s.Variant == "b");

        var json = SignalCodec.Encode(signal);

        Encoding.UTF8.GetString(json).ShouldContain("\"versus\":[{\"variant\":\"a\",\"eValue\":");
        SignalCodec.Decode(json, out _)!.Versus!.Single().ShouldBe(signal.Versus!.Single());
    }

    [Fact]
    public void VariantThatIsSilent_LeavesTheEvidenceAsItIs()
    {
        var lane = Requested(["a", "b"]);
        var before = Versus(Close(lane, 61, 10, ("a", 0.002), ("b", 0.01)), "b").Single();

        var after = Versus(Close(lane, 71, 5, ("a", 0.03)), "b").Single();

        after.ShouldBe(before);
    }

    [Fact]
    public void MetricWorseInBothDirections_SaysNothingOfVariants()
    {
        var temperature = new MetricPolicy("error_rate", MetricKind.Ratio, Worse.Both, new MinEffect(0.002, false));
        var lane = Requested(["a", "b"], temperature);

        Close(lane, 61, 5, ("a", 0.002), ("b", 0.02)).ShouldAllBe(s => s.Versus == null);
        Should.Throw<ArgumentException>(() => new VariantEvidence(temperature, [], 0.001, EvidenceSettings.Default));
    }

    [Fact]
    public void SyntheticRuns_OfVariants_AreComparedAsRatios()
    {
        var lane = Requested(["a", "b"]);
        var failed = SyntheticMetrics.Failed("buy");
        IReadOnlyList<Signal> signals = [];
        for (var minute = 61; minute < 91; minute++)
            signals = lane.Close(
                minute,
                [
                    (Stable(failed), Values(0, 40)),
                    (Canary(failed, variant: "a"), Values(0, 20)),
                    (Canary(failed, variant: "b"), Values(0.25, 20)),
                ]
            );

        var versus = Versus(signals, "b").Single();
        IsProven(versus).ShouldBeTrue();
        // A fifth of half of one per cent, 6/π² of it for the first transaction, over two variants.
        versus.Threshold.ShouldBe(3290, 1);
    }

    [Fact]
    public void Outcome_OfAKeptRollout_TeachesOnlyOfTheVariantThatRanLongest()
    {
        var lane = Requested(["a", "b"], fleet: new FleetLedger(EvidenceSettings.Default));
        Close(lane, 61, 20, ("a", 0.002), ("b", 0.02));
        Close(lane, 81, 10, ("a", 0.002));

        lane.Report(95, Verdict.Good);

        lane.Experiences.Single().Metrics.Single().Buckets.ShouldAllBe(b => b.Canary == Values(0.002, 600));
    }

    private static Comparison Requested(string[] variants, MetricPolicy? metric = null, IFleet? fleet = null)
    {
        var lane = new Comparison(fleet).WithPast();
        lane.Request(
            new RequestRollout(
                DateTimeOffset.FromUnixTimeMilliseconds(LaneTime.At(60 * 60)),
                new RolloutRequest
                {
                    Rollout = "r1",
                    App = App,
                    Version = "2.0",
                    Variants = variants,
                    Clusters = [new ClusterProfile { Name = "eu" }],
                },
                new Policy { Metrics = [metric ?? Policy.DefaultMetrics[0]] }
            )
        );
        return lane;
    }

    /// <summary>Closes so many buckets; the signals of the last one.</summary>
    private static IReadOnlyList<Signal> Close(
        Comparison lane,
        int from,
        int minutes,
        params (string Variant, double Errors)[] variants
    )
    {
        IReadOnlyList<Signal> signals = [];
        for (var minute = from; minute < from + minutes; minute++)
            signals = lane.Close(
                minute,
                [(Stable(), Values(0.002)), .. variants.Select(v => (Canary(variant: v.Variant), Values(v.Errors)))]
            );
        return [.. signals.Where(s => s.Metric == "error_rate")];
    }

    private static IReadOnlyList<SignalVersus> Versus(IEnumerable<Signal> signals, string variant) =>
        signals.Single(s => s.Variant == variant).Versus.ShouldNotBeNull();

    private static bool IsProven(SignalVersus versus) => versus.WorthIt && versus.EValue >= versus.Threshold;
}
