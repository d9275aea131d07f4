using CanaryStreams.Core.Anomaly.Training;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

public sealed class TrainingCorpusTests
{
    private static readonly LabelledPoints s_real = Real(stepMinutes: 1, count: 100_000);

    [Fact]
    public void Injected_WithoutBases_AreSyntheticOfEveryStep()
    {
        var corpus = TrainingCorpus.Injected([], 60, seed: 1);

        corpus.Count.ShouldBe(60);
        corpus.Select(series => series.StepMinutes()).Distinct().Order().ShouldBe([1, 5, 15, 60]);
        corpus.ShouldAllBe(series => series.Set == "injected");
        corpus.Select(series => series.Id).Distinct().Count().ShouldBe(60);
        corpus.Count(series => series.Labels.Contains(true)).ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Injected_WithBases_AreRealOnesForTheMostPart()
    {
        // Real values are around −1000, where no synthetic series is.
        var corpus = TrainingCorpus.Injected([s_real], 100, seed: 1, "mixed");
        var real = corpus.Where(series => series.Values[0] < -900).ToList();

        real.Count.ShouldBeInRange(35, 70);
        real.Select(series => series.StepMinutes()).Distinct().Order().ShouldBe([1, 5, 15, 60]);
        corpus.ShouldAllBe(series => series.Set == "mixed");
    }

    [Fact]
    public void Injected_LabelsOfBases_AreIgnoredAndNotLearnt()
    {
        var labelled = s_real with { Labels = [.. s_real.Labels.Select(_ => true)] };

        var corpus = TrainingCorpus.Injected([labelled], 20, seed: 1);

        foreach (var series in corpus.Where(series => series.Values[0] < -900))
        {
            series.Ignored.ShouldAllBe(isIgnored => isIgnored);
            series.Labels.ShouldContain(false);
        }
    }

    [Fact]
    public void Injected_CoarseBase_KeepsItsOwnStep()
    {
        var corpus = TrainingCorpus.Injected([Real(stepMinutes: 60, count: 3000)], 40, seed: 2);

        corpus.Where(series => series.Values[0] < -900).ShouldAllBe(series => series.StepMinutes() == 60);
    }

    [Fact]
    public void Injected_ShortBases_DoNoHarm()
    {
        LabelledPoints[] bases = [Points.Labelled(""), Points.Labelled("."), Points.Labelled("..")];

        TrainingCorpus.Injected(bases, 30, seed: 1).Count.ShouldBe(30);
    }

    [Fact]
    public void Injected_SameSeed_SameBytesWhateverTheCount()
    {
        var some = TrainingCorpus.Injected([s_real], 5, seed: 3);
        var more = TrainingCorpus.Injected([s_real], 8, seed: 3);

        for (var i = 0; i < some.Count; i++)
        {
            some[i].Id.ShouldBe(more[i].Id);
            some[i].TimesMs.ShouldBe(more[i].TimesMs);
            some[i].Values.AsSpan().SequenceEqual(more[i].Values).ShouldBeTrue();
            some[i].Labels.ShouldBe(more[i].Labels);
            some[i].Ignored.ShouldBe(more[i].Ignored);
        }
        TrainingCorpus.Injected([s_real], 1, seed: 4)[0].Values.SequenceEqual(some[0].Values).ShouldBeFalse();
    }

    private static LabelledPoints Real(int stepMinutes, int count)
    {
        var random = new SeededRandom(9);
        return Points.Of(
            [.. Enumerable.Range(0, count).Select(_ => -1000 + random.Normal())],
            new string('.', count),
            stepMinutes
        );
    }
}
