using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

/// <summary>Series and detectors that the tests of detection share.</summary>
internal static class TestSeries
{
    public const long MinuteMs = 60_000;
    public const long HourMs = 60 * MinuteMs;
    public const long DayMs = 24 * HourMs;

    /// <summary>A Monday, so that weeks begin at index 0.</summary>
    public const long MondayMs = 4 * DayMs;

    /// <summary>Values around 100, from 98 to 102, independent of one another.</summary>
    public static double[] Noise(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = 98 + random.NextDouble() + random.NextDouble() + (2 * random.NextDouble());
        return values;
    }

    /// <summary>A wave of a day around 100, 20 up and down, with a little noise.</summary>
    public static double Daily(long timeMs, SeededRandom random) =>
        100 + (20 * Math.Sin(2 * Math.PI * (timeMs % DayMs) / DayMs)) + random.Uniform(-1, 1);

    public static SeriesDetector Detector(double threshold = 0.5, int growAfterPoints = 32) =>
        new(new DetectorSettings(DetectorModels.Default) { Threshold = threshold, GrowAfterPoints = growAfterPoints });

    /// <summary>Scores a value a minute.</summary>
    public static ScoredPoint[] Run(IPointScorer scorer, double[] values, long stepMs = MinuteMs) =>
        [.. values.Select((value, i) => scorer.Score(i * stepMs, value))];

    /// <summary>Bytes that this thread allocates while something is made.</summary>
    public static long Allocated(Func<object> make)
    {
        // Once for what is made only the first time.
        make();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var made = make();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(made);
        return bytes;
    }
}
