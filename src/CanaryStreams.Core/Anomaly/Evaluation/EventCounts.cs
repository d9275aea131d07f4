namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>What a detector found, missed and made up; counts of several series add up.</summary>
/// <param name="Found">True positives.</param>
/// <param name="Missed">False negatives.</param>
/// <param name="False">False positives.</param>
public readonly record struct EventCounts(long Found, long Missed, long False)
{
    public double Precision => Found == 0 ? 0 : (double)Found / (Found + False);

    public double Recall => Found == 0 ? 0 : (double)Found / (Found + Missed);

    /// <summary>Harmonic mean of precision and recall, in [0,1]; 0 where nothing was found.</summary>
    public double F1 => Found == 0 ? 0 : 2.0 * Found / ((2.0 * Found) + Missed + False);

    public static EventCounts operator +(EventCounts a, EventCounts b) =>
        new(a.Found + b.Found, a.Missed + b.Missed, a.False + b.False);

    public static EventCounts Add(EventCounts a, EventCounts b) => a + b;
}
