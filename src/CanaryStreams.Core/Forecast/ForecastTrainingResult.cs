namespace CanaryStreams.Core.Forecast;

/// <summary>A trained model and how it does on rollouts that neither fitted nor calibrated it.</summary>
/// <param name="Json">The model's file.</param>
/// <param name="Brier">Mean squared difference of P and what came; 0 is perfect.</param>
/// <param name="BaseRateBrier">The same of always saying the mean.</param>
public sealed record ForecastTrainingResult(
    FailureForecaster Forecaster,
    string Json,
    double Brier,
    double BaseRateBrier,
    IReadOnlyList<ReliabilityBin> Reliability
);

/// <summary>Of all buckets with a forecast in a tenth of [0,1]: mean forecast and the share that was sustained.</summary>
public sealed record ReliabilityBin(double Predicted, double Sustained, double Buckets);
