using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CanaryStreams.Cli.Score;
using CanaryStreams.Core.Judging;

namespace CanaryStreams.Cli.Judge;

/// <summary>One run of <c>canarystreams judge</c>, its surroundings given.</summary>
internal sealed class JudgeJob(Stream standardOutput, TextWriter error)
{
    /// <returns>The program's exit code: 0, 2 for an input that can't be used, 130 when interrupted.</returns>
    public int Run(string folder, string? output, JudgeSettings settings, CancellationToken cancellation)
    {
        try
        {
            if (!Directory.Exists(folder))
                throw new InputException(folder, 0, "no such folder");
            var cases = JudgeCase.Read(Path.Combine(folder, "cases.csv"));
            var wanted = cases.Select(one => one.Series).ToHashSet();
            var series = SeriesFolder.Read(Path.Combine(folder, "series"), wanted);
            var judgements = new Judgement[cases.Count];
            var options = new ParallelOptions { CancellationToken = cancellation };
            Parallel.For(0, cases.Count, options, i => judgements[i] = Judge(cases[i], series, settings));
            using var target = OutputFile.Open(output, standardOutput);
            Write(target.Stream, cases, judgements);
            target.Complete();
            return 0;
        }
        catch (InputException e)
        {
            error.WriteLine(e.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    /// <summary>A case whose series isn't there has no data: inconclusive.</summary>
    private static Judgement Judge(JudgeCase one, Dictionary<string, TimedValues> series, JudgeSettings settings) =>
        series.TryGetValue(one.Series, out var data)
            ? ChangeJudge.Judge(
                CollectionsMarshal.AsSpan(data.TimesMs),
                CollectionsMarshal.AsSpan(data.Values),
                one.ChangeMs,
                settings
            )
            : new Judgement(0, Verdict.Inconclusive);

    private static void Write(Stream stream, List<JudgeCase> cases, Judgement[] judgements)
    {
        var text = new StringBuilder("case_id,score,verdict\n");
        for (var i = 0; i < cases.Count; i++)
        {
            var score = judgements[i].Score.ToString("0.######", CultureInfo.InvariantCulture);
            var verdict = judgements[i].Verdict.ToString().ToLowerInvariant();
            text.Append(cases[i].Id).Append(',').Append(score).Append(',').Append(verdict).Append('\n');
        }
        stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
