using System.Text.Json;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Evaluation;
using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Anomaly.Training;

namespace CanaryStreams.Cli.Train;

/// <summary>
/// Trains the detector's networks: features of all series, samples, one network a seed. Work is shared out among the
/// processors by series and by network, so the result doesn't depend on how many there are.
/// </summary>
internal sealed class DetectorTraining(DetectorRecipe recipe, Action<string, double> progress)
{
    /// <param name="sets">Labelled series by set.</param>
    public DetectorModel Run(IReadOnlyDictionary<string, List<LabelledPoints>> sets, CancellationToken stop)
    {
        var real = sets.SelectMany(set => Part(set.Value)).ToList();
        var corpus = DetectorCorpus.Of(real, recipe.WeightOf, recipe.InjectedSeries, recipe.Seed);
        var features = Features(corpus, stop);
        var samples = SampleChoice.Choose(
            corpus,
            series => DetectorCorpus.Settings(series, recipe.WeightOf, recipe.InjectedWeight),
            recipe.Seed
        );
        var networks = Networks(features, samples, stop);
        var ensemble = new NetworkEnsemble(networks);
        return new DetectorModel(Card(real, samples.Count), ensemble, recipe.Fusion) { Without = recipe.Without };
    }

    private IEnumerable<LabelledPoints> Part(List<LabelledPoints> series) =>
        recipe.Part switch
        {
            SeriesPart.Even => EvenOdd.Even(series),
            SeriesPart.Odd => EvenOdd.Odd(series),
            SeriesPart.First => series.Select(one => one.Slice(0, one.Count / 2)),
            _ => series,
        };

    private TrainingSeries[] Features(List<LabelledPoints> corpus, CancellationToken stop)
    {
        var (features, points, done) = (new TrainingSeries[corpus.Count], corpus.Sum(one => (long)one.Count), 0L);
        // The longest first: otherwise the last worker is left with it.
        var order = Enumerable.Range(0, corpus.Count).OrderByDescending(i => corpus[i].Count).ToList();
        Parallel.ForEach(
            System.Collections.Concurrent.Partitioner.Create(order, loadBalance: true),
            new ParallelOptions { CancellationToken = stop },
            i =>
            {
                features[i] = DetectorFeatures.Of(corpus[i], recipe.Without);
                progress("series scored", Interlocked.Add(ref done, corpus[i].Count) / (double)points);
            }
        );
        return features;
    }

    private DetectorNetwork[] Networks(TrainingSeries[] features, List<TrainingSample> samples, CancellationToken stop)
    {
        var networks = new DetectorNetwork[recipe.Networks];
        var done = new double[recipe.Networks];
        Parallel.For(
            0,
            networks.Length,
            new ParallelOptions { CancellationToken = stop },
            i =>
                networks[i] = NetworkTrainer.Train(
                    SeriesDetector.Shape,
                    features,
                    samples,
                    recipe.Trainer,
                    recipe.Seed + (ulong)i,
                    share =>
                    {
                        stop.ThrowIfCancellationRequested();
                        Volatile.Write(ref done[i], share);
                        progress("networks trained", done.Sum() / done.Length);
                    }
                )
        );
        return networks;
    }

    private JsonElement Card(List<LabelledPoints> real, int samples) =>
        JsonSerializer.SerializeToElement(
            new
            {
                what = "logits that a point lies in an anomaly and that one begins there",
                seed = recipe.Seed,
                data = real.GroupBy(one => one.Set)
                    .Select(set => new
                    {
                        set = set.Key,
                        weight = recipe.WeightOf(set.Key),
                        series = set.Count(),
                        points = set.Sum(one => one.Count),
                        labelled = set.Sum(one => one.Labels.Count(label => label)),
                    }),
                part = recipe.Part.ToString(),
                injectedSeries = recipe.InjectedSeries,
                injectedWeight = recipe.InjectedWeight,
                samples,
                epochs = recipe.Trainer.Epochs,
            }
        );
}
