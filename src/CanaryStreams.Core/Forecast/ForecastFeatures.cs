namespace CanaryStreams.Core.Forecast;

/// <summary>
/// The names and order of what <see cref="FailureForecaster"/> looks at; a model's file names them too, so that weights
/// are never put on the wrong feature. All are bounded. "Effect" is turned so that worse is up, and in units of minEffect.
/// </summary>
public static class ForecastFeatures
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "evidence", // ln E / ln threshold
        "evidence-growth", // its change over the last three buckets
        "evidence-beyond", // the part of it beyond the threshold
        "effect", // since the likeliest onset
        "effect-lower", // lower end of its interval
        "effect-width", // width of its interval
        "recent-share", // share of the last ten buckets beyond minEffect
        "run", // current run of buckets beyond minEffect, over the longest blip
        "run-beyond-blip", // whether that run is longer than the longest blip
        "trend", // extrapolated change over the horizon
        "recent-level", // mean effect of about the last three minutes
        "burn-fast", // mean positive effect over about 5 minutes
        "burn-slow", // mean positive effect over about 60 minutes
        "decay", // recent level as a part of the effect since the onset
        "age", // time since the onset, over the horizon
        "anomaly-score", // mean score of about the last five minutes
        "sample-size", // ln of observations in a bucket
        "missing", // share of buckets without telemetry of late
        "longest-blip", // in stable's own history, over the horizon
        "worth-it", // the estimated effect is at least minEffect
    ];

    public static int Count => Names.Count;
}
