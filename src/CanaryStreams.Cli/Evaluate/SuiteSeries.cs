using System.Collections.Concurrent;
using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>One labelled series of a set.</summary>
internal sealed record SuiteSeries(string Id, long[] TimesMs, double[] Values, bool[] Labels)
{
    /// <exception cref="Score.InputException">The file can't be used.</exception>
    public static List<SuiteSeries> Read(string path) =>
        [
            .. SeriesFile
                .Read(path, "value", SeriesFile.LabelColumn)
                .Select(pair => new SuiteSeries(
                    pair.Key,
                    [.. pair.Value.Times],
                    [.. pair.Value.Numbers[0]],
                    [.. pair.Value.Numbers[1].Select(label => label > 0)]
                )),
        ];

    /// <summary>Scores all series, several at once; the result doesn't depend on how many.</summary>
    /// <returns>Beside the labels, the onsets and the scores.</returns>
    public static (List<LabelledSeries> Onset, List<LabelledSeries> Score) ScoreAll(
        IReadOnlyList<SuiteSeries> series,
        Func<IPointScorer> create,
        CancellationToken stop
    )
    {
        var scored = new (LabelledSeries Onset, LabelledSeries Score)[series.Count];
        // The longest first, one at a time: otherwise the last worker is left with it.
        var order = Enumerable.Range(0, series.Count).OrderByDescending(i => series[i].Values.Length);
        Parallel.ForEach(
            Partitioner.Create(order, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { CancellationToken = stop },
            i => scored[i] = series[i].Score(create())
        );
        return ([.. scored.Select(one => one.Onset)], [.. scored.Select(one => one.Score)]);
    }

    private (LabelledSeries Onset, LabelledSeries Score) Score(IPointScorer scorer)
    {
        var (onsets, scores) = (new float[Values.Length], new float[Values.Length]);
        for (var i = 0; i < Values.Length; i++)
        {
            var point = scorer.Score(TimesMs[i], Values[i]);
            (onsets[i], scores[i]) = ((float)point.Onset, (float)point.Score);
        }
        return (new LabelledSeries(Id, Labels, onsets), new LabelledSeries(Id, Labels, scores));
    }
}
