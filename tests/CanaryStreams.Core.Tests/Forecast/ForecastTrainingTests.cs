using System.Text;
using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Forecast;

public class ForecastTrainingTests
{
    [Fact]
    public void Train_OnFewRollouts_GivesAModelBetterThanTheBaseRateThatCanBeReadBack()
    {
        var told = new List<int>();
        var result = ForecastTraining.Train(4, 72, told.Add);
        told.ShouldBe([50]);
        result.Brier.ShouldBeLessThan(0.6 * result.BaseRateBrier);
        result.Reliability.Count.ShouldBeGreaterThan(3);
        var read = FailureForecaster.FromJson(Encoding.UTF8.GetBytes(result.Json));
        var features = Enumerable.Repeat(0.5, ForecastFeatures.Count).ToArray();
        read.PSustained(features).ShouldBe(result.Forecaster.PSustained(features), 1e-4);
        ForecastTraining.Train(4, 72).Json.ShouldBe(result.Json);
    }

    [Fact]
    public void Train_OnFewerRolloutsThanFamiliesInEachPart_Throws() =>
        Should.Throw<ArgumentOutOfRangeException>(() => ForecastTraining.Train(1, RolloutFamilies.All.Count));
}
