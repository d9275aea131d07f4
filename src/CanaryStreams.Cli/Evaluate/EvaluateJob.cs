using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>One run of <c>canarystreams evaluate</c> on scores somebody made: a table of measures.</summary>
internal sealed class EvaluateJob(TextWriter output, TextWriter error)
{
    private static readonly string[] ScoreColumns = ["onset", "score"];

    public int Run(EvaluateRequest request)
    {
        try
        {
            var series = SeriesFile.Join(request.LabelsPath, request.ScoresPath, ScoreColumns);
            var chooseOn = request.ChooseOn is var (labels, scores)
                ? SeriesFile.Join(labels, scores, ScoreColumns)
                : null;
            var points = series[0].Sum(one => (long)one.Labels.Length);
            output.WriteLine($"series {series[0].Count}, points {points}, delay {request.Delay}");
            output.WriteLine(EvaluateTable.Header);
            foreach (var line in Lines(series, chooseOn, request))
                output.WriteLine(line);
            return ExitCodes.Done;
        }
        catch (InputException e)
        {
            error.WriteLine(e.Message);
            return ExitCodes.BadInput;
        }
    }

    private static ParallelQuery<string> Lines(
        List<LabelledSeries>[] series,
        List<LabelledSeries>[]? chooseOn,
        EvaluateRequest request
    )
    {
        IThresholdMeasure[] measures =
        [
            new F1Measure(DetectionMeasure.Events, request.Delay),
            new F1Measure(DetectionMeasure.PointAdjusted, request.Delay),
            .. NabProfile.All.Select(profile => new NabMeasure(profile)),
        ];
        var cells =
            from column in Enumerable.Range(0, ScoreColumns.Length)
            from measure in measures
            select (column, measure);
        var thresholds = cells
            .AsParallel()
            .AsOrdered()
            .SelectMany(cell =>
                EvaluateTable.Thresholds(
                    cell.measure,
                    ScoreColumns[cell.column],
                    series[cell.column],
                    chooseOn?[cell.column],
                    (float)request.Threshold
                )
            );
        return thresholds.Concat(EvaluateTable.Rankings("score", series[1], request.Buffer).AsParallel().AsOrdered());
    }
}
