using CanaryStreams.Cli.Plot;

namespace CanaryStreams.Cli.Score;

/// <summary>One run of <c>canarystreams score</c>, its surroundings given.</summary>
internal sealed class ScoreJob(Stream standardInput, Stream standardOutput, TextWriter error, bool isTerminal)
{
    /// <summary>Whether each row ends with the band and its quality.</summary>
    public bool WithBand { get; init; }

    /// <summary>A series to draw beside the scores; null for none.</summary>
    public PlotRequest? Plot { get; init; }

    /// <param name="detector">As <see cref="DetectorChoice"/> knows it.</param>
    /// <param name="threshold">Score in (0,1) from which an onset opens an alert.</param>
    /// <returns>The program's exit code: 0, 2 for an input that can't be used, 130 when interrupted.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<string> inputs,
        string? output,
        string detector,
        double threshold,
        CancellationToken cancellation
    )
    {
        try
        {
            foreach (var input in inputs)
            {
                if (input != "-" && !File.Exists(input))
                    throw new InputException(input, 0, "no such file");
            }
            var create = DetectorChoice.Find(detector);
            using var plot = Plot is null ? null : PlotOutput.Open(Plot, inputs, standardOutput);
            using var target = OutputFile.Open(output, standardOutput);
            var totalBytes = inputs.Sum(input => input == "-" ? 0 : new FileInfo(input).Length);
            var progress = new PercentProgress(error, isTerminal, "scored", totalBytes);
            var pipeline = new ScorePipeline(() => create(threshold), Math.Max(2, Environment.ProcessorCount))
            {
                WithBand = WithBand,
                Scored = plot is null ? null : plot.Add,
            };
            await pipeline.RunAsync(
                Open(inputs, progress),
                target.Stream,
                lines => progress.Report(lines.BytesRead),
                cancellation
            );
            progress.Done();
            plot?.Complete();
            target.Complete();
            if (Plot is { Path: not "-" })
                await error.WriteLineAsync($"drawn in {Plot.Path}");
            return 0;
        }
        catch (InputException e)
        {
            await error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private IEnumerable<CsvLines> Open(IReadOnlyList<string> inputs, PercentProgress progress)
    {
        foreach (var input in inputs)
        {
            var lines = input == "-" ? new CsvLines("standard input", standardInput) : CsvLines.Open(input);
            yield return lines;
            progress.InputDone(lines.BytesRead);
        }
    }
}
