using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Core.Tests.Anomaly.Evaluation;

public class NabScoreTests
{
    // 2σ(5·¾) − 1: what NAB's own test of its scorer expects three points behind a window of five.
    private const double ThreeBehind = -0.9540;

    private static readonly NabProfile Even = new("even", 1, 1, 1);

    public static TheoryData<NabProfile> Profiles => [.. NabProfile.All];

    [Fact]
    public void At_FoundMissedAndFalse_AddsUp()
    {
        var series = Windows(100, (20, 5), (60, 5));
        series.Scores[20] = series.Scores[21] = series.Scores[27] = 1;

        // 1 found at its first point, 1 missed, 1 false; −2 is nothing found, 2 is all.
        NabScore.At([series], Even, 0.5f).ShouldBe(100 * (1 - 1 + ThreeBehind + 2) / 4, 0.01);
    }

    [Fact]
    public void At_LaterAlertInTheWindow_GainsLess()
    {
        var series = Windows(100, (20, 10));
        series.Scores[25] = 1;

        // Half the window is left: (2σ(2.5) − 1) / (2σ(5) − 1).
        NabScore.At([series], Even, 0.5f).ShouldBe(100 * (0.84828 / 0.98661 + 1) / 2, 0.01);
    }

    [Fact]
    public void At_FalseAlertsBeforeAnyWindowAndFarBehind_CostTheFullWeight()
    {
        var series = Windows(100, (30, 4));
        series.Scores[20] = series.Scores[80] = 1;

        NabScore.At([series], NabProfile.Standard, 0.5f).ShouldBe(100 * (-1 - 0.22 + 1) / 2, 1e-6);
        NabScore.At([series], NabProfile.RewardLowFalsePositives, 0.5f).ShouldBe(100 * (-1 - 0.44 + 1) / 2, 1e-6);
        NabScore.At([series], NabProfile.RewardLowFalseNegatives, 0.5f).ShouldBe(100 * (-2 - 0.22 + 2) / 3, 1e-6);
    }

    [Fact]
    public void At_AlertsAndWindowsInProbation_DoNotCount()
    {
        var series = Windows(100, (3, 5), (40, 5));
        series.Scores[0] = series.Scores[3] = series.Scores[14] = 1;

        NabScore.At([series], Even, 0.5f).ShouldBe(0);
        series.Scores[40] = 1;
        NabScore.At([series], Even, 0.5f).ShouldBe(100);
        // The fifteenth of a hundred points is the last of probation.
        series.Scores[15] = 1;
        NabScore.At([series], Even, 0.5f).ShouldBeLessThan(100);
    }

    [Fact]
    public void At_LongSeries_ProbationIsCapped()
    {
        var series = Windows(10_000, (5000, 100));
        series.Scores[750] = 1;

        NabScore.At([series], Even, 0.5f).ShouldBe(-50, 1e-6);
        series.Scores[749] = 1;
        NabScore.At([series], Even, 0.5f).ShouldBe(-50, 1e-6);
    }

    [Fact]
    public void At_WindowOfOnePoint_CanBeFoundAndNothingBehindItIsCheap()
    {
        var series = Windows(100, (50, 1));
        series.Scores[50] = series.Scores[51] = 1;

        NabScore.At([series], Even, 0.5f).ShouldBe(50, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void At_PerfectScores_AreAHundredAndSilenceIsZero(NabProfile profile)
    {
        var series = Windows(200, (40, 10), (100, 3));
        series.Scores[40] = series.Scores[100] = 0.7f;

        NabScore.At([series], profile, NabScore.Best([series], profile)).ShouldBe(100, 1e-6);
        NabScore.At([series], profile, float.PositiveInfinity).ShouldBe(0);
    }

    [Fact]
    public void At_NoWindow_IsUndefined() => NabScore.At([Windows(50)], Even, 0.5f).ShouldBe(double.NaN);

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Best_RandomSeries_IsTheBestOfAllThresholds(NabProfile profile)
    {
        LabelledSeries[] series = [.. Enumerable.Range(1, 3).Select(seed => Random(seed))];

        var best = NabScore.At(series, profile, NabScore.Best(series, profile));

        var thresholds = series.SelectMany(one => one.Scores).Append(float.PositiveInfinity).Distinct();
        best.ShouldBe(thresholds.Max(threshold => NabScore.At(series, profile, threshold)), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Best_MonotoneTransformation_GivesTheSameScore(NabProfile profile)
    {
        var series = Random(4);
        var other = series with { Scores = [.. series.Scores.Select(RandomSeries.Monotone)] };

        NabScore
            .At([other], profile, NabScore.Best([other], profile))
            .ShouldBe(NabScore.At([series], profile, NabScore.Best([series], profile)));
    }

    [Fact]
    public void Best_AlertsThatOnlyHurt_NeverAlerts()
    {
        var series = Windows(100, (60, 5));
        series.Scores.AsSpan(20, 30).Fill(1);
        series.Scores.AsSpan(60, 5).Fill(-1);

        NabScore.Best([series], Even).ShouldBe(float.PositiveInfinity);
    }

    private static LabelledSeries Windows(int points, params (int Start, int Length)[] windows)
    {
        var labels = new bool[points];
        foreach (var (start, length) in windows)
            labels.AsSpan(start, length).Fill(true);
        return new LabelledSeries("a", labels, new float[points]);
    }

    private static LabelledSeries Random(int seed)
    {
        var (labels, scores) = RandomSeries.Of(400, seed);
        return new LabelledSeries($"{seed}", labels, scores);
    }
}
