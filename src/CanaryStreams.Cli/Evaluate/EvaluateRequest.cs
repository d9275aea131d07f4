namespace CanaryStreams.Cli.Evaluate;

/// <summary>What one table of <c>canarystreams evaluate</c> is made from.</summary>
/// <param name="Delay">Points after the first of an event within which an alert finds it.</param>
/// <param name="Threshold">The threshold reported as given.</param>
internal sealed record EvaluateRequest(string LabelsPath, string ScoresPath, int Delay, double Threshold)
{
    /// <summary>Labels and scores of other series, for thresholds chosen there.</summary>
    public (string LabelsPath, string ScoresPath)? ChooseOn { get; init; }

    /// <summary>Largest buffer of VUS-PR in points; null for the default.</summary>
    public int? Buffer { get; init; }
}
