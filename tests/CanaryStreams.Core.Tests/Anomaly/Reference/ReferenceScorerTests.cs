using CanaryStreams.Core.Anomaly.Reference;

namespace CanaryStreams.Core.Tests.Anomaly.Reference;

public class ReferenceScorerTests
{
    private const long HourMs = 3_600_000;

    [Fact]
    public void Ewma_KnownDeviation_IsItsDistanceInStandardDeviations()
    {
        var scorer = new EwmaScorer(0.5);
        for (var i = 0; i < 2000; i++)
            scorer.Score(i, i % 2 == 0 ? 9 : 11);

        // Mean a little beside 10, standard deviation a little under 1.
        var point = scorer.Score(2000, 16);

        point.Expected.ShouldBe(10, 0.06);
        point.Score.ShouldBe(6.0 / 9, 0.02);
    }

    [Fact]
    public void Ewma_BelowTheMean_DeviatesAsAboveIt()
    {
        var (above, below) = (new EwmaScorer(0.5), new EwmaScorer(0.5));
        for (var i = 0; i < 2000; i++)
        {
            above.Score(i, i % 2 == 0 ? 1 : -1);
            below.Score(i, i % 2 == 0 ? -1 : 1);
        }

        var (high, low) = (above.Score(2000, 16), below.Score(2000, -16));

        low.Score.ShouldBe(high.Score);
        low.IsAnomaly.ShouldBeTrue();
    }

    [Fact]
    public void SeasonalMedian_DailyPattern_ExpectsTheMedianOfEarlierDays()
    {
        var scorer = new SeasonalMedianScorer(0.5);
        for (var hour = 0; hour < 24 * 9; hour++)
        {
            var day = hour / 24;
            // One day of nine is far off and doesn't move the median.
            scorer.Score(hour * HourMs, (hour % 24) + (day == 5 ? 500 : day % 2));
        }

        var (usual, odd) = (scorer.Score(24 * 9 * HourMs, 0), scorer.Score(((24 * 9) + 1) * HourMs, 9));

        usual.Expected.ShouldBe(0);
        usual.IsAnomaly.ShouldBeFalse();
        odd.Expected.ShouldBe(1);
        odd.IsAnomaly.ShouldBeTrue();
    }

    [Fact]
    public void SeasonalMedian_SeriesThatMostlyRepeatsItself_MeasuresByItsMeanDistance()
    {
        var scorer = new SeasonalMedianScorer(0.5);
        for (var hour = 0; hour < 24 * 9; hour++)
            scorer.Score(hour * HourMs, hour % 50 == 49 ? 10 : 0);

        scorer.Score(24 * 9 * HourMs, 0.1).IsAnomaly.ShouldBeFalse();
        scorer.Score(((24 * 9) + 1) * HourMs, 10).IsAnomaly.ShouldBeTrue();
    }

    [Fact]
    public void SeasonalMedian_GapOfAFortnight_ForgetsTheDaysBefore()
    {
        var scorer = new SeasonalMedianScorer(0.5);
        for (var hour = 0; hour < 24 * 9; hour++)
            scorer.Score(hour * HourMs, hour % 24);

        scorer.Score((24 * 23) * HourMs, 0).Expected.ShouldBe(double.NaN);
        scorer.Score((24 * 24) * HourMs, 4).Expected.ShouldBe(0);
    }

    [Fact]
    public void RunningMedian_LastValues_IsTheirMedian()
    {
        var median = new RunningMedian(5);
        var random = new Random(3);
        var values = Enumerable.Range(0, 300).Select(_ => (double)random.Next(20)).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            median.Add(values[i]);
            var last = values[Math.Max(0, i - 4)..(i + 1)].Order().ToArray();
            median.Value.ShouldBe(last[last.Length / 2]);
            median.Mean.ShouldBe(last.Average(), 1e-12);
        }
    }

    [Fact]
    public void MlNetSr_RandomWindow_IsTheDefinition()
    {
        var random = new Random(4);
        for (var round = 0; round < 20; round++)
        {
            double[] window = [.. Enumerable.Range(0, 64).Select(_ => random.NextDouble())];

            MlNetSrScorer.RawScore([.. window, 0, 0, 0, 0, 0]).ShouldBe(SlowMlNetSr.RawScore(window), 1e-9);
        }
    }
}
