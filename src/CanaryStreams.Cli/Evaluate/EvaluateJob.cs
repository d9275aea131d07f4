using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly.Evaluation;
using static CanaryStreams.Cli.Evaluate.ScoredFile;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>One run of <c>canarystreams evaluate</c>: a table of F1 scores.</summary>
internal sealed class EvaluateJob(TextWriter output, TextWriter error)
{
    public int Run(string labelsPath, string scoresPath, int delay, double threshold)
    {
        try
        {
            var labels = Read(labelsPath, "label");
            var scores = Read(scoresPath, "score", "onset");
            var missing = labels.Keys.Where(id => !scores.ContainsKey(id)).ToList();
            if (missing.Count > 0)
                throw new InputException(scoresPath, 0, $"no scores for {string.Join(", ", missing.Take(5))}");
            output.WriteLine($"series {labels.Count}, points {labels.Values.Sum(s => s.Times.Count)}, delay {delay}");
            output.WriteLine("measure,column,threshold_from,threshold,part,f1,precision,recall,found,missed,false");
            foreach (var (column, name) in new[] { (1, "onset"), (0, "score") })
            {
                var series = labels.Select(pair => Join(pair.Key, pair.Value, scores[pair.Key], column)).ToList();
                Report(series, DetectionMeasure.Events, $"event-{delay},{name}", delay, threshold);
                Report(series, DetectionMeasure.PointAdjusted, $"PA-{delay},{name}", delay, threshold);
            }
            return 0;
        }
        catch (InputException e)
        {
            error.WriteLine(e.Message);
            return 2;
        }
    }

    private void Report(List<LabelledSeries> series, DetectionMeasure measure, string name, int delay, double threshold)
    {
        var chosenOn = series.Where((_, i) => i % 2 == 0).ToList();
        var reportedOn = series.Where((_, i) => i % 2 == 1).ToList();
        var fromHalf = ThresholdSweep.Best(chosenOn, measure, delay);
        var fromAll = ThresholdSweep.Best(series, measure, delay);
        Line(chosenOn, measure, $"{name},even series", fromHalf, "even series", delay);
        Line(reportedOn, measure, $"{name},even series", fromHalf, "odd series", delay);
        Line(series, measure, $"{name},all", fromAll, "all", delay);
        Line(reportedOn, measure, $"{name},given", (float)threshold, "odd series", delay);
        Line(series, measure, $"{name},given", (float)threshold, "all", delay);
    }

    private void Line(
        List<LabelledSeries> series,
        DetectionMeasure measure,
        string name,
        float threshold,
        string part,
        int delay
    )
    {
        var counts = ThresholdSweep.Count(series, measure, threshold, delay);
        output.WriteLine(
            $"{name},{Format(threshold)},{part},{Format(counts.F1)},{Format(counts.Precision)},{Format(counts.Recall)},"
                + $"{counts.Found},{counts.Missed},{counts.False}"
        );
    }

    /// <summary>Pairs labels with scores by time; a point without a score scored 0.</summary>
    private static LabelledSeries Join(string id, Columns labels, Columns scores, int column)
    {
        var joined = new float[labels.Times.Count];
        for (int i = 0, j = 0; i < joined.Length; i++)
        {
            while (j < scores.Times.Count && scores.Times[j] < labels.Times[i])
                j++;
            if (j < scores.Times.Count && scores.Times[j] == labels.Times[i])
                joined[i] = scores.Numbers[column][j++];
        }
        return new LabelledSeries(id, [.. labels.Numbers[0].Select(label => label > 0)], joined);
    }
}
