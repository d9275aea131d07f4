using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public sealed class RolloutLikelihoodTests
{
    private const double Step = 1e-5;

    /// <summary>Outcomes of a fleet, of which some clusters keep a trait to themselves and some are too rare to have an effect.</summary>
    private static readonly ImpactTrainingSet s_set = new(
        OutcomeRows.ByRollout(
            Outcomes
                .Rows(31, 40)
                .Select(
                    (row, i) =>
                        i % 3 == 0 ? row with { Cluster = row.Cluster with { Kernel = null, LoadPct = null } } : row
                )
        )
    );

    [Fact]
    public void AddTo_AnyParameters_GivesTheSlopeOfTheLikelihood()
    {
        var random = new SeededRandom(11);
        foreach (
            var sample in s_set.Samples.Append(
                s_set.Samples[0] with
                {
                    App = -1,
                    Clusters = [.. s_set.Samples[0].Clusters.Select(_ => -1)],
                }
            )
        )
        {
            double[] point = [.. s_set.Layout.Priors.Select(prior => prior.Mean + prior.Sd * random.Uniform(-1, 1))];
            var gradient = new double[point.Length];
            new RolloutLikelihood(sample, new ImpactCurves(point)).AddTo(gradient);

            for (var i = 0; i < point.Length; i++)
                gradient[i].ShouldBe(SlopeAt(sample, point, i), 1e-6, s_set.Layout.Priors[i].Name);
        }
    }

    [Fact]
    public void AddTo_TheSamples_HaveSurvivorsAndFailuresAndUnknownTraits()
    {
        s_set.Samples.ShouldContain(sample => sample.Failed.Contains(true));
        s_set.Samples.ShouldContain(sample => sample.Failed.Contains(false));
        s_set.Samples.ShouldContain(sample => sample.Traits.Any(traits => traits.Any(trait => trait == null)));
    }

    private static double SlopeAt(RolloutSample sample, double[] point, int parameter) =>
        (At(sample, point, parameter, Step) - At(sample, point, parameter, -Step)) / (2 * Step);

    private static double At(RolloutSample sample, double[] point, int parameter, double step)
    {
        var moved = point.ToArray();
        moved[parameter] += step;
        return new RolloutLikelihood(sample, new ImpactCurves(moved)).AddTo(new double[moved.Length]);
    }
}
