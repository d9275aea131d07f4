namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>
/// Average precision, the area under the precision-recall curve as a staircase: Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the distinct scores
/// from the highest down. Between two points of the curve precision isn't linear in recall, so trapezoids flatter
/// (Davis and Goadrich, ICML 2006). Points of the same score come and go together.
/// </summary>
public static class AveragePrecision
{
    /// <param name="scores">As many as labels; any scale, higher is more unusual.</param>
    /// <returns>In (0,1]; NaN where no point is labelled.</returns>
    public static double Of(ReadOnlySpan<bool> labels, ReadOnlySpan<float> scores)
    {
        var sorted = scores.ToArray();
        var labelled = labels.ToArray();
        Array.Sort(sorted, labelled);
        var (area, found, alerts, foundBefore) = (0.0, 0L, 0L, 0L);
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            alerts++;
            if (labelled[i])
                found++;
            if (i > 0 && sorted[i - 1] == sorted[i])
                continue;
            area += (double)(found - foundBefore) * found / alerts;
            foundBefore = found;
        }
        return found == 0 ? double.NaN : area / found;
    }
}
