using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Core.Planning.Champions;

/// <param name="MadeMs">
/// Event time of the newest thing that was known when it was made: of rollouts requested later it can't have known anything.
/// </param>
public sealed record RegisteredModel(ImpactModel Model, ModelCard Card, long MadeMs)
{
    public string Version => Model.Version;

    public static RegisteredModel Of(TrainedImpact trained, long madeMs)
    {
        var card = trained.Card;
        return new RegisteredModel(
            trained.Model,
            new ModelCard(card.Rollouts, card.BaseRate, card.Brier, card.BrierSkill),
            madeMs
        );
    }
}

/// <summary>Of a training card, what a list of models shows; see <see cref="ImpactCard"/>.</summary>
public sealed record ModelCard(int Rollouts, double BaseRate, double? Brier, double? BrierSkill);
