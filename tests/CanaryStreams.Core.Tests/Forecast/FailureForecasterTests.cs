using System.Text;
using CanaryStreams.Core.Forecast;

namespace CanaryStreams.Core.Tests.Forecast;

public class FailureForecasterTests
{
    private static FailureForecaster Read(string json) => FailureForecaster.FromJson(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void FromJson_OfWeightsByName_WeighsThem()
    {
        var model = Read(
            """{"version":1,"weights":{"effect":2,"evidence":-1},"intercept":0.5,"calibration":{"slope":2,"offset":1}}"""
        );
        var features = new double[ForecastFeatures.Count];
        features[0] = 1;
        features[3] = 1;
        model.PSustained(features).ShouldBe(1 / (1 + Math.Exp(-(2 * 1.5 + 1))), 1e-12);
    }

    [Theory]
    [InlineData("""{"version":2}""", "version 2")]
    [InlineData("""{"version":1,"weights":{"luck":1}}""", "luck")]
    [InlineData("""{"version":1,"weights":{}}""", "can't be read")]
    [InlineData("nonsense", "can't be read")]
    public void FromJson_OfSomethingElse_SaysWhatIsWrong(string json, string expected) =>
        Should.Throw<FormatException>(() => Read(json)).Message.ShouldContain(expected);

    [Fact]
    public void Default_OfNothing_ExpectsNoFailure() =>
        FailureForecaster.Default.PSustained(new double[ForecastFeatures.Count]).ShouldBeLessThan(0.2);

    [Fact]
    public void LogisticFit_OfAKnownModel_FindsItsWeights()
    {
        var random = new Simulation.SeededRandomSource();
        var (rows, labels, weights) = random.LogisticRows(20_000, [1.5, -2], 0.5);
        var beta = LogisticFit.Fit(rows, labels, weights, ridge: 1e-3);
        beta[0].ShouldBe(1.5, 0.15);
        beta[1].ShouldBe(-2, 0.15);
        beta[2].ShouldBe(0.5, 0.1);
    }
}
