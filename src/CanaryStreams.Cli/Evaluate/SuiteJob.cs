using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>
/// Detectors side by side: scores every set of a folder with every detector, in memory, and writes the table. The table is
/// a function of data and program: no time and no machine is in it.
/// </summary>
internal sealed class SuiteJob(TextWriter output, TextWriter error)
{
    public int Run(string folder, IReadOnlyList<string> detectors, CancellationToken stop)
    {
        try
        {
            var paths = SuiteSet.All.ToDictionary(set => set, set => Path.Combine(folder, set.FileName));
            foreach (var path in paths.Values.Where(path => !File.Exists(path)))
                throw new InputException(path, 0, "no such file");
            foreach (var set in SuiteSet.All.Where(set => Directory.GetFiles(folder, $"{set.Name}_*.csv*").Length > 1))
                // Even and odd would be others in training than in the table.
                throw new InputException(folder, 0, $"more than one file of set '{set.Name}'");
            var rows = detectors.Select(SuiteDetector.Find).ToList();
            var models = new SuiteModels(folder, error);
            output.WriteLine(SuiteReport.Head);
            foreach (var detector in rows)
                output.WriteLine(SuiteReport.Detector(detector));
            foreach (var (set, path) in paths)
            {
                var series = SuiteSeries.Read(path);
                output.WriteLine(SuiteReport.Section(set, series));
                foreach (var detector in rows)
                {
                    var create = detector.Make(set, models, stop);
                    error.WriteLine($"{set.FileName}: {detector.Name}");
                    output.WriteLine(Row(set, series, detector.Name, create, stop));
                }
            }
            return ExitCodes.Done;
        }
        catch (InputException e)
        {
            error.WriteLine(e.Message);
            return ExitCodes.BadInput;
        }
    }

    private static string Row(
        SuiteSet set,
        List<SuiteSeries> series,
        string detector,
        Func<double, IPointScorer> create,
        CancellationToken stop
    )
    {
        var scored = SuiteSeries.ScoreAll(series, () => create(ScorerSettings.Full.Threshold), stop);
        var columns =
            from measure in set.Measures
            from column in new[] { scored.Onset, scored.Score }
            select (measure, column);
        var cells = columns
            .AsParallel()
            .AsOrdered()
            .WithCancellation(stop)
            .Select(cell => Cell(cell.measure, cell.column))
            .ToList();
        var rankings = scored
            .Score.AsParallel()
            .AsOrdered()
            .WithCancellation(stop)
            .Select(one => RankingMeasures.Of(one))
            .ToList();
        var (odd, all) = (RankingMeasures.Mean(EvenOdd.Odd(rankings)), RankingMeasures.Mean(rankings));
        cells.Add(new SuiteCell(odd.AveragePrecision, all.AveragePrecision));
        cells.Add(new SuiteCell(odd.VusPr, all.VusPr));
        return SuiteReport.Row(detector, cells);
    }

    private static SuiteCell Cell(IThresholdMeasure measure, List<LabelledSeries> series) =>
        new(
            measure.At(EvenOdd.Odd(series), measure.Best(EvenOdd.Even(series))).Value,
            measure.At(series, measure.Best(series)).Value
        )
        {
            IsPerCent = measure is NabMeasure,
        };
}
