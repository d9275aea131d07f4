namespace CanaryStreams.Core.Tests.Anomaly.Evaluation;

/// <summary>Labels and scores that have something to do with each other, ties among them.</summary>
internal static class RandomSeries
{
    public static (bool[] Labels, float[] Scores) Of(int points, int seed)
    {
        var random = new Random(seed);
        var labels = new bool[points];
        for (var start = random.Next(20); start < points; start += random.Next(5, 90))
            labels.AsSpan(start, Math.Min(random.Next(1, 12), points - start)).Fill(true);
        float[] scores =
        [
            .. labels.Select(isLabelled => (float)Math.Round(random.NextDouble() + (isLabelled ? 0.3 : 0), 2)),
        ];
        return (labels, scores);
    }

    /// <summary>Rising; keeps apart what is a hundredth apart.</summary>
    public static float Monotone(float score) => (float)Math.Exp(3 * score) - 7;
}
