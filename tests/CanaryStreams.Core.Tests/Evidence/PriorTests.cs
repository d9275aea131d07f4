using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Tests.Evidence;

public class PriorTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(1.0 / 6)]
    [InlineData(5.0)]
    public void OnsetPrior_OverALongLife_SumsToLessThanOne(double bucketMinutes)
    {
        var sum = 0.0;
        for (var bucket = 0; bucket < 5000; bucket++)
        {
            var mass = OnsetPrior.Between(bucket - 1, bucket, bucketMinutes);
            mass.ShouldBeGreaterThan(0);
            sum += mass;
        }
        sum.ShouldBeLessThan(1);
        sum.ShouldBe(OnsetPrior.Begun(4999, bucketMinutes), 1e-12);
        OnsetPrior.Between(-1, 0, bucketMinutes).ShouldBe(0.5, 1e-12);
    }

    [Theory]
    [InlineData(5, 0.3)]
    [InlineData(7, 0.8)]
    [InlineData(9, 0.95)]
    public void Persistence_Kernel_KeepsVarianceAndAutocorrelation(int count, double autocorrelation)
    {
        var nodes = Persistence.Nodes(count);
        var stationary = Persistence.Stationary(count);
        var kernel = Persistence.Transition(count, autocorrelation);
        var (variance, covariance) = (0.0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var row = 0.0;
            variance += stationary[i] * nodes[i] * nodes[i];
            for (var j = 0; j < count; j++)
            {
                row += kernel[i * count + j];
                covariance += stationary[i] * nodes[i] * kernel[i * count + j] * nodes[j];
            }
            row.ShouldBe(1, 1e-12);
        }
        variance.ShouldBe(1, 1e-12);
        covariance.ShouldBe(autocorrelation, 1e-12);
    }

    [Fact]
    public void BlipProfile_OfAHistoryWithTwoBlips_KnowsTheirLengthAndHazard()
    {
        var excess = new double[60];
        excess[10] = excess[11] = 0.3;
        excess[40] = excess[41] = excess[42] = excess[43] = 0.1;
        var blips = BlipProfile.Learn(excess, EvidenceSettings.Default);
        blips.LongestMinutes.ShouldBe(5);
        blips.Largest.ShouldBe(0.3);
        blips.HazardPerMinute.ShouldBe(2.25 / 120, 1e-12);
        blips.LongestBuckets(new EvidenceSettings { BucketMs = 10_000 }).ShouldBe(30);
    }

    [Fact]
    public void BlipProfile_OfAQuietHistory_ReckonsWithThreeMinutes()
    {
        var blips = BlipProfile.Learn(new double[60], EvidenceSettings.Default);
        blips.LongestMinutes.ShouldBe(3);
        blips.Seen.ShouldBeFalse();
    }
}
