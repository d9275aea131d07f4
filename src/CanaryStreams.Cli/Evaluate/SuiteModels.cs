using CanaryStreams.Cli.Train;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Anomaly.Training;

namespace CanaryStreams.Cli.Evaluate;

/// <summary>The models that the side-by-side table needs, each trained when it is first asked for, by the usual recipe.</summary>
internal sealed class SuiteModels(string folder, TextWriter error)
{
    // One fewer than what ships has, so that the table takes minutes: a network a processor on a small machine.
    private const int Networks = 2;

    private readonly Dictionary<string, DetectorModel> _made = [];
    private IReadOnlyDictionary<string, List<LabelledPoints>>? _sets;

    /// <summary>Trained on the even series of all sets.</summary>
    public DetectorModel Even(DetectorAblation without, CancellationToken stop) =>
        Made($"the even series, without {without}", SeriesPart.Even, without, dropped: null, stop);

    /// <summary>Trained on all series of the other sets.</summary>
    public DetectorModel Without(SuiteSet set, CancellationToken stop) =>
        Made($"all sets but {set.Name}", SeriesPart.All, DetectorAblation.None, set.Name, stop);

    private DetectorModel Made(
        string on,
        SeriesPart part,
        DetectorAblation without,
        string? dropped,
        CancellationToken stop
    )
    {
        if (_made.TryGetValue(on, out var model))
            return model;
        error.WriteLine($"training on {on}");
        _sets ??= LabelledFolder.Read(folder, error);
        var recipe = new DetectorRecipe
        {
            Part = part,
            Without = without,
            Networks = Networks,
        };
        var kept = _sets.Where(set => set.Key != dropped).ToDictionary(set => set.Key, set => set.Value);
        model = new DetectorTraining(recipe, (_, _) => { }).Run(kept, stop);
        _made.Add(on, model);
        return model;
    }
}
