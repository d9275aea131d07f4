namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>What an alert at each point of one series is worth in the Numenta Anomaly Benchmark, before profiles.</summary>
/// <param name="Probation">Points at the start that a detector may learn from; alerts there don't count.</param>
/// <param name="Windows">How many windows reach behind probation; the others don't count.</param>
/// <param name="Window">Number of the window that each point is in; −1 outside.</param>
/// <param name="Weight">In a window (0,1], 1 at its first point; outside [−1,0).</param>
internal sealed record NabPoints(int Probation, int Windows, int[] Window, float[] Weight)
{
    private const double ProbationShare = 0.15;
    private const int ProbationPointsMax = 750;

    // From three widths of a window on an alert behind it is as false as any.
    private const double FarBehind = 3;

    public static NabPoints Of(ReadOnlySpan<bool> labels)
    {
        var probation = Math.Min((int)Math.Floor(ProbationShare * labels.Length), ProbationPointsMax);
        var window = new int[labels.Length];
        var weight = new float[labels.Length];
        window.AsSpan().Fill(-1);
        weight.AsSpan().Fill(-1);
        var windows = LabelRuns.Of(labels);
        var count = 0;
        for (var w = 0; w < windows.Count; w++)
        {
            var (start, end) = windows[w];
            var width = (double)(end - start);
            for (var i = start; i < end; i++)
            {
                window[i] = count;
                weight[i] = (float)(ScaledSigmoid((i - end) / width) / ScaledSigmoid(-1));
            }
            var next = w + 1 < windows.Count ? windows[w + 1].Start : labels.Length;
            // A window of one point has no width to measure by: what is behind it is far behind.
            for (var i = end; i < next && width > 1; i++)
                weight[i] = (float)ScaledSigmoid((i - end + 1) / (width - 1));
            if (end > probation)
                count++;
        }
        return new NabPoints(probation, count, window, weight);
    }

    /// <summary>2σ(−5y) − 1: near 1 at a window's start (y = −1), 0 at its end, near −1 a window's width behind it.</summary>
    private static double ScaledSigmoid(double y) => y >= FarBehind ? -1 : (2 / (1 + Math.Exp(5 * y))) - 1;
}
