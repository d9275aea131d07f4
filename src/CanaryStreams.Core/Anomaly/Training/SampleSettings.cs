namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>How the points of one series become samples.</summary>
/// <param name="Weight">Weight of each event and each normal point; 0 leaves the series out.</param>
/// <param name="DelayPoints">
/// How many points after its first one an event may still be found in time: those are its onset. As many behind an event
/// say nothing about onsets.
/// </param>
/// <param name="NormalShare">Share of the normal points that is kept, in (0,1]; the kept ones weigh the more.</param>
public sealed record SampleSettings(double Weight, int DelayPoints, double NormalShare)
{
    private const int HourlyFromMinutes = 30;
    private const int HourlyDelayPoints = 3;
    private const int UsualDelayPoints = 7;

    /// <summary>The settings by the series' rate and length. Long series have normal points in plenty.</summary>
    public static SampleSettings For(LabelledPoints series, double weight) =>
        new(
            weight,
            series.StepMinutes() >= HourlyFromMinutes ? HourlyDelayPoints : UsualDelayPoints,
            series.Count switch
            {
                > 20_000 => 0.15,
                > 5_000 => 0.5,
                _ => 1,
            }
        );
}
