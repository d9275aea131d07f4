namespace CanaryStreams.Core.Explanations;

/// <summary>
/// What a person asks of a metric that is about to roll back a version, beyond effect and e-value: could it be something
/// that passes by itself or that both arms share, and how did it come. Means are in the metric's own unit.
/// </summary>
public sealed record EvidenceExplanation(
    SharedIncidentCheck SharedIncident,
    BlipCheck Blip,
    WarmUpCheck WarmUp,
    EvidenceTrail Trail
);

/// <summary>
/// Whether stable moved along. What both arms share has cancelled out of the effect already; this says how much of it there
/// was: possible where stable itself has moved by half of the canary's distance from it, or more, in the direction that is
/// worse.
/// </summary>
/// <param name="StableBefore">Stable's mean over the half hour before the onset; NaN where nothing was seen.</param>
/// <param name="StableSince">Stable's mean since the onset.</param>
/// <param name="CanaryBefore">The canary's mean before the onset; NaN where it began with it.</param>
/// <param name="CanarySince">The canary's mean since the onset.</param>
public sealed record SharedIncidentCheck(
    Ruling Ruling,
    double StableBefore,
    double StableSince,
    double CanaryBefore,
    double CanarySince
);

/// <summary>Whether it may vanish by itself: possible as long as it has not lasted longer than blips here do.</summary>
/// <param name="LastedMinutes">From the likeliest onset to the decision; 0 while there is none.</param>
/// <param name="LongestMinutes">The longest blip to be reckoned with, from stable's own past.</param>
/// <param name="Beyond">Buckets since the onset in which the difference was beyond minEffect.</param>
/// <param name="Buckets">Buckets since the onset in which both arms spoke.</param>
public sealed record BlipCheck(Ruling Ruling, double LastedMinutes, double LongestMinutes, int Beyond, int Buckets);

/// <summary>
/// Whether it may be a cold start that decays: possible where it began within a quarter of an hour of the canary's first
/// bucket and the last three minutes show less than two thirds of the first half of it.
/// </summary>
/// <param name="BeganAfterMinutes">Age of the canary at the onset, minutes.</param>
/// <param name="RecentShare">Mean difference of the last three minutes over that of the first half; NaN where it is too young, or there was none then.</param>
public sealed record WarmUpCheck(Ruling Ruling, double BeganAfterMinutes, double RecentShare);
