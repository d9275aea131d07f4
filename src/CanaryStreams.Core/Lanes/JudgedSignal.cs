using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>A signal with what a comparison says of it.</summary>
internal static class JudgedSignal
{
    /// <param name="models">Version of what the fleet taught; null where it taught nothing.</param>
    public static Signal Of(Signal signal, IComparison comparison, SignalForecast forecast, string? models)
    {
        var (reading, recorder) = (comparison.Reading, comparison.Recorder);
        return signal with
        {
            Models = models,
            Evidence = new SignalEvidence(
                EValues.Of(reading.LogE),
                SignificantDigits.Round(reading.Effect),
                SignificantDigits.Round(reading.EffectLower),
                SignificantDigits.Round(reading.EffectUpper),
                SignificantDigits.Round(Math.Exp(reading.LogThreshold)),
                reading.WorthIt,
                reading.OnsetMs is { } onset ? DateTimeOffset.FromUnixTimeMilliseconds(onset) : null
            )
            {
                Share = comparison.Share is { } part ? SignificantDigits.Round(part) : null,
                Largest = EValues.Of(recorder.LargestLogE),
                Explanation = reading.IsAnomaly ? recorder.Explain(reading) : null,
            },
            Forecast = new SignalForecast(
                SignificantDigits.Round(forecast.PSustained),
                forecast.MinutesToLimit is { } minutes ? SignificantDigits.Round(minutes) : null
            ),
        };
    }
}
