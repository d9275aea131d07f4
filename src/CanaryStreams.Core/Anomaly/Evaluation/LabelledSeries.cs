namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>One series' labels beside a detector's scores, point by point.</summary>
/// <param name="Scores">As many as labels; any scale, higher is more unusual.</param>
public sealed record LabelledSeries(string Id, bool[] Labels, float[] Scores)
{
    /// <summary>Whether some points are labelled and some aren't: areas under curves say nothing else.</summary>
    public bool HasBothClasses => Labels.Contains(true) && Labels.Contains(false);
}
