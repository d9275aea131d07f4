using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Anomaly.Network;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

public class SurpriseContextTests
{
    [Fact]
    public void Observe_AllSurprisesNegated_GivesTheSameContext()
    {
        var (random, plain, negated) = (new SeededRandom(1), new SurpriseContext(), new SurpriseContext());
        var (one, other) = (new float[SurpriseContext.Length], new float[SurpriseContext.Length]);
        for (var i = 0; i < 500; i++)
        {
            var surprises = TestNetworks.Numbers(SurpriseChannels.Count, 6, random);
            plain.Observe(surprises, one);
            negated.Observe(Array.ConvertAll(surprises, surprise => -surprise), other);

            other.ShouldBe(one);
            negated.MeanSurprise.ShouldBe(plain.MeanSurprise);
        }
    }

    [Fact]
    public void Observe_OneDirectionForLong_IsToldFromBothInTurn()
    {
        var lasting = After(300, i => 2);
        var turning = After(300, i => i % 2 == 0 ? 2 : -2);

        lasting[12..34].Min().ShouldBeGreaterThan(1);
        turning[12..34].Max().ShouldBeLessThan(0.5f);
        lasting[..12].ShouldBe(turning[..12]);
    }

    [Fact]
    public void Observe_NoSurprise_HasNoMeanSurprise()
    {
        var context = new SurpriseContext();
        context.Observe(new float[SurpriseChannels.Count], new float[SurpriseContext.Length]);
        context.MeanSurprise.ShouldBe(0);
    }

    [Fact]
    public void Observe_ExtremesForLong_IsFinite()
    {
        After(100_000, i => i % 3 == 0 ? 12 : -12).ShouldAllBe(number => float.IsFinite(number));
        After(100_000, i => 0).ShouldAllBe(number => float.IsFinite(number));
    }

    [Fact]
    public void Clone_GoesItsOwnWay()
    {
        var context = new SurpriseContext();
        var (surprises, one, other) = (
            new float[SurpriseChannels.Count],
            new float[SurpriseContext.Length],
            new float[SurpriseContext.Length]
        );
        surprises.AsSpan().Fill(3);
        var clone = context.Clone();
        for (var i = 0; i < 20; i++)
            context.Observe(surprises, one);

        clone.Observe(surprises, one);
        new SurpriseContext().Observe(surprises, other);

        one.ShouldBe(other);
    }

    private static float[] After(int points, Func<int, float> surprise)
    {
        var (context, surprises, result) = (
            new SurpriseContext(),
            new float[SurpriseChannels.Count],
            new float[SurpriseContext.Length]
        );
        for (var i = 0; i < points; i++)
        {
            surprises.AsSpan().Fill(surprise(i));
            context.Observe(surprises, result);
        }
        return result;
    }
}
