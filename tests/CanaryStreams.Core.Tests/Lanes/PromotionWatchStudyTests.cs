using System.Globalization;

namespace CanaryStreams.Core.Tests.Lanes;

/// <summary>How many faults that begin only after the promotion the watch catches, and how many good versions it rolls back.</summary>
public sealed class PromotionWatchStudyTests(ITestOutputHelper output)
{
    private static readonly WatchCourse[] s_good =
    [
        .. Enum.GetValues<WatchCourse>().Where(course => course < WatchCourse.LongIncident),
    ];

    private static readonly WatchCourse[] s_bad =
    [
        .. Enum.GetValues<WatchCourse>().Where(course => course >= WatchCourse.ErrorsTenfold),
    ];

    [Fact]
    public void GoodVersions_AreKept()
    {
        Play(s_good, seed: 29_001, runs: 21).ShouldAllBe(outcome => outcome.RolledBack == null);
    }

    [Fact]
    public void LateFaults_AreMostlyCaught()
    {
        var outcomes = Play(s_bad, seed: 29_002, runs: 18);

        outcomes.Count(outcome => outcome.IsCaught).ShouldBeGreaterThanOrEqualTo(9);
    }

    /// <summary>Prints the tables of <c>docs/results/watch.md</c>.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Measurement")]
    public void Table()
    {
        output.WriteLine(
            "| course | runs | rolled back | caught | median after the onset | 90 % by | by which metric |"
        );
        output.WriteLine("|---|---|---|---|---|---|---|");
        Rows(Play(s_good, seed: 29_610, runs: 200), "all 200 good");
        Rows(Play(s_bad, seed: 29_620, runs: 50), "all 50 late-bad");
        Rows(Play(s_good, seed: 29_300, runs: 2100), "2100 good of another seed");
        Rows(Play(s_bad, seed: 29_400, runs: 600), "600 late-bad of another seed");
        Rows(Play([WatchCourse.LongIncident], seed: 29_500, runs: 100), "100 incidents of half an hour");
    }

    private void Rows(WatchOutcome[] outcomes, string all)
    {
        foreach (var course in outcomes.GroupBy(outcome => outcome.Course))
            output.WriteLine(Row($"{course.Key}", [.. course]));
        output.WriteLine(Row($"**{all}**", outcomes));
    }

    private static string Row(string name, WatchOutcome[] outcomes)
    {
        var caught = outcomes.Where(o => o.IsCaught).Select(o => o.RolledBack!.Value - o.Onset).Order().ToList();
        var rolledBack = outcomes.Where(o => o.RolledBack is not null).ToList();
        var metrics = rolledBack.GroupBy(o => o.Metric).Select(m => $"{m.Count()} {m.Key}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {outcomes.Length} | {rolledBack.Count} | {caught.Count} | {At(caught, 0.5)} | {At(caught, 0.9)} | {string.Join(", ", metrics)} |"
        );
    }

    private static string At(List<int> sorted, double share) =>
        sorted.Count == 0 ? "–" : $"{sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))]} min";

    private static WatchOutcome[] Play(WatchCourse[] courses, ulong seed, int runs)
    {
        var outcomes = new WatchOutcome[runs];
        Parallel.For(
            0,
            runs,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            run => outcomes[run] = new PromotionWatchTrial(seed, run, courses[run % courses.Length]).Play()
        );
        return outcomes;
    }
}
