using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Tests.Evidence;

public class PairEvidenceTests
{
    private static PairEvidence Create() => new(0.05, 0.001, EvidenceSettings.Default);

    [Fact]
    public void Observe_AFifthFailsOnTheCanaryOnly_IsAnAnomaly()
    {
        var evidence = Create();
        EvidenceReading reading = default;
        for (var minute = 0; minute < 20; minute++)
            reading = evidence.Observe((minute + 1) * 60_000L, 4, 0, 1, 0);
        reading.IsAnomaly.ShouldBeTrue();
        reading.Effect.ShouldBe(0.2, 0.03);
    }

    [Fact]
    public void Observe_PairsThatEndAlike_SayNothing()
    {
        var evidence = Create();
        for (var minute = 0; minute < 60; minute++)
        {
            var reading = evidence.Observe((minute + 1) * 60_000L, 2, 0, 0, 3);
            reading.LogE.ShouldBeLessThan(0.5);
            reading.WorthIt.ShouldBeFalse();
        }
    }

    [Fact]
    public void Observe_FailuresOnEitherSideAlike_AreNoAnomaly()
    {
        var evidence = Create();
        for (var minute = 0; minute < 60; minute++)
            evidence
                .Observe((minute + 1) * 60_000L, 4, minute % 3 == 0 ? 1 : 0, minute % 3 == 1 ? 1 : 0, 0)
                .IsAnomaly.ShouldBeFalse();
    }

    [Fact]
    public void Observe_NoPairs_CostsNothing()
    {
        var evidence = Create();
        var before = evidence.Observe(60_000, 4, 0, 1, 0).LogE;
        evidence.Observe(120_000, 0, 0, 0, 0).LogE.ShouldBe(before);
    }
}
