namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Short spells of trouble that an application is known to get over by itself, learnt from stable's own history.
/// What stable does without harm the canary may do too.
/// </summary>
/// <param name="LongestMinutes">Longest spell to be reckoned with, minutes.</param>
/// <param name="HazardPerMinute">Probability that one begins in a minute.</param>
/// <param name="Largest">Largest size seen, in the unit of the model that learns it; 0 where none was seen.</param>
public sealed record BlipProfile(double LongestMinutes, double HazardPerMinute, double Largest)
{
    private const double LeastMinutes = 3;
    private const double MostMinutes = 6;
    private const double PriorBlips = 0.25;
    private const double PriorMinutes = 60;

    public bool Seen => Largest > 0;

    /// <summary>Buckets that a spell can last; ≥ 1.</summary>
    public int LongestBuckets(EvidenceSettings settings) =>
        Math.Max(1, (int)Math.Ceiling(LongestMinutes / settings.BucketMinutes));

    /// <summary>Probability that one begins in a bucket; ≤ 0.2.</summary>
    public double HazardPerBucket(EvidenceSettings settings) => Math.Min(0.2, HazardPerMinute * settings.BucketMinutes);

    /// <summary>Learns from which buckets of the history stood out (by how much; 0: not at all), oldest first.</summary>
    public static BlipProfile Learn(ReadOnlySpan<double> excess, EvidenceSettings settings)
    {
        var runs = 0;
        var run = 0;
        var longest = 0;
        var largest = 0.0;
        foreach (var size in excess)
        {
            run = size > 0 ? run + 1 : 0;
            runs += run == 1 ? 1 : 0;
            longest = Math.Max(longest, run);
            largest = Math.Max(largest, size);
        }
        var minutes = excess.Length * settings.BucketMinutes;
        return new BlipProfile(
            Math.Clamp((longest + 1) * settings.BucketMinutes, LeastMinutes, MostMinutes),
            (runs + PriorBlips) / (minutes + PriorMinutes),
            largest
        );
    }
}
